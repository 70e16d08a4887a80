/**
 * A page of the shop in jsdom with the tag that a running collector serves. What it asks for goes to that collector over real HTTP, and its
 * cookies are kept as a browser keeps them.
 */
import { JSDOM } from 'jsdom';
import type { DOMWindow } from 'jsdom';
import { bodyOfPart } from '../tag/page.ts';
import { until } from './until.ts';

/** Where browsers reach the collector: `CLICKTHREAD_PUBLIC_URL`. */
export const COLLECTOR = 'https://t.shop.example';

type PageWindow = DOMWindow & Record<string, unknown>;

export interface PageAnswer {
  status: number;
  body: string;
}

export interface TagPage {
  dom: JSDOM;
  call: (...args: unknown[]) => unknown;
  /** What the collector answered on a route (`touch`, `conversion`), oldest first, once there is any. */
  answered(route: string): Promise<PageAnswer[]>;
  /** Addresses of images that it loaded. */
  images: string[];
  /** By name, those included that no script can read. */
  cookies(): Record<string, string>;
  close(): void;
}

/** `from` is an earlier page of the same browser. */
export async function openTagPage(given: {
  collector: string;
  url: string;
  now: () => number;
  from?: TagPage | undefined;
}): Promise<TagPage> {
  const { collector, url, now, from } = given;
  const dom = new JSDOM('<!doctype html><html><head></head><body></body></html>', {
    ...{ url, runScripts: 'outside-only', pretendToBeVisual: true },
    ...(from ? { cookieJar: from.dom.cookieJar } : {}),
  });
  const window = dom.window as unknown as PageWindow;
  const { cookieJar: jar } = dom;
  const answers: (PageAnswer & { route: string })[] = [];
  const page: TagPage = {
    dom,
    call: (...args) => (window['clickthread'] as (...all: unknown[]) => unknown)(...args),
    answered: (route) =>
      until(
        () => {
          const found = answers.filter((answer) => answer.route === route);
          return found.length > 0 && found;
        },
        { what: `an answer on ${route} at ${url}` },
      ),
    images: [],
    cookies: () => Object.fromEntries(jar.getCookiesSync(`${COLLECTOR}/`).map(({ key, value }) => [key, value])),
    close: () => dom.window.close(),
  };
  const here = (address: string): string => address.replace(COLLECTOR, collector);
  window.Date.now = now;
  if (from)
    for (const [name, value] of Object.entries(from.dom.window.localStorage))
      window.localStorage.setItem(name, String(value));
  window['fetch'] = async (address: string, { method, body }: RequestInit) => {
    const headers = {
      ...{ 'content-type': 'text/plain', origin: window.location.origin },
      cookie: jar.getCookieStringSync(address),
    };
    const response = await fetch(here(address), { method: method!, body: body!, headers });
    for (const cookie of response.headers.getSetCookie()) jar.setCookieSync(cookie, address);
    const text = await response.clone().text();
    answers.push({ route: address.split('/').at(-1)!, status: response.status, body: text });
    return response;
  };
  window['Image'] = class {
    onload?: () => void;
    set src(address: string) {
      page.images.push(address);
      setImmediate(() => this.onload?.());
    }
  };
  window['importPart'] = async (address: string) => {
    const code = await (await fetch(here(address))).text();
    return window.eval(`(() => {${bodyOfPart(code)}})()`) as unknown;
  };
  const tag = await (await fetch(`${collector}/t/shop.js`)).text();
  window.eval(tag.replace(/import\(/, 'importPart('));
  return page;
}

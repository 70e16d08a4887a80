/** A page with the built tag in it: a fresh jsdom window, its requests recorded and answered, its late part at hand. */
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';
import type { DOMWindow } from 'jsdom';
import { onTestFinished, vi } from 'vitest';
import { inlineSettings } from '../../collector/tag-files/site-tag.ts';
import type { TagSettings } from '../../wire/messages.ts';

/** What left the page for the collector or a tracker. */
export interface Sent {
  url: string;
  body: Record<string, unknown>;
  options: RequestInit;
}

export interface Answer {
  status?: number;
  body?: unknown;
  retryAfter?: string;
  /** The request fails as it does offline or where a policy forbids it. */
  fails?: boolean;
}

export interface Options {
  url?: string;
  html?: string;
  /** The address that was navigated to, where the page has cleaned its own before the tag ran. */
  navigatedTo?: string;
  referrer?: string;
  settings?: Partial<TagSettings>;
  /** Runs in the window before the tag. */
  before?: (window: PageWindow) => void;
  answer?: (sent: Sent) => Answer | undefined;
  /** Cookies and storage of an earlier page. */
  from?: Page;
  /** Milliseconds since the epoch. */
  now?: number;
  file?: 'clickthread.js' | 'clickthread.static.js' | 'clickthread.capture.js';
  /** Attributes of the script element, for the static files. */
  attributes?: Record<string, string>;
  /** No part can be had: blocked, or the network is away. */
  lateFails?: boolean;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- pages set any global
export type PageWindow = DOMWindow & Record<string, any>;

export interface Page {
  window: PageWindow;
  sent: Sent[];
  images: string[];
  submitted: { action: string; target: string; fields: Record<string, string> }[];
  errors: unknown[];
  call: (...args: unknown[]) => unknown;
  /** The parts that were asked for, in order: `late.js`, `link.js` … */
  partsFetched: string[];
  cookies: () => Record<string, string>;
  storage: () => Record<string, string>;
  /** Lets everything that is under way come to rest. */
  rest: () => Promise<void>;
  /** Points at an element, as everybody does who then follows it; at the page itself unless given. */
  point: (element?: Element) => Promise<void>;
  dom: JSDOM;
}

export const SETTINGS: TagSettings = {
  site: 'shop',
  collector: 'https://t.shop.example/t/shop',
  params: ['im_ref', 'irclickid', 'awc'],
  referrals: ['partner'],
  domains: ['shop.example'],
  linked: ['checkout.example'],
  consent: 'granted',
  currency: 'USD',
};

export const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
export const NOW = Date.UTC(2026, 10, 5, 12);
export const SHOP = 'https://www.shop.example/';
export const LANDING = `${SHOP}?irclickid=${CLICK}`;

const folder = new URL('../../dist/tag/', import.meta.url);
export const built = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

/** A part as a function body: what the module exports is what it returns. */
export const bodyOfPart = (code: string): string =>
  code.replace(
    /export\s*\{([^}]*)\};?\s*$/,
    (_, names: string) => `return {${names.replace(/([\w$]+) as ([\w$]+)/g, '$2:$1')}}`,
  );

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const reply = (sent: Sent): Answer => {
  // Without a cookie of the collector's, which a page in this harness never has, nothing is ever returned.
  if (sent.url.endsWith('/touch') && (sent.body.touches as unknown[] | undefined)?.[0]) return { status: 204 };
  if (sent.url.endsWith('/touch')) return { body: { visitor: sent.body.visitor, touches: sent.body.touches } };
  if (sent.url.endsWith('/conversion')) return { body: { orderId: sent.body.orderId, result: 'accepted' } };
  return { status: 204 };
};

export async function open(options: Options = {}): Promise<Page> {
  // The jar lets cookies expire by the clock of Node, the page by its own.
  vi.useFakeTimers({ toFake: ['Date'], now: options.now ?? NOW });
  onTestFinished(() => void vi.useRealTimers());
  const { url = SHOP, html = '', from, now = NOW, file = 'clickthread.js', attributes = {} } = options;
  const dom = new JSDOM(`<!doctype html><html><head></head><body>${html}</body></html>`, {
    url,
    referrer: options.referrer,
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    cookieJar: from?.dom.cookieJar,
  });
  const window = dom.window as PageWindow;
  const partsFetched: string[] = [];
  const page: Page = {
    window,
    partsFetched,
    dom,
    sent: [],
    images: [],
    submitted: [],
    errors: [],
    call: (...args) => (window.clickthread as (...all: unknown[]) => unknown)(...args),
    cookies: () =>
      Object.fromEntries(
        window.document.cookie
          .split('; ')
          .filter(Boolean)
          .map((pair) => [pair.slice(0, pair.indexOf('=')), decoded(pair.slice(pair.indexOf('=') + 1))]),
      ),
    storage: () => ({ ...window.localStorage }),
    rest: async () => {
      for (let i = 0; i < 12; i++) await new Promise((resolve) => setTimeout(resolve, 1));
    },
    point: async (element = window.document.body) => {
      element.dispatchEvent(new window.Event('pointerover', { bubbles: true, composed: true }));
      await page.rest();
    },
  };
  window.Date.now = () => now;
  window.performance.getEntries = () => [{ name: options.navigatedTo ?? url }] as unknown as PerformanceEntryList;
  window.addEventListener('error', (event) => page.errors.push((event as ErrorEvent).error));
  if (from) for (const [name, value] of Object.entries(from.storage())) window.localStorage.setItem(name, value);
  window.fetch = (async (address: string, init: RequestInit) => {
    const body = JSON.parse(init.body as string) as Sent['body'];
    const sent: Sent = { url: address, body, options: init };
    page.sent.push(sent);
    const answer = options.answer?.(sent) ?? reply(sent);
    if (answer.fails) throw new TypeError('Failed to fetch');
    const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
    const headers = new Map([['retry-after', answer.retryAfter ?? null]]);
    return {
      status: answer.status ?? 200,
      ok: (answer.status ?? 200) < 300,
      text: async () => text,
      headers: { get: (name: string) => headers.get(name) ?? null },
    };
  }) as unknown as typeof window.fetch;
  window.HTMLFormElement.prototype.submit = function (this: HTMLFormElement) {
    const fields = Object.fromEntries(new window.FormData(this) as unknown as Iterable<[string, string]>);
    page.submitted.push({ action: this.getAttribute('action') ?? '', target: this.target, fields });
  };
  window.Image = class {
    onload?: () => void;
    onerror?: () => void;
    set src(address: string) {
      page.images.push(address);
      setImmediate(() => this.onload?.());
    }
  } as unknown as typeof window.Image;
  options.before?.(window);

  const script = window.document.createElement('script');
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  Object.defineProperty(window.Document.prototype, 'currentScript', { get: () => script, configurable: true });
  window.importPart = async (address: string) => {
    const [file = ''] = /\w+\.js/.exec(address) ?? [];
    partsFetched.push(file);
    await Promise.resolve();
    if (options.lateFails) throw new TypeError('Failed to fetch dynamically imported module');
    return window.eval(`(() => {${bodyOfPart(built(file))}})()`) as unknown;
  };
  const { collector, ...settings } = { ...SETTINGS, ...options.settings };
  window.eval(inlineSettings(built(file), settings, collector).replace(/import\(/, 'importPart('));
  await page.rest();
  return page;
}

/**
 * Express or Connect middleware for the shop's own pages: keeps the journey by `Set-Cookie` on the document response.
 * WebKit caps cookies of scripts at 7 days, and those of sub-resources on another network too; only what the top-level
 * document itself sets is exempt (NetworkTaskCocoa.mm: `if (request.isTopSite()) return`). Stands outside the flow.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodeJourney, encodeJourney, isClickId, mergeJourneys, NAME, type Journey } from '../wire/journey.ts';
import { systemClock, type Clock } from '../collector/lib/clock.ts';
import { newVisitorName } from '../collector/lib/id.ts';

/** A request as `node:http`, Connect and Express give it. */
export type DocumentRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'socket'> & {
  /** Express: the address before a router cut its mount point off. */
  originalUrl?: string;
  /** Express: https, as `trust proxy` sees it. */
  secure?: boolean;
};
export type DocumentResponse = Pick<ServerResponse, 'appendHeader' | 'hasHeader' | 'setHeader'>;

/** A cookie that a network reads under its own name. */
export interface NetworkCookie {
  name: string;
  /** Landing parameter it is filled from, lower-case. */
  param: string;
  /** Life in days. Browsers cut at 400. */
  days: number;
  httpOnly: boolean;
}

export interface MiddlewareOptions {
  /** Click parameters of the site's connections, in any case: `['irclickid', 'im_ref']`. The tag's settings list the same. */
  params: readonly string[];
  /**
   * The registrable domain, `shop.example`. Must be the one that the tag finds, or the browser keeps two journeys.
   * Default: the request's host without `www.`; no domain for localhost and IP addresses.
   */
  domain?: string;
  /**
   * Whether this visitor allows marketing cookies: `false` removes what was kept, `undefined` (nobody has asked yet)
   * changes nothing. Default: true, and undefined for a browser that sends `Sec-GPC: 1`.
   */
  consent?: (request: DocumentRequest) => boolean | undefined;
  /** Default: {@link NETWORK_COOKIES} whose parameter is among `params`. */
  cookies?: readonly NetworkCookie[];
  /** Life of the journey in days. Default 400, the longest that browsers keep. */
  days?: number;
  /** Told of an error that was kept from the page. */
  onError?: (error: unknown) => void;
  now?: Clock;
  /** Makes an id: the page's own, and the one that no page can read, which must differ. Default: a random UUID. */
  visitor?: () => string;
}

/**
 * - CJ: readable by its script, 13 months, newest wins, absence keeps. https://docs.cj.com/docs/http-cookie
 * - Awin: HttpOnly, a year. https://developer.awin.com/docs/direct-s2s
 */
export const NETWORK_COOKIES: readonly NetworkCookie[] = [
  { name: 'cje', param: 'cjevent', days: 395, httpOnly: false },
  { name: 'awc', param: 'awc', days: 365, httpOnly: true },
];

/**
 * Who somebody is: out of reach of scripts, and never the id that the journey holds. The collector believes this cookie and restores a lost
 * journey from it, so that no page may read or choose it.
 */
const VISITOR_NAME = '_ct_v';
const VISITOR = /^[\w-]{8,64}$/;
const DOMAIN = /^([a-z0-9-]+\.)+[a-z0-9-]+$/;
const DAY_SECONDS = 86_400;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % is part of the text.
    return text;
  }
}

/** Values of a cookie: more than one where an older cookie of another domain is still there. */
function cookieValues(request: DocumentRequest, name: string): string[] {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/);
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => decode(pair.slice(name.length + 1)));
}

/**
 * A person opening a page, not an image, a frame (cookie stuffing) or a page fetched ahead of a visit that may never come.
 * Browsers without fetch metadata (Safari before 16.4) are judged by what they accept.
 */
function isDocument({ method, headers }: DocumentRequest): boolean {
  if (method !== 'GET' || /prefetch|prerender/.test(String(headers['sec-purpose'] ?? headers.purpose ?? '')))
    return false;
  const destination = headers['sec-fetch-dest'];
  if (destination !== undefined) return destination === 'document';
  return (headers.accept ?? '').includes('text/html');
}

/**
 * Click ids in the query, read as the tag reads them (`tag/landing.ts`): names in any case, values byte for byte, also
 * once and twice more decoded, `awc[0]` as `awc`, and of several the greatest, which for ids that hold their time is the newest.
 */
function clickIds(address: string, params: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  let query = address.slice(0, 8192).replace(/^[^?]*/, '');
  for (let depth = 0; depth < 3; depth += 1) {
    const level = new Map<string, string>();
    for (const pair of query.split(/[?&#]/)) {
      const [name = '', ...rest] = pair.split('=');
      const param = decode(name)
        .replace(/\[\w*]$/, '')
        .toLowerCase();
      const value = decode(rest.join('='));
      if (!params.has(param) || found.has(param) || !isClickId(value, param)) continue;
      if (value > (level.get(param) ?? '')) level.set(param, value);
    }
    for (const [param, value] of level) found.set(param, value);
    query = decode(query);
  }
  return found;
}

/** The journey that the request carries with the ids of this landing added; undefined where there is nothing to keep. */
function nextJourney(
  request: DocumentRequest,
  ids: Map<string, string>,
  at: number,
  visitor: () => string,
): Journey | undefined {
  const carried = cookieValues(request, NAME)
    .map(decodeJourney)
    .filter((journey) => journey !== undefined);
  const before = carried.length > 0 ? carried.reduce(mergeJourneys) : { visitor: visitor(), touches: [] };
  // A click id is made for one click: seen again it is a reload, and keeps its time.
  const fresh = [...ids].filter(([param, value]) =>
    before.touches.every((touch) => touch.param !== param || touch.value !== value),
  );
  const touches = [...before.touches, ...fresh.map(([param, value]) => ({ param, value, at }))];
  return touches.length > 0 || carried.length > 0 ? { visitor: before.visitor, touches } : undefined;
}

/** The one that the browser holds. One that the page knows, as an older version of this file wrote it, is replaced. */
function keptVisitor(request: DocumentRequest, page: string, visitor: () => string): string {
  const known = cookieValues(request, VISITOR_NAME).find((value) => VISITOR.test(value));
  return known !== undefined && known !== page ? known : visitor();
}

interface Cookie {
  name: string;
  value: string;
  days: number;
  domain: string | undefined;
  httpOnly: boolean;
  secure: boolean;
}

/** `%` is escaped because readers decode; everything else that could end a cookie is refused before it gets here. */
function setCookie({ name, value, days, domain, httpOnly, secure }: Cookie): string {
  const attributes = [
    `${name}=${value.replaceAll('%', '%25')}`,
    domain === undefined ? '' : `Domain=${domain}`,
    'Path=/',
    `Max-Age=${days * DAY_SECONDS}`,
    'SameSite=Lax',
    secure ? 'Secure' : '',
    httpOnly ? 'HttpOnly' : '',
  ];
  return attributes.filter((attribute) => attribute !== '').join('; ');
}

/** The host's own domain without `www.`, as far as that can be known without a public-suffix list. */
function domainOf(request: DocumentRequest): string | undefined {
  const host = (request.headers.host ?? '')
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^www\./, '');
  return DOMAIN.test(host) && !/^[\d.]+$/.test(host) ? host : undefined;
}

function isSecure(request: DocumentRequest): boolean {
  const { encrypted } = request.socket as { encrypted?: boolean };
  const forwarded = String(request.headers['x-forwarded-proto'] ?? '').split(',')[0];
  // Believing the header costs nothing: a lie only keeps the liar's own cookie off.
  return request.secure === true || encrypted === true || forwarded?.trim() === 'https';
}

const defaultConsent = (request: DocumentRequest): boolean | undefined =>
  request.headers['sec-gpc'] === '1' ? undefined : true;

/** The cookies that a document response must carry; pure but for new ids. */
function cookiesFor(request: DocumentRequest, options: MiddlewareOptions): string[] {
  const { consent = defaultConsent, days = 400, now = systemClock } = options;
  const visitor = options.visitor ?? (() => newVisitorName(now()));
  const params = new Set(options.params.map((param) => param.toLowerCase()));
  const network = options.cookies ?? NETWORK_COOKIES.filter(({ param }) => params.has(param));
  const shared = { domain: options.domain?.toLowerCase() ?? domainOf(request), secure: isSecure(request), days };

  const allowed = consent(request);
  if (allowed === undefined) return [];
  if (!allowed) {
    const names = [NAME, VISITOR_NAME, ...network.map(({ name }) => name)];
    const kept = names.filter((name) => cookieValues(request, name).length > 0);
    return kept.map((name) => setCookie({ ...shared, name, value: '', days: 0, httpOnly: false }));
  }

  const wanted = new Set([...params, ...network.map(({ param }) => param)]);
  const ids = clickIds(request.originalUrl ?? request.url ?? '', wanted);
  const credited = new Map([...ids].filter(([param]) => params.has(param)));
  const journey = nextJourney(request, credited, now(), visitor);
  const own = journey && [
    setCookie({ ...shared, name: NAME, value: encodeJourney(journey), httpOnly: false }),
    setCookie({ ...shared, name: VISITOR_NAME, value: keptVisitor(request, journey.visitor, visitor), httpOnly: true }),
  ];
  const named = network.flatMap(({ name, param, days: life, httpOnly }) => {
    const value = ids.get(param);
    return value === undefined ? [] : [setCookie({ ...shared, name, value, days: life, httpOnly, secure: true })];
  });
  return [...(own ?? []), ...named];
}

const isListOfNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string' && name.trim() !== '');

/**
 * `app.use(clickthread({ params: ['irclickid'], domain: 'shop.example' }))`, before the pages and before `express.static`.
 * Sets `_ct` and `_ct_v`, renews what the tag has written, and adds the cookies that networks want under their own names.
 * Never throws into the shop and never holds a request up. Wrong options throw at once.
 */
export function clickthread(options: MiddlewareOptions) {
  if (!isListOfNames(options?.params))
    throw new TypeError(
      "params must be a list of names, such as ['irclickid', 'im_ref']: the click parameters of your connections.",
    );
  if (options.params.length === 0)
    throw new TypeError('params is empty: name the click parameters of your connections.');
  if (options.days !== undefined && !(Number.isInteger(options.days) && options.days >= 1 && options.days <= 400))
    throw new TypeError(`days must be a whole number from 1 to 400, got ${String(options.days)}`);
  if (options.domain !== undefined && !DOMAIN.test(String(options.domain).toLowerCase())) {
    throw new TypeError(`domain must be a bare domain such as shop.example, got ${String(options.domain)}`);
  }
  return (request: DocumentRequest, response: DocumentResponse, next: () => void): void => {
    try {
      const cookies = isDocument(request) ? cookiesFor(request, options) : [];
      for (const cookie of cookies) response.appendHeader('Set-Cookie', cookie);
      // Set-Cookie alone does not keep a shared cache from handing one visitor's id to the next (RFC 9111, 7.3).
      if (cookies.length > 0 && !response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'private');
    } catch (error) {
      options.onError?.(error);
    }
    next();
  };
}

export default clickthread;

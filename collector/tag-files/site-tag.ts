/** Serves the tag with the site's settings inlined: one request, compressed once, revalidated by its hash. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { TagSettings } from '../../wire/messages.ts';
import { prepareSettings, SHORT_NAMES } from '../../wire/tag-settings.ts';
import { capturedParams } from '../configuration/site-params.ts';
import type { Site, Sites } from '../configuration/sites.ts';
import { mayPost } from '../configuration/site-pages.ts';
import { sha256 } from '../lib/hash.ts';
import { takeoverModule } from './other-build.ts';

export interface TagServer {
  /** `path` is what follows the prefix: `SITE.js`, or `SITE/late.js` and its like for the parts that pages fetch when they first need them. */
  serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Parts of the tag that only some pages need. */
const PARTS = ['late', 'link', 'page', 'signals'];

/** The built tag: what every page loads, and its parts by name. */
export interface TagBundle {
  tag: string;
  parts: Record<string, string>;
}

interface Variant {
  etag: string;
  plain: Buffer;
  br: Buffer;
  gzip: Buffer;
}

/**
 * Where the collector can't tell by which name the page asked for it, the script looks: by the prototype's own getter, because an
 * `<img name="currentScript">` in the page's content takes the document's.
 */
export const OWN_ADDRESS = 'Reflect.get(Document.prototype,"currentScript",document).src.replace(/\\.js(\\?.*)?$/,"")';

/** The name that the build leaves in the bundle where the settings belong. */
const PLACE = '__CT_SETTINGS__';
/** Anybody can invent subdomains to ask for the tag by, and each costs a compression. */
const MOST_VARIANTS = 1000;
/** A change of settings reaches shoppers within five minutes, and nobody waits for it. */
const CACHE = 'public, max-age=300, stale-while-revalidate=86400';
/** A part's address names its build. */
const FOREVER = 'public, max-age=31536000, immutable';

/** Throws when the built tag has no place for the settings. */
export function createTagServer(deps: {
  bundle: TagBundle;
  sites: () => Promise<Sites>;
  /** Hosts that a browser may have asked, the likeliest first. */
  hostsOf?: (request: IncomingMessage) => string[];
  /** The address that the operator named, and the prefix of the browser routes. */
  publicUrl?: string | undefined;
  prefix?: string;
  /** Told of every site whose tag a page has fetched, of the page's host where the browser says it, and whether that host is the site's. */
  onFetched?: (site: string, host: string | undefined, isOwn: boolean) => void;
}): TagServer {
  const { bundle, sites, hostsOf, publicUrl, prefix = '/t', onFetched } = deps;
  if (!bundle.tag.includes(PLACE)) throw new Error(`The built tag has no ${PLACE}; run "npm run build".`);
  const cache = new Map<string, Variant>();
  const parts = new Map(Object.entries(bundle.parts).map(([name, code]) => [name, compress(code)]));
  const [, build = ''] = /\.js(\?\w+)`\)/.exec(bundle.tag) ?? [];
  const successor = compress(takeoverModule(build.slice(1)));
  let version = -1;

  return {
    async serve(path, request, response) {
      const { byId, version: now } = await sites();
      if (now !== version) {
        cache.clear();
        version = now;
      }
      const [, id = '', part] = /^([^/]*?)(?:\/(\w+))?\.js$/.exec(path) ?? [];
      const site = byId.get(id);
      if (!site) return notFound(response);
      if (part !== undefined) {
        const code = parts.get(part);
        if (!code) return notFound(response);
        const asked = request.url?.replace(/^[^?]*/, '');
        if (build !== '' && asked === build) return write(code, request, response, FOREVER);
        return asked === '' ? write(code, request, response) : write(successor, request, response, 'no-cache');
      }
      const host = pageHost(request);
      onFetched?.(id, host, host !== undefined && mayPost(site, `https://${host}`));
      const address = builtInAddress({ site, hosts: hostsOf?.(request) ?? [], publicUrl });
      const collector = address === undefined ? undefined : `${address}${prefix}/${id}`;
      const key = `${id} ${collector ?? ''}`;
      const isNamed = cache.has(key) || cache.size < MOST_VARIANTS;
      const variant =
        cache.get(key) ?? compress(inlineSettings(bundle.tag, tagSettings(site), isNamed ? collector : undefined));
      if (isNamed) cache.set(key, variant);
      write(variant, request, response);
    },
  };
}

/** The host of the page that asks. */
function pageHost({ headers: { referer } }: IncomingMessage): string | undefined {
  return referer !== undefined && URL.canParse(referer) ? new URL(referer).host : undefined;
}

/** Reads the built tag beside the running code. */
export function readTagBundle(folder: string): TagBundle {
  try {
    return {
      tag: readFileSync(`${folder}/clickthread.js`, 'utf8'),
      parts: Object.fromEntries(PARTS.map((name) => [name, readFileSync(`${folder}/${name}.js`, 'utf8')])),
    };
  } catch (cause) {
    throw new Error(
      `The tag is not built: ${folder} lacks clickthread.js or one of its parts (${PARTS.join(', ')}). Run "npm run build".`,
      { cause },
    );
  }
}

/** What the tag of a site must know; nothing secret, for every visitor can read it. */
export function tagSettings(site: Site): Omit<TagSettings, 'site'> {
  const { domains, linked, consent, gpc, currency, tag } = site.config;
  return {
    params: capturedParams(site),
    domains: widest(domains),
    linked: widest(linked),
    consent,
    ...(gpc === 'ignore' && consent === 'auto' ? { gpc } : {}),
    ...(currency === undefined ? {} : { currency }),
    ...(tag.paid.length > 0 ? { paid: tag.paid } : {}),
    ...(tag.referrals.length > 0 ? { referrals: tag.referrals } : {}),
    ...(tag.cookies.length > 0 ? { cookies: tag.cookies } : {}),
    ...(tag.dataLayer === 'dataLayer' ? {} : { dataLayer: tag.dataLayer }),
    ...(tag.detect ? {} : { detect: false }),
    ...(tag.frames ? { frames: true } : {}),
  };
}

/** The collector's own address as pages of the site reach it, on the protocol of the script; undefined where nobody said. */
function builtInAddress(given: {
  site: Site;
  hosts: readonly string[];
  publicUrl: string | undefined;
}): string | undefined {
  const { site, hosts, publicUrl } = given;
  const named = publicUrl === undefined ? undefined : new URL(publicUrl);
  for (const host of hosts) {
    // A proxy may write the port of its own end into the header.
    if (named && host.replace(/:\d+$/, '').toLowerCase() === named.hostname) return `//${named.host}`;
    if (/^[\w.-]+(:\d{1,5})?$/.test(host) && mayPost(site, `http://${host}`)) return `//${host.toLowerCase()}`;
  }
  return publicUrl;
}

/** As the tag compares hosts: in lower case, without port, and without what another one covers, for it counts subdomains in. */
function widest(domains: readonly string[]): string[] {
  const hosts = [...new Set(domains.map((domain) => domain.toLowerCase().replace(/^\*\.|:\d+$/g, '')))];
  return hosts.filter((host) => !hosts.some((other) => host.endsWith(`.${other}`)));
}

/** The built tag with a site's settings in the place that it keeps for them. */
export function inlineSettings(bundle: string, settings: Omit<TagSettings, 'site'>, collector?: string): string {
  const prepared = Object.entries(prepareSettings({ ...settings, collector }));
  // "</" and line separators would end an inline copy of the script early. Keys need no quotes.
  const literal = JSON.stringify(Object.fromEntries(prepared.map(([name, value]) => [SHORT_NAMES[name], value])))
    .replace(/"(\w+)":/g, '$1:')
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  const key = `{${SHORT_NAMES.collector}:`;
  const whole =
    collector === undefined
      ? literal.replace('{', () => `${key}${OWN_ADDRESS},`)
      : // Whole: a script of another origin has no base address that its `import()` could complete a `//host` with.
        literal.replace(`${key}"//`, () => `${key}location.protocol+"//`);
  return bundle.trim().replace(PLACE, () => whole);
}

/** Each encoding is made when somebody first asks for it: a start waits for none, and most browsers ask for the same one. */
function compress(text: string): Variant {
  const plain = Buffer.from(text);
  let br: Buffer | undefined;
  let gzip: Buffer | undefined;
  return {
    etag: `"${sha256(text).slice(0, 24)}"`,
    plain,
    get br() {
      return (br ??= brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    },
    get gzip() {
      return (gzip ??= gzipSync(plain, { level: 9 }));
    },
  };
}

function write(variant: Variant, request: IncomingMessage, response: ServerResponse, cache = CACHE): void {
  const headers = {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': cache,
    etag: variant.etag,
    vary: 'accept-encoding',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  };
  if (isKnown(request.headers['if-none-match'], variant.etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding = (['br', 'gzip'] as const).find((name) => new RegExp(`\\b${name}\\b`).test(String(accepted)));
  const body = encoding === undefined ? variant.plain : variant[encoding];
  response.writeHead(200, {
    ...headers,
    'content-length': body.length,
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** A list of tags, which proxies that compress on their own mark as weak (RFC 9110, 13.1.2 compares weakly here). */
function isKnown(header: string | undefined, etag: string): boolean {
  const known = (header ?? '').split(',').map((entry) => entry.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}

function notFound(response: ServerResponse): void {
  const body = JSON.stringify({
    errors: [{ field: 'site', message: 'there is no such site here; the address of the tag is PREFIX/SITE.js' }],
  });
  response.writeHead(404, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** Serves the tag with the site's settings inlined: one request, compressed once, revalidated by its hash. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { sha256 } from './lib/hash.ts';
import { capturedParams } from './read-journey.ts';
import type { Site, Sites } from './sites.ts';
import type { TagSettings } from './wire.ts';

export interface TagServer {
  /** `path` is what follows the prefix: `SITE.js`, or `SITE/late.js` for the part that pages fetch when they first need it. */
  serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The built tag: what every page loads, and its late part. */
export interface TagBundle {
  tag: string;
  late: string;
}

interface Variant {
  etag: string;
  plain: Buffer;
  br: Buffer;
  gzip: Buffer;
}

/** The name that the build leaves in the bundle where the settings belong. */
const PLACE = '__CT_SETTINGS__';
/** A change of settings reaches shoppers within five minutes, and nobody waits for it. */
const CACHE = 'public, max-age=300, stale-while-revalidate=86400';
/** The late part's address names its build. */
const FOREVER = 'public, max-age=31536000, immutable';

/** Throws when the built tag has no place for the settings. */
export function createTagServer({ bundle, sites }: { bundle: TagBundle; sites: () => Promise<Sites> }): TagServer {
  if (!bundle.tag.includes(PLACE)) throw new Error(`The built tag has no ${PLACE}; run "npm run build".`);
  const cache = new Map<string, Variant>();
  const late = compress(bundle.late);
  const [lateAddress = ''] = /\/late\.js\?\w+/.exec(bundle.tag) ?? [];
  let version = -1;

  return {
    async serve(path, request, response) {
      const { byId, version: now } = await sites();
      if (now !== version) {
        cache.clear();
        version = now;
      }
      const [, id = '', part] = /^([^/]*?)(\/late)?\.js$/.exec(path) ?? [];
      const site = byId.get(id);
      if (!site) return notFound(response);
      if (part !== undefined) {
        const isThisBuild = lateAddress !== '' && request.url?.endsWith(lateAddress) === true;
        return write(late, request, response, isThisBuild ? FOREVER : CACHE);
      }
      const variant = cache.get(id) ?? compress(inlineSettings(bundle.tag, tagSettings(site)));
      cache.set(id, variant);
      write(variant, request, response);
    },
  };
}

/** Reads the built tag beside the running code. */
export function readTagBundle(folder: string): TagBundle {
  try {
    return {
      tag: readFileSync(`${folder}/clickthread.js`, 'utf8'),
      late: readFileSync(`${folder}/late.js`, 'utf8'),
    };
  } catch (cause) {
    throw new Error(`The tag is not built: ${folder} lacks clickthread.js or late.js. Run "npm run build".`, { cause });
  }
}

/** What the tag of a site must know; nothing secret, for every visitor can read it. */
export function tagSettings(site: Site): Omit<TagSettings, 'site'> {
  const { domains, linked, consent, currency, tag } = site.config;
  return {
    params: capturedParams(site),
    domains: widest(domains),
    linked: widest(linked),
    consent,
    ...(currency === undefined ? {} : { currency }),
    ...(tag.paid.length > 0 ? { paid: tag.paid } : {}),
    ...(tag.referrals.length > 0 ? { referrals: tag.referrals } : {}),
    ...(tag.cookies.length > 0 ? { cookies: tag.cookies } : {}),
    ...(tag.dataLayer === 'dataLayer' ? {} : { dataLayer: tag.dataLayer }),
    ...(tag.detect ? {} : { detect: false }),
    ...(tag.frames ? { frames: true } : {}),
    ...(tag.frames || tag.referrals.includes('referrer') ? { attend: true } : {}),
  };
}

/** Without what another one covers: the tag counts subdomains in. */
const widest = (domains: readonly string[]): string[] =>
  domains.filter((domain) => !domains.some((other) => domain.endsWith(`.${other}`)));

/** The built tag with a site's settings in the place that it keeps for them. */
export function inlineSettings(bundle: string, settings: Omit<TagSettings, 'site'>): string {
  // "</" and line separators would end an inline copy of the script early. Keys need no quotes.
  const literal = JSON.stringify(settings)
    .replace(/"(\w+)":/g, '$1:')
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  return bundle.trim().replace(PLACE, () => literal);
}

function compress(text: string): Variant {
  const plain = Buffer.from(text);
  return {
    etag: `"${sha256(text).slice(0, 24)}"`,
    plain,
    br: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    gzip: gzipSync(plain, { level: 9 }),
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

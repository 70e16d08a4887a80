/** Where one is: the part of the address behind `#`, `#/orders?partner=impact`. It can be kept, sent and gone back to. */
import type { Saying } from '../../wire/admin/saying.ts';
import { useLayoutEffect, useState } from 'preact/hooks';

export interface Route {
  /** `['orders', 'O 1']` */
  path: string[];
  query: Readonly<Record<string, string>>;
}

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return {
    path: path.split('/').filter(Boolean).map(decoded),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** The address of a place; what is empty is left out. */
export function addressOf(path: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  const text = new URLSearchParams(given).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

const PAGES: Readonly<Record<string, readonly string[]>> = {
  deliveries: ['deliveries'],
  quarantine: ['quarantine'],
  alerts: ['alerts'],
};

/** The page on which a finding of the doctor is mended, by what it looked at; undefined where there is none. */
export function placeOfFinding({ area, mend }: { area: string; mend?: Saying }): string | undefined {
  const [, site, id] = /^connection ([^/]+)\/(.+)$/.exec(area) ?? [];
  if (site !== undefined && id !== undefined) return addressOf(['connection', site, id]);
  if (mend?.given['connection'] !== undefined && mend.given['site'] !== undefined)
    return addressOf(['connection', String(mend.given['site']), String(mend.given['connection'])]);
  const page = area.startsWith('alert channel ') ? 'alerts' : area;
  return Object.hasOwn(PAGES, page) ? addressOf(PAGES[page]!) : undefined;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  // Before the browser does anything else: an address that changes right after the first look must not be missed.
  useLayoutEffect(() => {
    const follow = (): void => setRoute(readRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/** Changes what the address says of the same page, without a step for the way back. */
export function replaceQuery({ path, query }: Route, change: Readonly<Record<string, string | undefined>>): void {
  location.replace(addressOf(path, { ...query, ...change }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

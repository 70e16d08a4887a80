/** The last 50 orders of this browser, which must not go twice: in storage, and in a cookie for the site's other hosts. */
import { read, write } from './cookie.ts';
import { fingerprint } from './fingerprint.ts';
import { load, save } from './store.ts';

const NAME = '_ct_o';

const list = (): string[] => [load(NAME), read(NAME)].join('.').split('.');

/** Orders are remembered as hashes: the cookie travels, the order's number need not. */
export const isSeen = (key: string): boolean => list().includes(fingerprint(key));

export function see(key: string): void {
  const text = [...new Set([fingerprint(key), ...list()])].slice(0, 50).join('.');
  save(NAME, text);
  write(NAME, text);
}

/** What was done in this browser and must not be done again: the last 50 orders and pixels, in storage and in a cookie for the other hosts. */
import { read, write } from './cookie.ts';
import { fingerprint } from './handover.ts';
import { load, save } from './store.ts';

const NAME = '_ct_o';
const SIZE = 50;

const list = (): string[] => ((load(NAME) ?? '') + '.' + (read(NAME) ?? '')).split('.');

/** Orders are remembered as hashes: the cookie travels, the order's number need not. */
export const isSeen = (id: string): boolean => list().includes(fingerprint(id));

export function see(id: string): void {
  const text = [...new Set([fingerprint(id), ...list()])].filter(Boolean).slice(0, SIZE).join('.');
  save(NAME, text);
  write(NAME, text);
}

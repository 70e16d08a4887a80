/** Time-ordered random ids: no sequence, so that any number of replicas can make them. */
import { randomBytes, randomUUID } from 'node:crypto';

const POOL = 16 * 256;
let pool = randomBytes(POOL);
let used = 0;

/** Milliseconds, and how many of one millisecond came before. */
interface Stamp {
  at: number;
  count: number;
}
/** Ids of one millisecond that the counter of 18 bits keeps apart. */
const COUNTED = 0x40000;
/** Millisecond and counter of the newest id that this thread made or was told of. */
let last: Stamp = { at: 0, count: 0 };
let dated: Stamp = { at: 0, count: 0 };

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, a counter of 18 bits, 56 random bits (section 6.2, method 1).
 *
 * Every id sorts after those that this thread made before, whatever the clock does: where it stands still the counter goes on, where
 * it steps back the newest millisecond is kept and the counter goes on. So rows that are read in the order of their ids (the audit
 * log, an order's story, whatever is listed newest first) are read in the order in which they were written. The time in such an id is for
 * sorting alone; when something happened, its row says.
 */
export function newId(now: number): string {
  last = now > last.at ? { at: now, count: 0 } : following(last);
  return written(last);
}

/** The same for what is asked later when it was made ({@link idTime}): its time is `now`, also after a clock that stepped back. */
export function newDatedId(now: number): string {
  dated = { at: now, count: now === dated.at ? (dated.count + 1) % COUNTED : 0 };
  return written(dated);
}

function written({ at, count }: Stamp): string {
  if (used + 16 > POOL) {
    pool = randomBytes(POOL);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  bytes.writeUIntBE(at, 0, 6);
  bytes[6] = 0x70 | (count >>> 14);
  bytes[7] = count >>> 6;
  bytes[8] = 0x80 | (count & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * A visitor's name: 32 bits of seconds, 90 random ones. Nobody guesses it, and those who come at the same time stand beside each other in every
 * index: with random names each landing wrote a page of its own into each of them.
 */
export const newVisitorName = (now: number): string =>
  Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')
    .slice(-8) + randomUUID().slice(8);

/** When a dated id was made, epoch milliseconds; undefined for a text that is none of ours. */
export function idTime(id: string): number | undefined {
  if (!/^[\da-f]{8}-[\da-f]{4}-7/.test(id)) return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/**
 * Ids made from now on sort after this one too. A store calls it with the newest id that it finds, in the transaction that writes the
 * next: another process, or this one before it was started again, may have had a clock that was ahead.
 */
export function continueIdsAfter(id: string | null | undefined): void {
  const found = /^([\da-f]{8})-([\da-f]{4})-7([\da-f]{3})-([89ab][\da-f])/.exec(id ?? '');
  if (!found) return;
  const [, high, low, counted, rest] = found as unknown as [string, string, string, string, string];
  const at = parseInt(high + low, 16);
  const count = (parseInt(counted, 16) << 6) | (parseInt(rest, 16) & 0x3f);
  if (at > last.at || (at === last.at && count > last.count)) last = { at, count };
}

const following = ({ at, count }: Stamp): Stamp =>
  count + 1 < COUNTED ? { at, count: count + 1 } : { at: at + 1, count: 0 };

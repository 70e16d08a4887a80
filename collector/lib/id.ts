/** Time-ordered random ids: no sequence, so that any number of replicas can make them. */
import { randomBytes } from 'node:crypto';

const POOL = 16 * 256;
let pool = randomBytes(POOL);
let used = 0;
let last = 0;
let counter = 0;

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 12 that count within the millisecond, 62 random bits.
 * Ids of one process sort in the order in which they were made, even under a clock that stands still.
 */
export function newId(now: number): string {
  if (used + 16 > POOL) {
    pool = randomBytes(POOL);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  if (now > last) {
    last = now;
    counter = bytes[6]!;
  } else if (counter === 0xfff) {
    last += 1;
    counter = 0;
  } else {
    counter += 1;
  }
  // A clock that was set back keeps the later time until it catches up.
  const time = now > last || last - now > 10_000 ? now : last;
  bytes.writeUIntBE(time, 0, 6);
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

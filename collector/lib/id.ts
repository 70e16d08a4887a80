/** Time-ordered random ids: no sequence, so that any number of replicas can make them. */
import { randomBytes } from 'node:crypto';

const POOL = 16 * 256;
let pool = randomBytes(POOL);
let used = 0;
let last = 0;
let made = 0;

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, a counter of 18 bits, 56 random bits. The counter (section 6.2, method 1)
 * keeps the ids of one process and one millisecond in the order in which they were made: an order's story is read by them.
 */
export function newId(now: number): string {
  if (used + 16 > POOL) {
    pool = randomBytes(POOL);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  made = now === last ? (made + 1) & 0x3ffff : 0;
  last = now;
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | (made >>> 14);
  bytes[7] = made >>> 6;
  bytes[8] = 0x80 | (made & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

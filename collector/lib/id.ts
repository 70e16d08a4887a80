/** Time-ordered random ids: no sequence, so that any number of replicas can make them. */
import { randomBytes } from 'node:crypto';

const POOL = 16 * 256;
let pool = randomBytes(POOL);
let used = 0;
let last = 0;
let counter = 0;

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 24 that count within one millisecond, 50 random bits.
 * Ids that one process makes for the same millisecond sort in the order in which they were made.
 */
export function newId(now: number): string {
  if (used + 16 > POOL) {
    pool = randomBytes(POOL);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  // The start is random, so that two processes rarely count through the same numbers.
  counter = now === last ? (counter + 1) & 0xffffff : bytes.readUInt16BE(6);
  last = now;
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | (counter >> 20);
  bytes[7] = (counter >> 12) & 0xff;
  bytes[8] = 0x80 | ((counter >> 6) & 0x3f);
  bytes[9] = ((counter & 0x3f) << 2) | (bytes[9]! & 0x03);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Time-ordered random ids: no sequence, so that any number of replicas can make them. */
import { randomBytes } from 'node:crypto';

const POOL = 16 * 256;
let pool = randomBytes(POOL);
let used = 0;

/** A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 74 random bits. */
export function newId(now: number): string {
  if (used + 16 > POOL) {
    pool = randomBytes(POOL);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

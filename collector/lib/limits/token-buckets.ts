/** Token buckets by key in a fixed piece of memory: a number and a mark each, so that a million strangers cost what one does. */
import { getRandomValues } from 'node:crypto';

/** Places looked at for a key; the stalest of them makes room when all are taken. */
const WAYS = 8;

export interface TokenBuckets {
  /** 0 when the request may pass; else whole seconds until one may. */
  take(key: string, now: number): number;
}

/**
 * A bucket is kept as the moment at which it would be full again (the generic cell rate algorithm): one number says both how many
 * tokens are left and how long ago the last was taken. https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 *
 * Keys are kept as 64 bits of a hash that nobody outside can compute. A key that makes room loses its memory of itself, never another's;
 * the one that makes room is the one whose bucket is fullest. `now` is milliseconds of a clock that never goes back.
 */
export function createTokenBuckets(options: {
  /** Tokens that come back a second. */
  perSecond: number;
  burst: number;
  /** Keys remembered; rounded up to a power of two. 16 bytes each. */
  keys: number;
}): TokenBuckets {
  const { perSecond, burst } = options;
  const size = 2 ** Math.ceil(Math.log2(Math.max(options.keys, WAYS)));
  const marks = new Uint32Array(size * 2);
  const fullAt = new Float64Array(size);
  const [first = 0, second = 0] = getRandomValues(new Uint32Array(2));
  const step = 1000 / perSecond;
  const most = burst * step;
  // Zero means never used.
  const start = 1;

  return {
    take(key, now) {
      let a = first;
      let b = second;
      for (let index = 0; index < key.length; index += 1) {
        const code = key.charCodeAt(index);
        a = Math.imul(a ^ code, 0x85ebca6b);
        b = Math.imul(b ^ code, 0xc2b2ae35);
        a ^= a >>> 13;
        b ^= b >>> 16;
      }
      a = Math.imul(a ^ (b >>> 15), 0x9e3779b1) >>> 0;
      b = (b ^ (a >>> 11)) >>> 0 || 1;

      const from = (a % size) & ~(WAYS - 1);
      let place = from;
      for (let way = from; way < from + WAYS; way += 1) {
        if (marks[way * 2] === a && marks[way * 2 + 1] === b) {
          place = way;
          break;
        }
        if (fullAt[way]! < fullAt[place]!) place = way;
      }
      const isKnown = marks[place * 2] === a && marks[place * 2 + 1] === b;
      const full = Math.max(isKnown ? fullAt[place]! : 0, now + start);
      const next = full + step;
      const over = next - (now + start) - most;
      // A sliver of a token is rounding, not a request too many.
      if (over > 1e-6) return Math.max(1, Math.ceil(over / 1000));
      marks[place * 2] = a;
      marks[place * 2 + 1] = b;
      fullAt[place] = next;
      return 0;
    },
  };
}

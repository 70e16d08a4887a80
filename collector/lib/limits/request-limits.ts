/** How much one address, visitor, order id and site may send: defaults, and the words of `CLICKTHREAD_LIMITS`. Pure. */
import type { Problem } from '../../../wire/problem.ts';

export interface Bucket {
  /** Requests a second in the long run. */
  perSecond: number;
  /** Requests at once after a silence. */
  burst: number;
}

/** `undefined`: no limit. */
export interface RequestLimits {
  address: Bucket | undefined;
  visitor: Bucket | undefined;
  /** Reports of browsers about one order id, at once and an hour. */
  order: Bucket | undefined;
  /** All visits of a site together, and as many orders: none unless it is set, for no number fits every shop's busiest hour. */
  site: Bucket | undefined;
  /** What a site's browsers may add to the store a day (UTC). */
  bytesPerDay: number | undefined;
  rowsPerDay: number | undefined;
}

/** What is said to whoever sent too much. */
export interface OverLimit {
  /** Seconds until it is worth to come again. */
  retryAfter: number;
  problem: Problem;
}

const perHour = (count: number): Bucket => ({ perSecond: count / 3600, burst: count });

export const DEFAULT_LIMITS: RequestLimits = {
  address: { perSecond: 20, burst: 200 },
  visitor: { perSecond: 2, burst: 30 },
  order: perHour(20),
  site: undefined,
  bytesPerDay: 2_000_000_000,
  rowsPerDay: 5_000_000,
};

const UNLIMITED: RequestLimits = {
  address: undefined,
  visitor: undefined,
  order: undefined,
  site: undefined,
  bytesPerDay: undefined,
  rowsPerDay: undefined,
};

export const LIMITS_RULE =
  'must be "off" or a list such as "address=20/200,visitor=2/30,order=20,site=500/5000,bytes=2G,rows=5M": requests a second / at once for address, visitor and site, reports an hour for an order id, a day\'s bytes and rows of a site; each may be "off", and what is left out keeps its default';

/** How much of a day's budget is used, 1 where it is used up; 0 where there is none. */
export function shareOfBudget(
  { bytes, rows }: { bytes: number; rows: number },
  { bytesPerDay, rowsPerDay }: Pick<RequestLimits, 'bytesPerDay' | 'rowsPerDay'>,
): number {
  return Math.max(bytes / (bytesPerDay ?? Infinity), rows / (rowsPerDay ?? Infinity));
}

/** Undefined where the text is none. */
export function readLimits(text: string): RequestLimits | undefined {
  if (text === 'off') return UNLIMITED;
  const limits: RequestLimits = { ...DEFAULT_LIMITS };
  for (const part of text.split(',')) {
    const [name = '', value = '', ...more] = part.split('=').map((piece) => piece.trim());
    if (more.length > 0 || !setLimit(limits, name, value)) return undefined;
  }
  return limits;
}

function setLimit(limits: RequestLimits, name: string, value: string): boolean {
  const isOff = value === 'off';
  switch (name) {
    case 'address':
    case 'visitor':
    case 'site': {
      const bucket = isOff ? undefined : readBucket(value);
      limits[name] = bucket;
      return isOff || bucket !== undefined;
    }
    case 'order': {
      const count = isOff ? undefined : readCount(value);
      limits.order = count === undefined ? undefined : perHour(count);
      return isOff || count !== undefined;
    }
    case 'bytes':
    case 'rows': {
      const count = isOff ? undefined : readCount(value);
      limits[name === 'bytes' ? 'bytesPerDay' : 'rowsPerDay'] = count;
      return isOff || count !== undefined;
    }
    default:
      return false;
  }
}

function readBucket(text: string): Bucket | undefined {
  const [, rate, burst] = /^(\d{1,6}(?:\.\d{1,3})?)\/(\d{1,7})$/.exec(text) ?? [];
  if (rate === undefined || Number(rate) === 0 || Number(burst) === 0) return undefined;
  return { perSecond: Number(rate), burst: Number(burst) };
}

const UNITS: Record<string, number> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

function readCount(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,12})([kmgt]?)$/i.exec(text) ?? [];
  const count = Number(digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  return count > 0 ? count : undefined;
}

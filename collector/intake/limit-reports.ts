/** Step 2 of 5. Whether a browser's report is one too many: of its visitor, about its order, or for its site's day. Stands before the commit. */
import type { Command } from './command.ts';
import type { Clock } from '../lib/clock.ts';
import { days } from '../lib/duration.ts';
import { createTokenBuckets, type TokenBuckets } from '../lib/limits/token-buckets.ts';
import { networkKey } from '../lib/limits/network-key.ts';
import type { Bucket, OverLimit, RequestLimits } from '../lib/limits/request-limits.ts';
import type { UsageStore } from '../store/usage-store.ts';

/** Keys remembered; 16 bytes each. */
const VISITORS = 131_072;
const ORDERS = 65_536;
const SITES = 4096;
/** Addresses that are heard once each of an order whose share strangers have used up, as a multiple of that share: its buyer is among them. */
const FIRST_REPORTS = 5;
const ONCE_AN_HOUR: Bucket = { perSecond: 1 / 3600, burst: 1 };
/** Orders may go on by half a budget when the day's touches are used up: a sale is worth more than the visits that led nowhere. */
const ORDERS_SHARE = 1.5;
/** A day's budget comes back at midnight; who waits asks again sooner, in case the operator raises it. */
const BUDGET_PAUSE = 3600;
const BUSY = 'this site gets more at once than its operator allows';

export interface ReportLimits {
  /** What the sites have used today; read once a batch. */
  usage(): Promise<Usage>;
  /** The limit that this report is over; undefined when it may pass. Counts it. */
  findLimit(command: Command, usage: Usage): OverLimit | undefined;
}

type Usage = ReadonlyMap<string, { bytes: number; rows: number }>;

export function createReportLimits(deps: {
  limits: RequestLimits;
  store: UsageStore;
  clock: Clock;
  monotonic: Clock;
}): ReportLimits {
  const { limits, store, clock, monotonic } = deps;
  const visitors = bucketsOf(limits.visitor, VISITORS);
  const orders = bucketsOf(limits.order, ORDERS);
  const addresses = bucketsOf(limits.order && ONCE_AN_HOUR, ORDERS);
  const firstReports = bucketsOf(limits.order && times(limits.order, FIRST_REPORTS), ORDERS);
  // Each kind has its own: no flood of visits pushes a sale out.
  const visitsOfSite = bucketsOf(limits.site, SITES);
  const ordersOfSite = bucketsOf(limits.site, SITES);

  const ofBudget = (site: string, share: number, usage: Usage): OverLimit | undefined => {
    const used = usage.get(site);
    if (!used) return undefined;
    const { bytesPerDay = Infinity, rowsPerDay = Infinity } = limits;
    if (used.bytes < bytesPerDay * share && used.rows < rowsPerDay * share) return undefined;
    const message = 'this site has used up what it may store today; the operator sees it in "clickthread doctor"';
    return { retryAfter: BUDGET_PAUSE, problem: { field: 'limits', message } };
  };
  const ofBuckets = (buckets: TokenBuckets | undefined, key: string, what: string): OverLimit | undefined => {
    const retryAfter = buckets?.take(key, monotonic()) ?? 0;
    if (retryAfter === 0) return undefined;
    return { retryAfter, problem: { field: 'limits', message: `${what}; send it again after Retry-After seconds` } };
  };
  const ofVisitor = (site: string, visitor: string | undefined): OverLimit | undefined =>
    visitor === undefined
      ? undefined
      : ofBuckets(visitors, `${site}\n${visitor}`, 'this visitor has sent too much at once');

  /**
   * So many an order id, whoever names it. Who guesses the number of an order and names it as often must not keep its buyer's report out: the first
   * one of an address, where that is a visitor's, is heard all the same.
   */
  const ofOrder = ({ site, ip, valid }: Extract<Command, { type: 'order' }>): OverLimit | undefined => {
    const key = `${site}\n${valid.order.orderId}`;
    const network = networkKey(ip);
    const isFirst = network !== undefined && addresses?.take(`${key}\n${network}`, monotonic()) === 0;
    const over = ofBuckets(orders, key, 'this order has been reported too often in an hour');
    return over && isFirst && firstReports?.take(key, monotonic()) === 0 ? undefined : over;
  };

  return {
    usage: async () => {
      const used = await store.usage(Math.floor(clock() / days(1)));
      return new Map(used.map(({ site, bytes, rows }) => [site, { bytes, rows }]));
    },
    findLimit(command, usage) {
      const { site } = command;
      if (command.type === 'touch')
        return ofVisitor(site, command.visitor) ?? ofBuckets(visitsOfSite, site, BUSY) ?? ofBudget(site, 1, usage);
      if (command.type !== 'order') return undefined;
      return (
        ofVisitor(site, command.visitor) ??
        ofOrder(command) ??
        ofBuckets(ordersOfSite, site, BUSY) ??
        ofBudget(site, ORDERS_SHARE, usage)
      );
    },
  };
}

const times = ({ perSecond, burst }: Bucket, factor: number): Bucket => ({
  ...{ perSecond: perSecond * factor, burst: burst * factor },
});

const bucketsOf = (bucket: Bucket | undefined, keys: number): TokenBuckets | undefined =>
  bucket && createTokenBuckets({ ...bucket, keys });

/** Signs that money is being invented, as a table: each with its threshold and the honest case that looks the same. Shown and counted, never acted on. Pure. */
import type { SignalName } from '../../model/authority/signal-names.ts';

/** What is known of an order when it is recorded; absent where it can't be said. */
export interface SignalFacts {
  /** Between the winning click and the order. */
  secondsFromClick?: number;
  /** How many times the site's usual amount in that currency, or its part: never below 1. */
  timesUsual?: number;
  /** Orders of the last weeks with the same click. */
  ordersOfClick?: number;
  /** Orders of the last weeks from the same visitor. */
  ordersOfVisitor?: number;
  /** Orders of the last weeks from the same network address. */
  ordersOfAddress?: number;
  /** 1 where the shop's orders never had an id of that pattern. */
  strangeId?: number;
  /** 1 where no network makes such a click id. */
  strangeClick?: number;
}

export interface Signal {
  name: SignalName;
  /** What it counts. */
  fact: keyof SignalFacts;
  /** `below`: shown under the threshold; `above`: over it. */
  shown: 'below' | 'above';
  /** Unless the site's `signals` name another one. */
  threshold: number;
  unit: string;
  /** What an honest case looks like that shows the same sign. */
  honest: string;
}

export const SIGNALS: readonly Signal[] = [
  {
    name: 'fast',
    fact: 'secondsFromClick',
    shown: 'below',
    threshold: 10,
    unit: 'seconds from the click to the order',
    honest: 'a buyer who came from a coupon page with the cart filled',
  },
  {
    name: 'amount',
    fact: 'timesUsual',
    shown: 'above',
    threshold: 10,
    unit: "times the site's usual amount, or its part",
    honest: 'a company that orders for all its offices',
  },
  {
    name: 'click-reused',
    fact: 'ordersOfClick',
    shown: 'above',
    threshold: 5,
    unit: 'orders with one click id in 30 days',
    honest: 'a buyer who orders every few days after one click',
  },
  {
    name: 'visitor-busy',
    fact: 'ordersOfVisitor',
    shown: 'above',
    threshold: 10,
    unit: 'orders from one visitor in 30 days',
    honest: 'a telephone agent who orders for customers',
  },
  {
    name: 'address-busy',
    fact: 'ordersOfAddress',
    shown: 'above',
    threshold: 25,
    unit: 'orders from one network address in 30 days',
    honest: 'gift orders from one office; a mobile network behind one address',
  },
  {
    name: 'order-id',
    fact: 'strangeId',
    shown: 'above',
    threshold: 0,
    unit: "pattern that none of the shop's orders had",
    honest: 'a shop that has moved to another system',
  },
  {
    name: 'click-id',
    fact: 'strangeClick',
    shown: 'above',
    threshold: 0,
    unit: 'click id that no network makes',
    honest: 'the shop itself, trying a link out',
  },
];

/** Names of the signs that an order shows. `thresholds` are the site's own. */
export function findSignals(facts: SignalFacts, thresholds: Readonly<Record<string, number>> = {}): string[] {
  return SIGNALS.filter(({ name, fact, shown, threshold }) => {
    const value = facts[fact];
    if (value === undefined) return false;
    const limit = thresholds[name] ?? threshold;
    return shown === 'below' ? value < limit : value > limit;
  }).map(({ name }) => name);
}

/** What a site's orders usually look like, kept in a few numbers. */
export interface Norm {
  /** Orders seen. */
  orders: number;
  /** By currency: orders seen, and the running mean of the logarithm of their amounts. */
  amounts: Record<string, { orders: number; mean: number }>;
  /** Patterns of order ids, with how many orders had them. */
  patterns: Record<string, number>;
}

export const noNorm = (): Norm => ({ orders: 0, amounts: {}, patterns: {} });

/** Before so many orders there is nothing usual. */
const ENOUGH = 30;
/** The mean forgets what is older than about so many orders. */
const MEMORY = 500;
const MOST_PATTERNS = 40;
const MOST_CURRENCIES = 40;

/** The norm with one more order of the shop. */
export function learnNorm(norm: Norm, order: { orderId: string; total: number; currency: string }): Norm {
  const { orderId, total, currency } = order;
  const known = norm.amounts[currency] ?? { orders: 0, mean: 0 };
  const orders = known.orders + 1;
  const mean = known.mean + (Math.log(Math.max(1, total)) - known.mean) / Math.min(orders, MEMORY);
  const pattern = patternOf(orderId);
  const patterns = { ...norm.patterns };
  if (pattern in patterns || Object.keys(patterns).length < MOST_PATTERNS)
    patterns[pattern] = (patterns[pattern] ?? 0) + 1;
  const roomy = currency in norm.amounts || Object.keys(norm.amounts).length < MOST_CURRENCIES;
  return {
    orders: norm.orders + 1,
    amounts: roomy ? { ...norm.amounts, [currency]: { orders, mean } } : norm.amounts,
    patterns,
  };
}

/** How far an order lies from what is usual. */
export function compareToNorm(
  norm: Norm,
  order: { orderId: string; total: number; currency: string },
): Pick<SignalFacts, 'timesUsual' | 'strangeId'> {
  const facts: Pick<SignalFacts, 'timesUsual' | 'strangeId'> = {};
  const amounts = norm.amounts[order.currency];
  if (amounts && amounts.orders >= ENOUGH)
    facts.timesUsual = Math.exp(Math.abs(Math.log(Math.max(1, order.total)) - amounts.mean));
  if (norm.orders >= ENOUGH && Object.keys(norm.patterns).length < MOST_PATTERNS)
    facts.strangeId = patternOf(order.orderId) in norm.patterns ? 0 : 1;
  return facts;
}

/** `O-1024` → `A-9`: letters and digits as such, runs of digits of any length as one, so that growing numbers keep their pattern. */
export function patternOf(orderId: string): string {
  return orderId
    .slice(0, 64)
    .replace(/\d+/g, '9')
    .replace(/\p{Lu}+/gu, 'A')
    .replace(/\p{Ll}+/gu, 'a');
}

/** Click ids of networks are long and made by machines; words and macros that were never filled in are not. */
export function isStrangeClick(value: string): boolean {
  if (/[{}[\]]|^%|%$/.test(value)) return true;
  if (/^(test|demo|example|click|clickid|click_id|null|undefined|none|abc|xxx|1234)/i.test(value)) return true;
  return value.length < 6 || /^(.)\1+$/.test(value);
}

/** Step 2 of 5. Reads an order as a browser, a shop's server or a file sends it. Every problem at once, each with its fix; pure. */
import { digitsOf } from '../../wire/currency-digits.ts';
import { otherCurrency, readOrderCurrency, unsigned } from '../../wire/complete-order.ts';
import { isClickId } from '../../wire/journey.ts';
import { readOrderId } from '../../wire/order-id.ts';
import type { Problem } from '../../wire/problem.ts';
import { readTimestamp } from '../lib/local-time.ts';
import { foldText, tidyId } from '../lib/text/fold.ts';
import { hasDeceptive } from '../../wire/text/printable.ts';
import type { Order, Personal } from '../model/order.ts';
import { isBlank, isFields, type Note, readText } from './fields.ts';
import { readMoney } from './read-amount.ts';
import { readCoupons } from './parts/read-coupons.ts';
import { readOrderStatus } from './parts/read-status.ts';
import { tidyOrder } from './parts/tidy-order.ts';
import { MOST_ITEMS, readItems } from './parts/validate-items.ts';

export { isFields, MOST_ITEMS };

/** Clocks of shops run ahead by minutes, not by days. */
const FUTURE_ALLOWED = 24 * 3_600_000;
/** Times that nobody set are 1970, 1900 or the year 1. */
const FIRST_SHOPS = Date.UTC(1995, 0);

const MONEY_FIELDS = ['subtotal', 'discount', 'shipping', 'tax'] as const;
const PERSONAL_FIELDS = ['firstName', 'lastName', 'city', 'region', 'postcode', 'country', 'phone'] as const;
const KNOWN_FIELDS = new Set([
  ...MONEY_FIELDS,
  ...[
    'orderId',
    'total',
    'currency',
    'coupons',
    'placedAt',
    'status',
    'customer',
    'items',
    'clicks',
    'clickedAt',
    'journey',
    'custom',
    'updatedAt',
  ],
  ...['visitor', 'touches', 'consent', 'page', 'now', 'signature', 'signed', 'signedAt', 'identity', 'v'],
]);
const KNOWN_CUSTOMER = new Set(['id', 'email', 'isNew', ...PERSONAL_FIELDS]);

export interface ValidOrder {
  order: Order;
  /** Click ids that came with the order itself, parameter names in lower case. */
  clicks: { param: string; value: string }[];
  /** When those were clicked, epoch milliseconds; the order's time unless given. */
  clickedAt?: number;
  journey?: string;
  /** What was said outright, so that a later report does not overwrite with defaults. */
  given: { status: boolean; items: boolean; placedAt: boolean; coupons?: boolean };
}

export type OrderReading = { valid?: ValidOrder; problems: Problem[]; warnings: Problem[] };

export interface OrderContext {
  /** The site's, used where the order names none. */
  currency?: string;
  /** The site's: what the order's times without an offset mean. UTC unless given. */
  timezone?: string;
  now: number;
  /** Decimals of amounts, where those of a stored order are changed; the currency's unless given. */
  digits?: number;
  /** Every field counts: what can't be used is a problem. For a change, where a line left out would be a refund. */
  strict?: boolean;
  /** Amounts as people write them are read where every field counts, too: what they mean is read or refused, never left out. */
  inWords?: boolean;
}

/**
 * Reads a whole order. Its core (order id, total, currency) decides; any other field that can't be used is left out, with a warning that
 * names it: a detail never costs the sale.
 */
export function readOrder(given: unknown, context: OrderContext): OrderReading {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  if (!isFields(given)) {
    return {
      problems: [{ field: 'body', message: 'must be a JSON object with orderId, total and currency' }],
      warnings,
    };
  }
  const { strict = false, inWords = !strict } = context;
  const input = inWords ? tidyOrder(given, context.currency) : given;
  const refuse: Note = (field, message) => void problems.push({ field, message });
  const warn: Note = (field, message) => void warnings.push({ field, message });
  const leaveOut: Note = strict ? refuse : (field, message) => warn(field, `${message}; left out`);
  for (const key of Object.keys(input))
    if (!KNOWN_FIELDS.has(key)) warn(key.slice(0, 64), 'is not a field of an order; left out');

  const id = readOrderId(input.orderId);
  if ('problem' in id) refuse('orderId', id.problem);
  const currency = readOrderCurrency(input, context.currency);
  if (currency === undefined) refuse('currency', currencyProblem(input.currency));
  const amount = (field: string, value: unknown, note: Note): number | undefined => {
    const other = inWords ? otherCurrency(value, currency) : undefined;
    if (other !== undefined) return void note(field, other);
    const read = readMoney(value, { currency, digits: context.digits, strict: !inWords });
    if ('error' in read) return void note(field, read.error);
    if (read.reread !== undefined) warn(field, `was read as ${read.reread}: send a decimal with a dot`);
    if (read.rounded) warn(field, `has more decimals than ${currency ?? 'the currency'} has; rounded`);
    return read.minor;
  };
  const total = isBlank(input.total)
    ? void refuse('total', 'is missing: send the amount the customer paid, such as "112.00"')
    : amount('total', input.total, refuse);
  const order: Order = {
    orderId: 'orderId' in id ? id.orderId : '',
    total: total ?? 0,
    currency: currency ?? '',
    digits: context.digits ?? digitsOf(currency ?? ''),
    coupons: readCoupons(input.coupons, warn),
    placedAt: readTime({ field: 'placedAt', value: input.placedAt, context, warn }) ?? context.now,
    status: readOrderStatus(input.status, { strict, refuse, warn }) ?? 'approved',
    items: readItems(input.items, { currency, digits: context.digits, strict: !inWords, warn, leaveOut }),
    personal: {},
  };
  for (const field of MONEY_FIELDS) {
    const value = input[field];
    if (isBlank(value)) continue;
    const minor = amount(field, field === 'discount' && inWords ? unsigned(value) : value, leaveOut);
    if (minor !== undefined) order[field] = minor;
  }
  readCustomer(input.customer, order, warn);
  const custom = readCustom(input.custom, warn);
  if (custom) order.custom = custom;
  const clicks = readClicks(input.clicks, leaveOut, strict);
  const clickedAt = readTime({ field: 'clickedAt', value: input.clickedAt, context, warn });
  if (problems.length > 0) return { problems, warnings };
  return {
    valid: {
      order,
      clicks,
      ...(clickedAt === undefined ? {} : { clickedAt }),
      ...(typeof input.journey === 'string' ? { journey: input.journey.slice(0, 8192) } : {}),
      given: {
        status: input.status !== undefined,
        items: input.items !== undefined,
        placedAt: input.placedAt !== undefined,
        ...(isBlank(input.coupons) ? {} : { coupons: true }),
      },
    },
    problems,
    warnings,
  };
}

const currencyProblem = (given: unknown): string =>
  isBlank(given)
    ? 'is missing: send an ISO 4217 code such as "USD", or set the site\'s currency'
    : 'must be an ISO 4217 code of three letters, such as "USD"';

export type TimeContext = Pick<OrderContext, 'timezone' | 'now'>;

export function readTime(options: {
  field: string;
  value: unknown;
  context: TimeContext;
  warn: Note;
}): number | undefined {
  const { field, value, warn } = options;
  const { now, timezone = 'UTC' } = options.context;
  if (isBlank(value)) return undefined;
  const at = readTimestamp(value, timezone);
  if (at === undefined) {
    return void warn(field, 'is not an ISO 8601 time such as "2024-08-01T23:55:24-08:00"; the time of arrival is used');
  }
  if (at < FIRST_SHOPS) return void warn(field, 'lies before there were shops; the time of arrival is used');
  if (at > now + FUTURE_ALLOWED) return void warn(field, 'lies in the future; the time of arrival is used');
  return at;
}

function readCustomer(value: unknown, order: Order, warn: Note): void {
  if (value === undefined || value === null) return;
  if (!isFields(value)) return warn('customer', 'must be an object; left out');
  for (const key of Object.keys(value))
    if (!KNOWN_CUSTOMER.has(key)) warn(`customer.${key.slice(0, 64)}`, 'is not a field of a customer; left out');
  const text = readText(value.id);
  const id = text === undefined ? undefined : tidyId(text);
  if (id !== undefined && hasDeceptive(id))
    warn('customer.id', 'holds control characters or direction marks; left out');
  else if (id !== undefined) order.customerId = id;
  if (typeof value.isNew === 'boolean') order.isNewCustomer = value.isNew;
  const personal: Personal = {};
  if (typeof value.email === 'string' && value.email.trim() !== '') {
    const email = foldText(value.email).trim();
    if (isEmail(email)) personal.email = email;
    else warn('customer.email', 'is not an e-mail address; left out: destinations that need one will skip this order');
  }
  for (const field of PERSONAL_FIELDS) {
    const text = readText(value[field]);
    if (text !== undefined) personal[field] = field === 'phone' ? foldText(text) : text;
  }
  order.personal = personal;
}

function readCustom(value: unknown, warn: Note): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) return void warn('custom', 'must be an object of short texts; left out');
  const kept = Object.entries(value).flatMap(([key, entry]) => {
    const text = readText(entry);
    return text !== undefined && /^[\w.-]{1,64}$/.test(key) ? [[key, text] as const] : [];
  });
  if (kept.length < Object.keys(value).length)
    warn('custom', 'had entries that are no short texts; those were left out');
  return kept.length > 0 ? Object.fromEntries(kept.slice(0, 50)) : undefined;
}

/** Click ids beside the order: `{ "irclickid": "…" }`. */
function readClicks(value: unknown, leaveOut: Note, strict: boolean): { param: string; value: string }[] {
  if (value === undefined || value === null) return [];
  if (!isFields(value)) return (leaveOut('clicks', 'must be an object such as { "irclickid": "…" }'), []);
  return Object.entries(value).flatMap(([key, given]) => {
    if (given === '' || (!strict && isBlank(given)) || given === undefined || given === null) return [];
    // A number that a template left without quotes is the id, unless it has lost digits.
    const text = !strict && Number.isSafeInteger(given) ? String(given as number) : given;
    const [name, id] = strict || typeof text !== 'string' ? [key, text] : [key.trim(), text.trim()];
    const field = `clicks.${name.slice(0, 64)}`;
    if (!/^[\w.-]{1,64}$/.test(name)) return (leaveOut(field, 'is not the name of a landing parameter'), []);
    if (typeof id !== 'string' || !isClickId(id, name)) return (leaveOut(field, CLICK_ID_RULE), []);
    return [{ param: name.toLowerCase(), value: id }];
  });
}

/** What a click id may be, in words. */
export const CLICK_ID_RULE =
  'is no click id: 1 to 512 printable ASCII characters without spaces, quotes, commas, semicolons or backslashes. Placeholders and words for nothing (TBD, none, not_set) are none. Send it as it stood in the landing address, decoded once';

/** Looks like an address that mail can reach; the vendor has the last word. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>"(),;:\\[\]]+@[^\s@<>"(),;:\\[\]]+\.[^\s@<>"(),;:\\[\].]{2,}$/.test(text);
}

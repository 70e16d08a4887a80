/** Step 2 of 5. Reads an order as a browser, a shop's server or a file sends it. Every problem at once, each with its fix; pure. */
import type { Item, Order, OrderStatus, Personal, Problem } from './event.ts';
import { readInstant } from './lib/local-time.ts';
import { isCurrency, parseMoney } from './lib/money.ts';
import { isClickId } from '../tag/journey.ts';

/** More lines than any shop's order has; a longer one is a template gone wrong. */
export const MOST_ITEMS = 500;
const LONGEST_ORDER_ID = 128;
const LONGEST_TEXT = 255;
const MOST_COUPONS = 20;
/** Clocks of shops run ahead by minutes, not by days. */
const FUTURE_ALLOWED = 24 * 3_600_000;

const STATUSES: readonly OrderStatus[] = ['approved', 'pending', 'cancelled', 'refunded'];
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
  ],
  ...['visitor', 'touches', 'consent', 'page', 'signature', 'v'],
]);
const KNOWN_CUSTOMER = new Set(['id', 'email', 'isNew', ...PERSONAL_FIELDS]);
const KNOWN_ITEM = new Set(['sku', 'name', 'category', 'quantity', 'price', 'discount', 'currency']);

export interface ValidOrder {
  order: Order;
  /** Click ids that came with the order itself, parameter names in lower case. */
  clicks: { param: string; value: string }[];
  /** When those were clicked, epoch milliseconds; the order's time unless given. */
  clickedAt?: number;
  journey?: string;
  /** What was said outright, so that a later report does not overwrite with defaults. */
  given: { status: boolean; items: boolean; placedAt: boolean };
}

export type OrderReading = { valid?: ValidOrder; problems: Problem[]; warnings: Problem[] };

type Fields = Record<string, unknown>;

export interface OrderContext {
  /** The site's, used where the order names none. */
  currency?: string;
  /** The site's: what the order's times without an offset mean. UTC unless given. */
  timezone?: string;
  now: number;
}

/** Reads a whole order. */
export function readOrder(input: unknown, context: OrderContext): OrderReading {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  if (!isFields(input)) {
    return {
      problems: [{ field: 'body', message: 'must be a JSON object with orderId, total and currency' }],
      warnings,
    };
  }
  const refuse = (field: string, message: string): void => void problems.push({ field, message });
  const warn = (field: string, message: string): void => void warnings.push({ field, message });
  for (const key of Object.keys(input))
    if (!KNOWN_FIELDS.has(key)) warn(key.slice(0, 64), 'is not a field of an order; left out');

  const orderId = readOrderId(input.orderId, refuse);
  const currency = readCurrency(isBlank(input.currency) ? context.currency : input.currency, refuse);
  const amount = (field: string, value: unknown): number | undefined => {
    const parsed = parseMoney(value, currency ?? 'USD');
    if ('error' in parsed) return void refuse(field, parsed.error);
    if (parsed.rounded) warn(field, `has more decimals than ${currency ?? 'the currency'} has; rounded`);
    return parsed.minor;
  };
  const total =
    input.total === undefined || input.total === null || input.total === ''
      ? void refuse('total', 'is missing: send the amount the customer paid, such as "112.00"')
      : amount('total', input.total);
  const order: Order = {
    orderId: orderId ?? '',
    total: total ?? 0,
    currency: currency ?? '',
    coupons: readCoupons(input.coupons, warn),
    placedAt: readTime({ field: 'placedAt', value: input.placedAt, context, warn }) ?? context.now,
    status: readStatus(input.status, refuse) ?? 'approved',
    items: readItems({ value: input.items, currency, amount, refuse, warn }),
    personal: {},
  };
  for (const field of MONEY_FIELDS) {
    const value = input[field];
    if (value === undefined || value === null || value === '') continue;
    const minor = amount(field, value);
    if (minor !== undefined) order[field] = minor;
  }
  readCustomer(input.customer, order, warn);
  const custom = readCustom(input.custom, warn);
  if (custom) order.custom = custom;
  const clicks = readClicks(input.clicks, refuse);
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
      },
    },
    problems,
    warnings,
  };
}

/** Templates print nothing where they have nothing: that is not a value. */
function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

type Say = (field: string, message: string) => void;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readOrderId(value: unknown, refuse: Say): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (text === undefined || text === null || text === '') {
    return void refuse('orderId', "is missing: send the shop's own number of this order, the same in every report");
  }
  if (typeof text !== 'string') return void refuse('orderId', 'must be a string or a whole number');
  const trimmed = wellFormed(text.trim());
  if (trimmed.length === 0 || trimmed.length > LONGEST_ORDER_ID || hasControl(trimmed)) {
    return void refuse('orderId', `must have 1 to ${LONGEST_ORDER_ID} characters and no line breaks`);
  }
  return trimmed;
}

function readCurrency(value: unknown, refuse: Say): string | undefined {
  if (value === undefined || value === null || value === '') {
    return void refuse('currency', 'is missing: send an ISO 4217 code such as "USD", or set the site\'s currency');
  }
  const code = typeof value === 'string' ? value.trim().toUpperCase() : '';
  if (!isCurrency(code)) return void refuse('currency', 'must be an ISO 4217 code of three letters, such as "USD"');
  return code;
}

export function readStatus(value: unknown, refuse: Say): OrderStatus | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const status = STATUSES.find((known) => known === value);
  return status ?? void refuse('status', `must be one of ${STATUSES.join(', ')}`);
}

function readTime(options: { field: string; value: unknown; context: OrderContext; warn: Say }): number | undefined {
  const { field, value, warn } = options;
  const { now, timezone = 'UTC' } = options.context;
  if (value === undefined || value === null || value === '') return undefined;
  const at = typeof value === 'string' ? readInstant(value.trim(), timezone) : undefined;
  if (at === undefined || at < 0) {
    return void warn(field, 'is not an ISO 8601 time such as "2024-08-01T23:55:24-08:00"; the time of arrival is used');
  }
  if (at > now + FUTURE_ALLOWED) return void warn(field, 'lies in the future; the time of arrival is used');
  return at;
}

function readCoupons(value: unknown, warn: Say): string[] {
  if (value === undefined || value === null || value === '') return [];
  const list = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(list)) return (warn('coupons', 'must be a list of codes; left out'), []);
  const codes = list.filter((code): code is string => typeof code === 'string').map((code) => code.trim());
  const kept = codes
    .filter((code) => code !== '' && code.length <= LONGEST_TEXT && !hasControl(code))
    .slice(0, MOST_COUPONS);
  if (kept.length < list.length) warn('coupons', 'had entries that are no codes; those were left out');
  return kept;
}

function readItems(options: {
  value: unknown;
  currency: string | undefined;
  amount: (field: string, value: unknown) => number | undefined;
  refuse: Say;
  warn: Say;
}): Item[] {
  const { value, currency, amount, refuse, warn } = options;
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return (refuse('items', 'must be a list of items'), []);
  if (value.length > MOST_ITEMS) {
    return (
      refuse('items', `has ${value.length} lines; at most ${MOST_ITEMS} are taken: merge lines of the same sku`),
      []
    );
  }
  return value.map((entry: unknown, index): Item => {
    const at = `items[${index}]`;
    const item: Item = { sku: '', quantity: 1, price: 0 };
    if (!isFields(entry)) return (refuse(at, 'must be an object with sku, quantity and price'), item);
    for (const key of Object.keys(entry))
      if (!KNOWN_ITEM.has(key)) warn(`${at}.${key.slice(0, 64)}`, 'is not a field of an item; left out');
    const sku = readText(entry.sku);
    const name = readText(entry.name);
    const category = readText(entry.category);
    if (sku === undefined && name === undefined) refuse(`${at}.sku`, "is missing: send the item's stock number");
    item.sku = sku ?? name ?? '';
    if (name !== undefined) item.name = name;
    if (category !== undefined) item.category = category;
    item.quantity = readQuantity(entry.quantity, (message) => refuse(`${at}.quantity`, message));
    item.price =
      entry.price === undefined
        ? (refuse(`${at}.price`, 'is missing: send the unit price'), 0)
        : (amount(`${at}.price`, entry.price) ?? 0);
    if (entry.discount !== undefined && entry.discount !== null && entry.discount !== '') {
      item.discount = amount(`${at}.discount`, entry.discount) ?? 0;
    }
    if (typeof entry.currency === 'string' && entry.currency.trim().toUpperCase() !== currency) {
      refuse(
        `${at}.currency`,
        `is ${entry.currency.slice(0, 8)}, the order's is ${currency ?? 'missing'}: an order has one currency`,
      );
    }
    return item;
  });
}

function readQuantity(value: unknown, refuse: (message: string) => void): number {
  if (value === undefined || value === null || value === '') return 1;
  const quantity = typeof value === 'string' && /^\d{1,7}(\.0+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof quantity === 'number' && Number.isSafeInteger(quantity) && quantity >= 0 && quantity <= 1_000_000)
    return quantity;
  return (refuse('must be a whole number from 0 to 1000000'), 1);
}

function readCustomer(value: unknown, order: Order, warn: Say): void {
  if (value === undefined || value === null) return;
  if (!isFields(value)) return warn('customer', 'must be an object; left out');
  for (const key of Object.keys(value))
    if (!KNOWN_CUSTOMER.has(key)) warn(`customer.${key.slice(0, 64)}`, 'is not a field of a customer; left out');
  const id = readText(value.id);
  if (id !== undefined) order.customerId = id;
  if (typeof value.isNew === 'boolean') order.isNewCustomer = value.isNew;
  const personal: Personal = {};
  if (typeof value.email === 'string' && value.email.trim() !== '') {
    const email = value.email.trim();
    if (isEmail(email)) personal.email = email;
    else warn('customer.email', 'is not an e-mail address; left out: destinations that need one will skip this order');
  }
  for (const field of PERSONAL_FIELDS) {
    const text = readText(value[field]);
    if (text !== undefined) personal[field] = text;
  }
  order.personal = personal;
}

function readCustom(value: unknown, warn: Say): Record<string, string> | undefined {
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
function readClicks(value: unknown, refuse: Say): { param: string; value: string }[] {
  if (value === undefined || value === null) return [];
  if (!isFields(value)) return (refuse('clicks', 'must be an object such as { "irclickid": "…" }'), []);
  return Object.entries(value).flatMap(([name, id]) => {
    if (id === undefined || id === null || id === '') return [];
    const field = `clicks.${name.slice(0, 64)}`;
    if (!/^[\w.-]{1,64}$/.test(name)) return (refuse(field, 'is not the name of a landing parameter'), []);
    if (typeof id !== 'string' || !isClickId(id)) return (refuse(field, CLICK_ID_RULE), []);
    return [{ param: name.toLowerCase(), value: id }];
  });
}

/** What a click id may be, in words. */
export const CLICK_ID_RULE =
  'is no click id: 1 to 512 printable ASCII characters without spaces, quotes, commas, semicolons or backslashes. Send it as it stood in the landing address, decoded once';

/** A short text or number as text; undefined for everything else and for empty text. */
function readText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  const text = wellFormed(value.replace(/[\u0000-\u001f\u007f]+/g, ' ')).trim();
  return text === '' ? undefined : text.slice(0, LONGEST_TEXT).replace(LONE_SURROGATE, '');
}

/** Half of an emoji, as a shop's template leaves it that cuts texts by length. Neither the store nor most vendors can keep it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

const wellFormed = (text: string): string => text.replace(LONE_SURROGATE, '\ufffd');

function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text);
}

/** Looks like an address that mail can reach; the vendor has the last word. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>"(),;:\\[\]]+@[^\s@<>"(),;:\\[\]]+\.[^\s@<>"(),;:\\[\].]{2,}$/.test(text);
}

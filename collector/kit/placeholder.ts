/** What a template may say of a sale: every placeholder, its value, and both of its spellings. */
import { normalEmail, sha1, sha256 } from '../lib/hash.ts';
import type { Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';
import { decimalAmount, lineTotal, worthOf } from './amount.ts';
import { compositionOf } from '../model/amounts/composition.ts';
import type { Settings } from './setting.ts';

export interface Wording {
  /** `decimal`: `19.95`. `cents`: the smallest unit of the currency, `1995`. `decimal` unless given. */
  amount?: 'decimal' | 'cents';
}

interface Subject extends Wording {
  report: Report;
  settings: Settings;
}

type Money = (minor: number | undefined) => string;

const iso = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString());
const unix = (at: number | undefined): string => (at === undefined ? '' : String(Math.floor(at / 1000)));
const hash = (email: string | undefined, how: (text: string) => string): string =>
  email === undefined || email.trim() === '' ? '' : how(normalEmail(email));

/** Lists are joined with `|`, as Rakuten and iDevAffiliate read them. */
const each = (order: Order, say: (item: Order['items'][number]) => string): string => order.items.map(say).join('|');

const values: Record<string, (report: Report, money: Money) => string> = {
  click_id: ({ click }) => click?.value ?? '',
  click_ts_iso: ({ click }) => iso(click?.at),
  click_ts_unix: ({ click }) => unix(click?.at),
  order_id: ({ order }) => order.orderId,
  amount: ({ order }, money) => money(order.total),
  total: ({ order }, money) => money(order.total),
  subtotal: ({ order }, money) => money(order.subtotal),
  net: ({ order }, money) => money(worthOf(order, 'net')),
  discount: ({ order }, money) => money(order.discount),
  shipping: ({ order }, money) => money(order.shipping),
  tax: ({ order }, money) => money(order.tax),
  currency: ({ order }) => order.currency,
  coupon: ({ order }) => order.coupons[0] ?? '',
  coupons: ({ order }) => order.coupons.join(','),
  status: ({ order }) => order.status,
  customer_id: ({ order }) => order.customerId ?? '',
  email_sha256: ({ order }) => hash(order.personal.email, sha256),
  email_sha1: ({ order }) => hash(order.personal.email, sha1),
  ts_iso: ({ order }) => iso(order.placedAt),
  ts_unix: ({ order }) => unix(order.placedAt),
  channel: ({ channel }) => channel,
  skus: ({ order }) => each(order, ({ sku }) => sku),
  quantities: ({ order }) => each(order, ({ quantity }) => String(quantity)),
  line_totals: ({ order }, money) => {
    const { ofLine } = compositionOf(order);
    return each(order, (item) => money(lineTotal(item, ofLine)));
  },
};

export const KNOWN_NAMES: readonly string[] = Object.keys(values);

/** `orderId`, `order_id` and `ORDERID` are one name. */
const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

const byPlainName = new Map(Object.entries(values).map(([name, value]) => [plain(name), value]));

export const isKnownName = (name: string, secrets: readonly string[]): boolean => {
  if (name.startsWith('custom.')) return true;
  if (name.startsWith('secret.')) return secrets.includes(name.slice('secret.'.length));
  return byPlainName.has(plain(name));
};

export const isEmailName = (name: string): boolean => plain(name).startsWith('email');

/** The value of one placeholder, empty where it isn't known. */
export function placeholderValue(name: string, { report, settings, amount }: Subject): string {
  const { custom } = report.order;
  if (name.startsWith('custom.')) return own(custom, name.slice('custom.'.length));
  if (name.startsWith('secret.')) return own(settings['secrets'], name.slice('secret.'.length));
  const money: Money = (minor) => {
    if (minor === undefined) return '';
    return amount === 'cents' ? String(minor) : decimalAmount(minor, report.order);
  };
  return byPlainName.get(plain(name))?.(report, money) ?? '';
}

function own(map: unknown, key: string): string {
  if (typeof map !== 'object' || map === null || !Object.hasOwn(map, key)) return '';
  return String((map as Record<string, unknown>)[key] ?? '');
}

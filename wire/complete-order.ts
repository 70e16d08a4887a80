/** A raw order of any shape as the canonical order of a report: id, currency and amounts read, or why it can't be used. Pure. */
import { clearQuantity, isUnclearQuantity, readAmount } from './amount.ts';
import type { AmountRules } from './amount.ts';
import { digitsOf, isCurrency } from './currency-digits.ts';
import { readOrderId } from './order-id.ts';
import { isBlank, isFields, listOf, textOf } from './order-shapes/fields.ts';
import type { Fields, RawItem, RawOrder } from './order-shapes/fields.ts';

export interface FieldProblem {
  field: string;
  message: string;
}

/** The canonical order as a page can know it; amounts are decimals with a dot. */
export interface CompleteOrder extends Fields {
  orderId: string;
  total: string;
  currency: string;
  items?: Fields[];
  coupons?: string[];
  customer?: Fields;
}

export type Completed =
  | {
      order: CompleteOrder;
      /** The total as it was said, before tax and shipping were added. */ said: string;
      warnings: FieldProblem[];
    }
  | { problems: FieldProblem[]; orderId?: string };

/** Signs and everyday words that mean one currency only; `$`, `¥`, `kr`, `lei` and `Rs` mean several. */
const SIGNS: Record<string, string> = {
  ...{ '€': 'EUR', '£': 'GBP', '₹': 'INR', '₺': 'TRY', '₪': 'ILS', '₩': 'KRW', '₫': 'VND', '₴': 'UAH', '₽': 'RUB' },
  ...{ '₸': 'KZT', '₼': 'AZN', '₾': 'GEL', '₱': 'PHP', '₦': 'NGN', '₡': 'CRC', '₲': 'PYG', '₵': 'GHS', '₭': 'LAK' },
  ...{ '₮': 'MNT', '฿': 'THB', '៛': 'KHR', '৳': 'BDT', ZŁ: 'PLN', KČ: 'CZK', R$: 'BRL', US$: 'USD', CA$: 'CAD' },
  ...{ TL: 'TRY', YTL: 'TRY', RMB: 'CNY', NTD: 'TWD', NIS: 'ILS', RUR: 'RUB', РУБ: 'RUB', ГРН: 'UAH', ЛВ: 'BGN' },
  ...{
    EURO: 'EUR',
    EUROS: 'EUR',
    FT: 'HUF',
    UKP: 'GBP',
    STG: 'GBP',
    YEN: 'JPY',
    円: 'JPY',
    元: 'CNY',
    원: 'KRW',
    RM: 'MYR',
  },
  ...{ A$: 'AUD', AU$: 'AUD', NZ$: 'NZD', HK$: 'HKD', NT$: 'TWD', MX$: 'MXN', S$: 'SGD' },
};

/** The ISO 4217 code of what a cart calls its currency. */
export const codeOf = (value: unknown): string | undefined => {
  const text = typeof value === 'string' ? value.trim().replace(/\.$/, '').toUpperCase() : '';
  const code = SIGNS[text] ?? text;
  return isCurrency(code) ? code : undefined;
};

/** What a total says of its currency: `US$ 12`, `12 zł`, `12 EUR`. Of several words the first that is one. */
const currencyIn = (total: string): string | undefined =>
  (total.match(/\p{Lu}{0,2}\p{Sc}|\p{L}+/gu) ?? [])
    .filter((word) => word.toUpperCase() in SIGNS || /^[A-Z]{3}$/.test(word))
    .map(codeOf)
    .find(Boolean);

/** Other pounds are written with the sign that stands for the British one where no currency is named. */
const POUNDS = ['EGP', 'FKP', 'GIP', 'LBP', 'SDG', 'SHP', 'SSP', 'SYP'];

/** An amount with nothing beside it but what it is in, which is another currency than the order's: in words, what is wrong with it. */
export function otherCurrency(value: unknown, currency: string | undefined): string | undefined {
  // Nothing is nothing in every currency.
  if (typeof value !== 'string' || currency === undefined || /^[^1-9]*$/.test(value)) return undefined;
  const word = value.replace(/[\d.,'’\s-]+/g, ' ').trim();
  const named = /^(\p{Lu}{0,2}\p{Sc}|\p{L}+\.?)$/u.test(word) ? codeOf(word) : undefined;
  return named === undefined || named === currency || (word === '£' && POUNDS.includes(currency))
    ? undefined
    : `is in ${named}, the order in ${currency}: an order has one currency`;
}

/** Currency of the order, else what all its items name, else what stands in the total itself, else the page's, else the site's. */
export function readOrderCurrency(
  raw: Pick<RawOrder, 'currency' | 'items' | 'total' | 'declared'>,
  site: string | undefined,
): string | undefined {
  const stated = codeOf(raw.currency);
  // A code that no list has (`BTC`, `XXX`) is not replaced by a guess.
  const isUnfilled =
    isBlank(raw.currency) || /^\W*(undefined|null|nan|none|not set)\W*$|\{\{/i.test(textOf(raw.currency));
  if (stated !== undefined || !isUnfilled) return stated;
  const named = new Set(
    listOf(raw.items)
      .filter(isFields)
      .map(({ currency }) => codeOf(currency))
      .filter(Boolean),
  );
  if (named.size === 1) return [...named][0];
  return (typeof raw.total === 'string' ? currencyIn(raw.total) : undefined) ?? codeOf(raw.declared) ?? codeOf(site);
}

export function completeOrder(raw: RawOrder, site: { currency?: string }): Completed {
  const problems: FieldProblem[] = [];
  const warnings: FieldProblem[] = [];
  const id = readOrderId(raw.orderId);
  if ('problem' in id) problems.push({ field: 'orderId', message: id.problem });
  const currency = readOrderCurrency(raw, site.currency);
  if (currency === undefined)
    problems.push({
      field: 'currency',
      message: 'is missing or no ISO 4217 code: the page names none, and neither does the site',
    });
  const digits = digitsOf(currency ?? 'USD');
  const total = readAmount(raw.total, { digits });
  const other = otherCurrency(raw.total, currency);
  if (isBlank(raw.total)) problems.push({ field: 'total', message: 'is missing: send the amount the customer paid' });
  else if ('problem' in total) problems.push({ field: 'total', message: total.problem });
  else if (other !== undefined) problems.push({ field: 'total', message: other });
  if (currency === undefined || 'problem' in id || 'problem' in total || other !== undefined)
    return { problems, ...('orderId' in id ? { orderId: id.orderId } : {}) };

  /** An amount beside the total, left out where it can't be read. */
  const detail = (field: string, value: unknown, rules: AmountRules = {}): string | undefined => {
    if (isBlank(value)) return undefined;
    const read = readAmount(value, { digits, ...rules });
    const problem = otherCurrency(value, currency) ?? ('problem' in read ? read.problem : undefined);
    if (problem === undefined && 'amount' in read) return read.amount;
    warnings.push({ field, message: `${problem}; left out` });
    return undefined;
  };
  const { tracker: _, mayBeNet, noSale: __, declared: ___, ...given } = raw;
  const order: Fields = { ...given, orderId: id.orderId, total: total.amount, currency };
  for (const field of ['subtotal', 'discount', 'shipping', 'tax']) order[field] = detail(field, raw[field]);
  if (raw.items !== undefined)
    order.items = listOf(raw.items).flatMap((item, at) =>
      completeItem(item, { at, currency, total: Number(total.amount), detail, warnings }),
    );
  if (!isBlank(raw.coupons)) order.coupons = readCoupons(raw.coupons);
  if (isFields(raw.customer)) order.customer = withoutBlanks(raw.customer);
  const complete = withoutBlanks(order) as CompleteOrder;
  if (mayBeNet) complete.total = paidTotal(complete, digits);
  return { order: complete, said: total.amount, warnings };
}

interface ItemContext {
  at: number;
  currency: string;
  total: number;
  detail: (field: string, value: unknown, rules: AmountRules) => string | undefined;
  warnings: FieldProblem[];
}

/** One line, or none where it has no name or no usable price: a line is never worth the sale. */
function completeItem(given: unknown, { at, currency, total, detail, warnings }: ItemContext): Fields[] {
  const field = `items[${at}]`;
  const leaveOut = (message: string): Fields[] => (warnings.push({ field, message: `${message}; left out` }), []);
  if (!isFields(given)) return leaveOut('is no item');
  const item: RawItem = given;
  if (isBlank(item.sku) && isBlank(item.name)) return leaveOut('has no number and no name');
  const own = codeOf(item.currency);
  if (own !== undefined && own !== currency) return leaveOut(`is in ${own}, the order in ${currency}`);
  const price = detail(`${field}.price`, item.price, { price: true, signed: true });
  if (price === undefined) return isBlank(item.price) ? leaveOut('has no price') : [];
  const read = isBlank(item.quantity) ? '1' : detail(`${field}.quantity`, item.quantity, { price: true });
  if (read === undefined) return [];
  const quantity = isUnclearQuantity(item.quantity)
    ? clearQuantity(Number(read), { price: Number(price), total })
    : Number(read);
  if (quantity === undefined) return leaveOut('has a quantity that may be a thousand or a fraction');
  const discount = detail(`${field}.discount`, unsigned(item.discount), { price: true });
  return [withoutBlanks({ ...item, currency: undefined, price, discount, quantity })];
}

/** Codes of a list or of one text with commas between. */
const readCoupons = (given: unknown): string[] => [
  ...new Set(
    listOf(given)
      .map((code) => (isFields(code) ? (code.code ?? code.name) : code))
      .flatMap((code) => (typeof code === 'string' || typeof code === 'number' ? String(code).split(',') : []))
      .map((code) => code.trim())
      .filter((code) => code !== '' && !/^(undefined|null|none|\(not set\)|n\/a)$/i.test(code)),
  ),
];

/** What goes off, written as what it is or as what it does to the sum: `15.00` and `-15.00` are one discount. */
export function unsigned(discount: unknown): unknown {
  if (typeof discount === 'number') return Math.abs(discount);
  const read = typeof discount === 'string' ? readAmount(discount, { signed: true, price: true }) : undefined;
  return read && 'amount' in read && read.amount.startsWith('-') ? read.amount.slice(1) : discount;
}

const isEmpty = (value: unknown): boolean =>
  isBlank(value) || (typeof value === 'object' && Object.keys(value as object).length === 0);

const withoutBlanks = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));

/**
 * What was paid, where the total may be without tax and shipping. Google defines `value` as the sum of the goods without both
 * (https://developers.google.com/analytics/devguides/collection/ga4/reference/events#purchase), and many shops write the paid total.
 * The goods decide: they add up to the value → tax and shipping come on top; with tax, the shipping alone does; with shipping, or with
 * both, nothing does. Goods that add up to none of these prove nothing, and the value counts as it stands. Without goods the definition counts.
 */
function paidTotal(order: CompleteOrder, digits: number): string {
  const unit = 10 ** digits;
  const minor = (amount: unknown): number => Math.round(Number(amount ?? 0) * unit);
  const [value, tax, shipping] = [minor(order.total), minor(order.tax), minor(order.shipping)];
  const items = order.items ?? [];
  const goods = items.reduce((sum, { price, quantity }) => sum + Number(price) * Number(quantity), 0) * unit;
  const discount = minor(order.discount);
  /** Each line may have been rounded; a discount of the whole order is in the value and not in the goods, or in both. */
  const equals = (amount: number): boolean =>
    [0, discount].some((off) => Math.abs(amount - off - value) <= (items.length + 1) / 2);
  const onTop = (): number => {
    if (items.length === 0 || equals(goods)) return tax + shipping;
    if (equals(goods + tax + shipping) || equals(goods + shipping)) return 0;
    return equals(goods + tax) ? shipping : 0;
  };
  const extra = onTop();
  return extra === 0 ? order.total : ((value + extra) / unit).toFixed(digits);
}

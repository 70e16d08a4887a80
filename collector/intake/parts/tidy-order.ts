/**
 * Step 2 of 5. Plain fields out of the dresses that payment systems and shops' interfaces give them: a currency by its number (978) or by a sign that
 * several have, an amount with its currency beside it, pieces that came back. Before anything is read; what is not understood stays as it is. Pure.
 */
import { type AmountRules, clearQuantity, isUnclearQuantity, readAmount } from '../../../wire/amount.ts';
import { codeOf } from '../../../wire/complete-order.ts';
import { digitsOf } from '../../../wire/currency-digits.ts';
import { type Fields, isBlank, isFields } from '../fields.ts';
import { codeOfNumber } from './currency-numbers.ts';

const AMOUNTS = ['total', 'subtotal', 'discount', 'shipping', 'tax'] as const;

/** Who writes a sign that several currencies have means that of the site. */
const SHARED: Readonly<Record<string, string>> = {
  $: 'ARS AUD BBD BMD BND BSD BZD CAD CLP COP DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD USD UYU XCD',
  '¥': 'CNY JPY',
  KR: 'DKK ISK NOK SEK',
  LEI: 'MDL RON',
  RS: 'INR LKR MUR NPR PKR SCR',
};

/** `site`: its currency. */
export function tidyOrder(input: Fields, site: string | undefined): Fields {
  const beside = isFields(input.total) && isBlank(input.currency) ? nameBeside(input.total) : undefined;
  const currency = tidyCurrency(beside ?? input.currency, site);
  const stated = codeOf(currency) ?? (isBlank(currency) ? codeOf(site) : undefined);
  const fields: Fields = { ...input, ...(currency === undefined ? {} : { currency }) };
  for (const name of AMOUNTS) if (isFields(input[name])) fields[name] = tidyAmount(input[name], stated);
  const { items, total } = fields;
  if (Array.isArray(items)) fields.items = items.map((item: unknown) => tidyItem(item, { currency: stated, total }));
  return fields;
}

function tidyCurrency(value: unknown, site: string | undefined): unknown {
  const byNumber = codeOfNumber(value);
  if (byNumber !== undefined) return byNumber;
  const shared = typeof value === 'string' ? SHARED[value.trim().replace(/\.$/, '').toUpperCase()] : undefined;
  const own = codeOf(site);
  return shared !== undefined && own !== undefined && shared.split(' ').includes(own) ? own : value;
}

/** What an object that holds an amount calls its currency. */
const nameBeside = (amount: Fields): unknown =>
  amount.currency ?? amount.currencyCode ?? amount.currency_code ?? amount.currencyIsoCode;

/**
 * `{ value: "112.00", currency: "USD" }`, `{ amount, currency_code }`, `{ centAmount, currencyCode, fractionDigits }`. A whole number may be cents
 * (Adyen, Square) or not, so it is none of both; and neither is an amount in another currency than the order's.
 */
function tidyAmount(given: Fields, currency: string | undefined): unknown {
  const beside = nameBeside(given);
  const named = isBlank(beside) ? currency : (codeOfNumber(beside) ?? codeOf(beside));
  if (named === undefined || (currency !== undefined && named !== currency)) return given;
  const value = given.value ?? given.amount;
  if (typeof given.centAmount === 'number' && Number.isSafeInteger(given.centAmount) && isBlank(value)) {
    const digits = given.fractionDigits ?? digitsOf(named);
    return typeof digits === 'number' && digits >= 0 && digits <= 6 ? shifted(given.centAmount, digits) : given;
  }
  if (typeof value === 'string') return value;
  const isPlain = typeof value === 'number' && (!Number.isInteger(value) || value === 0 || digitsOf(named) === 0);
  return isPlain ? value : given;
}

function shifted(units: number, digits: number): string {
  const text = String(Math.abs(units)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${units < 0 ? '-' : ''}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`}`;
}

function tidyItem(given: unknown, { currency, total }: { currency: string | undefined; total: unknown }): unknown {
  if (!isFields(given)) return given;
  const item: Fields = { ...given };
  if (!isBlank(item.currency)) item.currency = codeOfNumber(item.currency) ?? item.currency;
  for (const name of ['price', 'discount'] as const)
    if (isFields(given[name])) item[name] = tidyAmount(given[name], currency);
  const digits = digitsOf(currency ?? 'USD');
  const price = amountIn(item.price, { digits, price: true, signed: true });
  const quantity = tidyQuantity(item.quantity, { price, total: amountIn(total, { digits }) });
  if (quantity === undefined) return item;
  if (quantity >= 0 || price === undefined || price < 0) return { ...item, quantity };
  // A piece that came back is a line that takes off.
  const off = Math.abs(amountIn(item.discount, { digits, price: true, signed: true }) ?? 0);
  return { ...item, quantity: -quantity, price: Number((off - price).toFixed(6)), discount: undefined };
}

/** The number of pieces where it needs more than a look: below zero, or written so that the total must tell. */
function tidyQuantity(
  value: unknown,
  { price, total }: { price: number | undefined; total: number | undefined },
): number | undefined {
  const quantity = amountIn(value, { price: true, signed: true });
  if (quantity === undefined) return undefined;
  if (!isUnclearQuantity(value)) return quantity < 0 ? quantity : undefined;
  return price === undefined || total === undefined ? undefined : clearQuantity(quantity, { price, total });
}

function amountIn(value: unknown, rules: AmountRules): number | undefined {
  const read = readAmount(value, rules);
  return 'amount' in read ? Number(read.amount) : undefined;
}

/** Step 2 of 5. Amounts of an order: a plain decimal as it should come, or what people and templates write, by the rules that the tag's reader has. Pure. */
import { readAmount, type AmountRules } from '../../wire/amount.ts';
import { digitsOf } from '../../wire/currency-digits.ts';
import { isFields } from './fields.ts';
import { parseMoney, parsePrice, type ParsedMoney, type ParsedPrice } from '../lib/money.ts';

/** `reread` is the decimal that was read out of a text which is none by itself. */
export type Reread<T> = T & { reread?: string };

/** What an amount is in; `strict` takes plain decimals alone. */
export interface AmountContext {
  currency: string | undefined;
  /** Decimals that a stored order was kept with; the currency's unless given. */
  digits?: number;
  strict: boolean;
}

/** An amount of the order itself: never below zero. Read as dollars where the currency is what is wrong with the order. */
export const readMoney = (
  value: unknown,
  { currency = 'USD', digits = digitsOf(currency), strict }: AmountContext,
): Reread<ParsedMoney> =>
  readBy((text) => parseMoney(text, { currency, digits }), value, strict ? undefined : { digits });

/** A unit price: finer than the currency where it is, below zero on a line that takes off. */
export const readPrice = (
  value: unknown,
  { currency = 'USD', digits = digitsOf(currency), strict }: AmountContext,
): Reread<ParsedPrice> =>
  readBy(
    (text) => parsePrice(text, { currency, digits }),
    value,
    strict ? undefined : { digits, price: true, signed: true },
  );

function readBy<T extends object>(
  parse: (value: unknown) => T | { error: string },
  value: unknown,
  rules: AmountRules | undefined,
): (T | { error: string }) & { reread?: string } {
  if (isFields(value))
    return {
      error:
        'is an object that can not be read: send text such as "112.00", or { "value": "112.00", "currency": "USD" }',
    };
  const strict = parse(value);
  if (!('error' in strict) || typeof value !== 'string' || rules === undefined) return strict;
  const loose = readAmount(value, rules);
  if ('problem' in loose) return strict;
  const again = parse(loose.amount);
  return 'error' in again ? strict : { ...again, reread: loose.amount };
}

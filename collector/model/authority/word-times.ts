/** When the shop last stated each field of an order, by its own clock: of two dated words the newer stands, field by field, whichever came first. Pure. */
import type { Facts, ShopWord } from './order-words.ts';

type Field = keyof Facts;
type Times = Pick<ShopWord, 'changedAt' | 'wholeAt' | 'fieldsAt'>;

/** What is worth something only in the currency that it was stated in. */
const MONEY: ReadonlySet<string> = new Set<Field>([
  ...(['total', 'subtotal', 'discount', 'shipping', 'tax', 'items', 'currency', 'digits'] as const),
]);

/** When the whole order was last stated; words that were stored before fields had times were stated at their last change. */
export function wholeAt(word: Times | undefined): number | undefined {
  return word?.wholeAt ?? (word?.fieldsAt ? undefined : word?.changedAt);
}

/** The fields of a word of that time that the shop has stated anew since. A word without a time is as new as its arrival. */
export function overtakenFields(
  word: (Times & Pick<ShopWord, 'said'>) | undefined,
  fields: Partial<Facts>,
  changedAt: number | undefined,
): Set<Field> {
  if (!word || changedAt === undefined) return new Set();
  const isLater = (field: Field): boolean => (word.fieldsAt?.[field] ?? wholeAt(word) ?? -Infinity) > changedAt;
  const named = Object.keys(fields) as Field[];
  const late = new Set(named.filter(isLater));
  // Amounts in a currency that the shop has corrected since are amounts of another order.
  const isOtherMoney =
    isLater('currency') ||
    (late.has('total') && fields.currency !== undefined && fields.currency !== word.said.currency);
  if (isOtherMoney) for (const field of named) if (MONEY.has(field)) late.add(field);
  return late;
}

/** The times after a change of these fields. */
export function timesOfChange(word: Times | undefined, fields: readonly string[], at: number | undefined): Times {
  if (at === undefined) return {};
  const whole = wholeAt(word);
  return {
    changedAt: Math.max(word?.changedAt ?? -Infinity, at),
    ...(whole === undefined ? {} : { wholeAt: whole }),
    fieldsAt: { ...word?.fieldsAt, ...Object.fromEntries(fields.map((field) => [field, at])) },
  };
}

/** The times after a report of the whole order: what was changed later keeps its own. */
export function timesOfReport(word: Times | undefined, at: number | undefined): Times {
  if (at === undefined) return {};
  const whole = Math.max(wholeAt(word) ?? -Infinity, at);
  const later = Object.entries(word?.fieldsAt ?? {}).filter(([, time]) => time > whole);
  return {
    changedAt: Math.max(word?.changedAt ?? -Infinity, at),
    wholeAt: whole,
    fieldsAt: Object.fromEntries(later),
  };
}

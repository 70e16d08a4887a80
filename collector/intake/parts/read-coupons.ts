/** Step 2 of 5. Reads the coupon codes of an order, as shops list them. Pure. */
import { hasDeceptive } from '../../../wire/text/printable.ts';
import { isFields, LONGEST_TEXT, type Note } from '../fields.ts';

const MOST_COUPONS = 20;
/** How systems name the code in an entry that says more of it, WooCommerce's `code` first. */
const NAMES = ['code', 'coupon_code', 'couponCode', 'coupon', 'name', 'id'] as const;
/** Between codes in one text. A blank is none: `SUMMER 20` is one code. */
const BETWEEN = /[,;|\n\r\t]/;

export function readCoupons(value: unknown, warn: Note): string[] {
  if (value === undefined || value === null || value === '') return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.map(textOf);
  if (typeof value !== 'string' && !Array.isArray(value) && texts[0] === undefined)
    return (warn('coupons', 'must be a list of codes; left out'), []);
  if (list.some((entry) => typeof entry === 'number' && textOf(entry) !== undefined))
    warn('coupons', 'had numbers, which lose leading zeros: send texts');
  const known = texts.filter((text) => text !== undefined && text.trim() !== '') as string[];
  const codes = known.flatMap((text) => text.split(BETWEEN)).map((code) => code.trim());
  const named = new Set(codes.filter((code) => code !== ''));
  const kept = [...named].filter((code) => code.length <= LONGEST_TEXT && !hasDeceptive(code)).slice(0, MOST_COUPONS);
  const isWhole = known.length === list.length && kept.length === named.size;
  if (!isWhole) warn('coupons', 'had entries that are no codes; those were left out');
  return kept;
}

function textOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (typeof entry === 'number' && Number.isSafeInteger(entry)) return String(entry);
  if (!isFields(entry)) return undefined;
  const name = NAMES.find((one) => typeof entry[one] === 'string' || typeof entry[one] === 'number');
  return name === undefined ? undefined : textOf(entry[name]);
}

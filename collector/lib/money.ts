/** Money: parsing, formatting and the number of decimals. The only place that turns minor units into text. */
import type { Money } from '../event.ts';

/** One billion major units of a two-decimal currency: no shop's order, so a slip or an attack. */
export const LARGEST_MINOR = 100_000_000_000;

const decimalsByCurrency = new Map<string, number>();
const known = new Set(Intl.supportedValuesOf('currency'));

/** Whether the code is an ISO 4217 currency that this runtime knows. Case matters: `USD`. */
export function isCurrency(code: string): boolean {
  return known.has(code);
}

/** Decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD. Source: ISO 4217 as carried by the runtime's Intl data. */
export function decimals(currency: string): number {
  const cached = decimalsByCurrency.get(currency);
  if (cached !== undefined) return cached;
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  decimalsByCurrency.set(currency, digits);
  return digits;
}

/** `{ minor: 11200, currency: 'USD' }` → `112.00`. Always a dot, never grouped. */
export function formatMoney({ minor, currency }: Money): string {
  const digits = decimals(currency);
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The same amount as a JSON number: 112, 435.5. */
export function moneyNumber(money: Money): number {
  return Number(formatMoney(money));
}

/** A parsed amount, or why it is none. `rounded` tells that decimals beyond the currency's were given. */
export type ParsedMoney = { minor: number; rounded: boolean } | { error: string };

/**
 * Reads a decimal string or number in major units. Exact on strings; noise of binary floats is rounded away.
 * Refuses signs, exponents, grouping and anything above {@link LARGEST_MINOR}.
 */
export function parseMoney(input: unknown, currency: string): ParsedMoney {
  const text = typeof input === 'number' ? numberText(input) : input;
  if (typeof text !== 'string') return { error: 'must be an amount such as "112.00"' };
  const match = /^(-?)(\d{1,15})(?:\.(\d{0,20}))?$/.exec(text.trim());
  if (!match) return { error: 'must be a decimal amount with a dot and no grouping, such as "1234.50"' };
  if (match[1] === '-' && /[1-9]/.test(text)) return { error: 'must not be negative' };
  const digits = decimals(currency);
  const fraction = match[3] ?? '';
  const kept = fraction.slice(0, digits).padEnd(digits, '0');
  const rest = fraction.slice(digits);
  const minor = Number((match[2] ?? '0') + kept) + (rest >= '5' ? 1 : 0);
  if (minor > LARGEST_MINOR) return { error: 'is larger than any order can be' };
  return { minor, rounded: /[1-9]/.test(rest) };
}

/** Ten decimals hide the noise of `0.1 + 0.2` and keep every amount that a shop can mean. */
function numberText(value: number): string | undefined {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return undefined;
  return value.toFixed(8);
}

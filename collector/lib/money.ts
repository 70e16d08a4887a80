/** Money: parsing, formatting and the number of decimals. The only place that turns minor units into text. */
import { digitsOf, isCurrency } from '../../wire/currency-digits.ts';

/** An amount in integer minor units (cents for USD, whole yen for JPY) with its ISO 4217 currency. */
export interface Money {
  minor: number;
  currency: string;
  /** Decimals that `minor` was made with; those of the currency unless given. */
  digits?: number;
}

export { isCurrency };

/** Ten billion major units: a lorry in the smallest currency is less (80 million rupiah are a laptop), so a slip or an attack. */
export const LARGEST_MAJOR = 10_000_000_000;

/** Decimals that a unit price or a quantity may have: a net price cut out of a gross one, a quantity in kilograms. */
export const FINEST = 6;

/** Decimals of the amounts of something that keeps its own (a stored order), else those of its currency today. */
export const decimalsOf = ({ currency, digits }: { currency: string; digits?: number }): number =>
  digits ?? digitsOf(currency);

/** `{ minor: 11200, currency: 'USD' }` → `112.00`. Always a dot, never grouped. */
export function formatMoney(money: Money): string {
  return formatUnits(money.minor, decimalsOf(money));
}

/** An integer as a decimal: (1221667, 4) → `122.1667`. */
export function formatUnits(units: number, digits: number): string {
  const sign = units < 0 ? '-' : '';
  const text = String(Math.abs(units)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The same amount as a JSON number: 112, 435.5. */
export function moneyNumber(money: Money): number {
  return Number(formatMoney(money));
}

/** What the amount is in: a code, or a code with the decimals that are kept for it. */
export type Denomination = string | { currency: string; digits?: number };

/** A parsed amount, or why it is none. `rounded` tells that decimals beyond the currency's were given. */
export type ParsedMoney = { minor: number; rounded: boolean } | { error: string };

/**
 * Reads a decimal string or number in major units. Exact on strings; noise of binary floats is rounded away.
 * Refuses signs, exponents, grouping and anything above {@link LARGEST_MAJOR}, and never guesses: text with one dot and three digits
 * behind it is a thousand in a currency without decimals, a decimal in one with three, and either in one with two (`"1.234"` EUR).
 */
export function parseMoney(input: unknown, of: Denomination): ParsedMoney {
  const digits = decimalsOf(typeof of === 'string' ? { currency: of } : of);
  const read = readDecimal(input, digits);
  if ('error' in read) return read;
  if (read.negative) return { error: 'must not be negative' };
  return toUnits(read, digits);
}

/** A unit price in units of 10^-(digits + scale): 122.1667 USD is 1221667 with scale 2. `scale` is 0 where the currency's decimals suffice. */
export type ParsedPrice = { units: number; scale: number; rounded: boolean } | { error: string };

/**
 * Reads a unit price: like {@link parseMoney}, but up to {@link FINEST} decimals are kept, since a price is multiplied before it is rounded,
 * and it may lie below zero (a line that takes off). Three digits behind a dot are decimals here: prices have them, totals don't.
 */
export function parsePrice(input: unknown, of: Denomination): ParsedPrice {
  const digits = decimalsOf(typeof of === 'string' ? { currency: of } : of);
  const read = readDecimal(input, digits === 0 ? 0 : FINEST);
  if ('error' in read) return read;
  const given = read.fraction.replace(/0+$/, '').length;
  const scale = Math.max(0, Math.min(FINEST, given) - digits);
  const parsed = toUnits(read, digits + scale);
  if ('error' in parsed) return parsed;
  return { units: read.negative ? -parsed.minor : parsed.minor, scale, rounded: parsed.rounded };
}

interface Decimal {
  negative: boolean;
  whole: string;
  fraction: string;
}

function readDecimal(input: unknown, digits: number): Decimal | { error: string } {
  const text = typeof input === 'number' ? numberText(input) : input;
  if (typeof text !== 'string') return { error: 'must be an amount such as "112.00"' };
  const trimmed = text.trim();
  const grouped = typeof input === 'string' ? /^(-?)([1-9]\d{0,2})((?:\.\d{3})+)$/.exec(trimmed) : null;
  if (grouped && digits === 0)
    return { negative: grouped[1] === '-', whole: grouped[2]! + grouped[3]!.replaceAll('.', ''), fraction: '' };
  if (grouped && digits <= 2 && grouped[3]!.length === 4) {
    return {
      error: `must say whether ${trimmed} is a thousand or a fraction: send ${grouped[2]}${grouped[3]!.slice(1)}.00, or ${digits} decimals`,
    };
  }
  const match = /^(-?)(\d{1,15})(?:\.(\d{0,20}))?$/.exec(trimmed);
  if (!match) return { error: 'must be a decimal amount with a dot and no grouping, such as "1234.50"' };
  return { negative: match[1] === '-' && /[1-9]/.test(trimmed), whole: match[2] ?? '0', fraction: match[3] ?? '' };
}

function toUnits({ whole, fraction }: Decimal, digits: number): ParsedMoney {
  const kept = fraction.slice(0, digits).padEnd(digits, '0');
  const rest = fraction.slice(digits);
  const units = BigInt(whole + kept) + (rest >= '5' ? 1n : 0n);
  const most = BigInt(LARGEST_MAJOR) * 10n ** BigInt(digits);
  if (units > most || units > BigInt(Number.MAX_SAFE_INTEGER)) return { error: 'is larger than any order can be' };
  return { minor: Number(units), rounded: /[1-9]/.test(rest) };
}

/** Eight decimals hide the noise of `0.1 + 0.2` and keep every amount that a shop can mean. */
function numberText(value: number): string | undefined {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return undefined;
  return value.toFixed(8);
}

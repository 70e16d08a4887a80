/** Shops' decimals as minor units: whatever is finer than the currency is rounded, half away from zero. Pure. */
import { decimalsOf, parsePrice } from '../lib/money.ts';

/** `"107.105"` EUR → 10711; refunds stand below zero. Undefined for what is no amount. */
export function minorOf(value: unknown, currency: string): number | undefined {
  const parsed = parsePrice(value, currency);
  if ('error' in parsed) return undefined;
  const { units, scale } = parsed;
  return Math.sign(units) * Math.round(Math.abs(units) / 10 ** scale);
}

/**
 * What a unit costs where a line says what all of it costs: six decimals, which give the line back to the smallest unit. An amount in minor
 * units of the currency.
 */
export function unitPrice(line: number, quantity: number, currency: string): string {
  return (line / quantity / 10 ** decimalsOf({ currency })).toFixed(6);
}

/** A tax of which a part went back with an amount that nobody broke down: the same part as of the total. */
export const taxAfterRefund = (tax: number, { before, after }: { before: number; after: number }): number =>
  before === 0 ? 0 : Math.round((tax * after) / before);

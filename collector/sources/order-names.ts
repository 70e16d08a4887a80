/** What a shop calls an order: the number that counts, and its other names by which a page or a webhook may speak of it. Pure. */
import { textOf } from '../kit/json.ts';

/** Of the fields `orderId` and `aliases` of a report; names that aren't there, or are the number itself, are left out. */
export function orderNames(orderId: unknown, others: readonly unknown[]): { orderId: unknown; aliases?: string[] } {
  const names = others.flatMap((name) => textOf(name) ?? []);
  const aliases = [...new Set(names)].filter((name) => name !== textOf(orderId));
  return { orderId, ...(aliases.length > 0 ? { aliases } : {}) };
}

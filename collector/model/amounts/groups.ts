/**
 * Commission groups: which part of an order is paid at which rate. Conditions stand in the order in which the owner wrote them, and the first
 * that fits a line counts; what fits none goes to the connection's usual code. The shares add up to what the order is worth. Pure.
 */
import type { Problem } from '../../../wire/problem.ts';
import type { Item, Order } from '../order.ts';
import { linesOn, worthOf, type Basis } from './ledger.ts';

export interface GroupRule {
  /** `category=Shoes` → the network's code. */
  conditions: Readonly<Record<string, string>>;
  /** The code of everything else; by the item where the network takes the shop's own words. */
  otherwise: string | ((item: Item | undefined) => string);
}

export interface GroupShare {
  code: string;
  /** Minor units. */
  minor: number;
}

export interface GroupedLine extends GroupShare {
  item: Item;
}

/** Whether a condition fits the order, or the line where it asks about one. */
const FITS: Readonly<Record<string, (wanted: string, order: Order, item: Item | undefined) => boolean>> = {
  category: (wanted, _order, item) => sameWord(wanted, item?.category),
  sku: (wanted, _order, item) => sameWord(wanted, item?.sku),
  coupon: (wanted, { coupons }) => coupons.some((code) => sameWord(wanted, code)),
  customer: (wanted, { isNewCustomer }) =>
    isNewCustomer !== undefined && wanted === (isNewCustomer ? 'new' : 'returning'),
};

/** Without regard to case; a `*` at the end stands for any ending. */
function sameWord(wanted: string, given: string | undefined): boolean {
  if (given === undefined) return false;
  const [word, text] = [wanted.toLowerCase(), given.trim().toLowerCase()];
  return word.endsWith('*') ? text.startsWith(word.slice(0, -1)) : text === word;
}

function codeOf(rule: GroupRule, order: Order, item: Item | undefined): string {
  for (const [condition, code] of Object.entries(rule.conditions)) {
    const [, about = '', wanted = ''] = /^(\w+)=(.+)$/.exec(condition) ?? [];
    if (FITS[about]?.(wanted, order, item)) return code;
  }
  return typeof rule.otherwise === 'string' ? rule.otherwise : rule.otherwise(item);
}

/** The lines of an order on a basis, each with its code; empty where the order names no items. */
export const groupLines = (order: Order, basis: Basis, rule: GroupRule): GroupedLine[] =>
  linesOn(order, basis).map(({ item, minor }) => ({ item, minor, code: codeOf(rule, order, item) }));

/** What each code is told of an order, in the order of its lines. One code at least; they add up to {@link worthOf}. */
export function groupOrder(order: Order, basis: Basis, rule: GroupRule): GroupShare[] {
  const lines = groupLines(order, basis, rule);
  if (lines.length === 0) return [{ code: codeOf(rule, order, undefined), minor: worthOf(order, basis) }];
  const shares = new Map<string, number>();
  for (const { code, minor } of lines) shares.set(code, (shares.get(code) ?? 0) + minor);
  return [...shares].map(([code, minor]) => ({ code, minor }));
}

/** What is wrong with conditions, by the setting that holds them. `codes` says what the network's codes look like. */
export function groupProblems(
  field: string,
  conditions: Readonly<Record<string, string>> | undefined,
  codes?: { pattern: RegExp; patternHelp: string },
): Problem[] {
  return Object.entries(conditions ?? {}).flatMap(([condition, code]) => {
    const [, about = '', wanted = ''] = /^(\w+)=(.+)$/.exec(condition) ?? [];
    const place = `${field}.${condition}`;
    if (!Object.hasOwn(FITS, about))
      return [{ field: place, message: `must begin with ${Object.keys(FITS).join('=, ')}=, such as category=Shoes` }];
    if (about === 'customer' && !['new', 'returning'].includes(wanted))
      return [{ field: place, message: 'must be customer=new or customer=returning' }];
    if (code === '') return [{ field: place, message: 'must name the code of the network' }];
    return codes && !codes.pattern.test(code) ? [{ field: place, message: `must be ${codes.patternHelp}` }] : [];
  });
}

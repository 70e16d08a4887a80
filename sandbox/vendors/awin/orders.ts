/** Awin's Conversion API in the sandbox: what it refuses in an order. https://help.awin.com/apidocs/conversion-api */
import type { Problem } from '../../../wire/problem.ts';
import {
  addsUp,
  currency,
  flag,
  isJson,
  type Json,
  number,
  oneOf,
  shapeProblems,
  type Shape,
  text,
} from '../../fields/shape.ts';

const list = (value: unknown): string | undefined => (Array.isArray(value) ? undefined : 'must be a list');
/** A pipe ends a field of Awin's basket. */
const noPipe = text({ pattern: /^[^|]*$/ });

const ORDER: Shape = {
  required: {
    orderReference: text({ most: 50 }),
    amount: number({ digits: 3 }),
    channel: text({ most: 50 }),
    currency,
    commissionGroups: list,
  },
  optional: {
    awc: text({ most: 500, pattern: /^[\w.~,:-]+$/ }),
    voucher: text(),
    customerAcquisition: oneOf('NEW', 'RETURNING'),
    isTest: flag,
    transactionTime: number({ whole: true }),
    basket: list,
  },
};
const GROUP: Shape = { required: { code: text({ most: 50 }), amount: number({ digits: 3 }) } };
const LINE: Shape = {
  required: { id: noPipe, name: noPipe, price: number(), quantity: number({ least: 1, whole: true }) },
  optional: { sku: noPipe, category: noPipe, commissionGroupCode: text({ most: 50 }) },
};

export interface OrderRules {
  groups: readonly string[];
  unknownClicks: readonly string[];
  byVoucher: boolean;
}

export function orderProblems(order: unknown, rules: OrderRules): Problem[] {
  const problems = shapeProblems(order, ORDER);
  if (problems.length > 0 || !isJson(order)) return problems;
  const groups = order['commissionGroups'] as Json[];
  const basket = (order['basket'] ?? []) as Json[];
  groups.forEach((group, index) => problems.push(...shapeProblems(group, GROUP, `commissionGroups[${index}]`)));
  basket.forEach((line, index) => problems.push(...shapeProblems(line, LINE, `basket[${index}]`)));
  if (problems.length > 0) return problems;
  const unknown = groups.find(({ code }) => rules.groups.length > 0 && !rules.groups.includes(String(code)));
  if (unknown) problems.push({ field: 'commissionGroups', message: `has no group ${String(unknown['code'])}` });
  const parts = groups.map((group) => Number(group['amount']));
  if (!addsUp(parts, Number(order['amount'])))
    problems.push({ field: 'commissionGroups', message: 'does not add up to amount' });
  if (order['awc'] === undefined && !(rules.byVoucher && order['voucher'] !== undefined))
    problems.push({ field: 'awc', message: 'is required' });
  if (rules.unknownClicks.includes(String(order['awc'])))
    problems.push({ field: 'awc', message: 'is not a valid click' });
  return problems;
}

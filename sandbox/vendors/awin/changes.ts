/** Awin's validation in the sandbox: amendments and declines of a list, judged one by one when their job is done. */
import type { Problem } from '../../../wire/problem.ts';
import { addsUp, currency, isJson, type Json, number, oneOf, shapeProblems, text } from '../../fields/shape.ts';

export interface AwinSale {
  at: string;
  orderReference: string;
  amount: number;
  currency: string;
  state: 'pending' | 'declined';
  /** Seconds since 1970: a change must name exactly this time. */
  transactionTime: number;
  groups: Json[];
  fields: Json;
  duplicates: number;
  changes: Json[];
}

const TRANSACTION = {
  orderRef: text({ most: 50 }),
  transactionDate: text({ pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/ }),
  timezone: text(),
};
const AMENDED = {
  amendReason: text(),
  currency,
  saleAmount: number({ least: 0.001, digits: 3 }),
  transactionParts: (value: unknown) => (Array.isArray(value) ? undefined : 'must be a list'),
};

export function actionProblems(action: unknown, place: string): Problem[] {
  const any = () => undefined;
  const amend = isJson(action) && action['action'] === 'amend';
  const outer = { action: oneOf('amend', 'decline'), transaction: any };
  const problems = shapeProblems(action, { required: amend ? { ...outer, approve: oneOf(false) } : outer }, place);
  if (!isJson(action) || problems.length > 0) return problems;
  const required = { ...TRANSACTION, ...(amend ? AMENDED : { declineReason: text() }) };
  problems.push(...shapeProblems(action['transaction'], { required }, `${place}.transaction`));
  if (problems.length > 0 || !amend) return problems;
  const { saleAmount, transactionParts } = action['transaction'] as { saleAmount: number; transactionParts: Json[] };
  const parts = transactionParts.map((part) => Number(part['amount']));
  return addsUp(parts, saleAmount)
    ? []
    : [{ field: `${place}.transaction.transactionParts`, message: 'does not add up to saleAmount' }];
}

/** Applies one action; a code where Awin would not. */
export function applyAction(action: Json, sales: ReadonlyMap<string, AwinSale>): string | undefined {
  const transaction = action['transaction'] as Json;
  const sale = sales.get(String(transaction['orderRef']));
  const time = Date.parse(`${String(transaction['transactionDate'])}Z`) / 1000;
  if (!sale || sale.transactionTime !== time) return '[404 NOT_FOUND] transaction not found';
  if (action['action'] === 'decline') {
    if (sale.state === 'declined') return '[304 NOT_MODIFIED] already declined';
    sale.state = 'declined';
  } else {
    if (sale.state === 'declined') return '[422 UNPROCESSABLE_ENTITY] already validated';
    sale.amount = Number(transaction['saleAmount']);
    sale.groups = transaction['transactionParts'] as Json[];
  }
  sale.changes.push(action);
  return undefined;
}

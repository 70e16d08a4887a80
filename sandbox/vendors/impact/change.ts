/** Checks a modification (PUT) and a reversal (DELETE) of an action. The two take different reason lists under different names. */
import type { Problem } from '../../../wire/problem.ts';
import type { FormReading } from '../../form.ts';
import { type FieldRule, valueProblem } from './fields.ts';

/** https://help.impact.com, article 155000001483 "modifications reference". */
const REASONS = [
  ...['ORDER_UPDATE', 'ITEM_RETURNED', 'CONS_FRAUD', 'CONS_ERROR', 'ORDER_ERROR', 'PUB_ACT_DISPUTE', 'ADV_ACT_DISPUTE'],
  ...[
    'NOT_COMPLIANCE_TERMS',
    'ITEM_OUT_OF_STOCK',
    'TEST_ACTION',
    'PARTNER_NOT_ACTIVE',
    'CREDITED_DIFFERENT_MP',
    'OTHER',
  ],
];
const REVERSAL_CODES = [
  ...['REJECTED', 'CONS_INFO_INVALID', 'CONS_ERROR', 'CONS_FRAUD', 'ITEM_RETURNED', 'ITEM_OUT_OF_STOCK', 'ORDER_ERROR'],
  ...[
    'PUB_ACT_DISPUTE',
    'NOT_COMPLIANCE_TERMS',
    'MP_RETURNED',
    'OTHER',
    'CREDITED_DIFFERENT_MP',
    'ADV_ACT_DISPUTE',
    'TEST_ACTION',
  ],
];

const text = (max: number): FieldRule => ({ kind: 'text', max });
const amount: FieldRule = { kind: 'decimal', whole: 12 };
const ADDRESS: Record<string, FieldRule> = {
  ActionId: text(64),
  ActionTrackerId: { kind: 'whole', max: 10 },
  OrderId: text(64),
};
const CHANGES: Record<string, FieldRule> = {
  Amount: amount,
  CustomerStatus: text(40),
  DispositionCode: text(64),
  Sku: text(255),
  Quantity: { kind: 'whole', max: 9 },
  Category: text(255),
};

export interface ChangeReading {
  fields: Map<string, string>;
  problems: Problem[];
}

export function readChange(form: FormReading, method: 'PUT' | 'DELETE', strict: boolean): ChangeReading {
  const { fields } = form;
  const problems = [...form.problems, ...addressed(fields)];
  const [named, codes] = method === 'PUT' ? ['Reason', REASONS] : ['DispositionCode', REVERSAL_CODES];
  const code = fields.get(named);
  if (code === undefined) problems.push({ field: named, message: 'is required' });
  else if (!codes.includes(code)) problems.push({ field: named, message: `must be one of ${codes.join(', ')}` });
  for (const [name, value] of fields) {
    const message = name === named ? undefined : changeProblem(name, value, { method, strict });
    if (message) problems.push({ field: name, message });
  }
  if (method === 'PUT') problems.push(...changesSomething(fields));
  return { fields, problems };
}

function addressed(fields: Map<string, string>): Problem[] {
  if (fields.has('ActionId') || (fields.has('ActionTrackerId') && fields.has('OrderId'))) return [];
  return [{ field: 'ActionId', message: 'ActionId, or ActionTrackerId with OrderId, is required' }];
}

function changeProblem(name: string, value: string, how: { method: string; strict: boolean }): string | undefined {
  if (how.method === 'PUT' && name === 'ItemSubTotalDelta') {
    return /^-?\d+(\.\d{1,2})?$/.test(value) ? undefined : 'must be a decimal, negative to lower the amount';
  }
  // Bulk edits count on: Sku, Sku2, Sku3 … with Quantity, Quantity2, Quantity3 …
  const base = name.replace(/^(Sku|Quantity)[1-9]\d{0,3}$/, '$1');
  const rule = ADDRESS[name] ?? (how.method === 'PUT' ? CHANGES[base] : undefined);
  if (rule) return valueProblem(value, rule);
  return how.strict ? 'is not a documented parameter of this call' : undefined;
}

function changesSomething(fields: Map<string, string>): Problem[] {
  const problems: Problem[] = [];
  const changes = ['Amount', 'CustomerStatus', 'DispositionCode', 'Quantity', 'Category', 'ItemSubTotalDelta'];
  if (!changes.some((name) => fields.has(name)))
    problems.push({ field: 'Amount', message: `one of ${changes.join(', ')} is required` });
  if (['Quantity', 'Category', 'ItemSubTotalDelta'].some((name) => fields.has(name)) && !fields.has('Sku')) {
    problems.push({ field: 'Sku', message: 'is required for a change of an item' });
  }
  for (const name of fields.keys()) {
    const number = /^Sku(\d+)$/.exec(name)?.[1];
    if (number && !fields.has(`Quantity${number}`))
      problems.push({ field: `Quantity${number}`, message: `is required with ${name}` });
  }
  return problems;
}

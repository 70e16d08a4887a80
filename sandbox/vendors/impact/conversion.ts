/** Checks a conversion as impact.com documents it: required fields, one event identifier, one attribution key, items that add up. */
import type { Problem } from '../../../wire/problem.ts';
import type { FormReading } from '../../form.ts';
import { ALIASES, fieldRule, itemNumber, valueProblem } from './fields.ts';

const EVENT_IDENTIFIERS = ['ActionTrackerId', 'EventTypeId', 'EventTypeCode'];
const ATTRIBUTION_KEYS = [
  ...['ClickId', 'CustomerId', 'CustomProfileId', 'CustomClickId', 'OrderPromoCode', 'MediaId', 'MediaPartnerId'],
  ...['UniqueUrl', 'CallerId', 'GoogAId', 'AndroidId', 'AppleIfa', 'AppleIfv'],
];
const MONETARY =
  /^(Amount|Order(SubTotalPostDiscount|Subtotal|Discount|Shipping|Tax|Margin)|Item(Price|SubTotal|Discount|TotalDiscount)\d+)$/;

export interface ConversionRules {
  /** Refuse parameters that impact.com does not document. */
  strict: boolean;
  /** A product catalogue knows the categories, so that items may leave them out. */
  catalog: boolean;
}

export interface ConversionReading {
  /** Canonical names, decoded values. */
  fields: Map<string, string>;
  problems: Problem[];
  /** Accepted, but advised against; shown with the record. */
  notes: string[];
}

export function readConversion(form: FormReading, rules: ConversionRules): ConversionReading {
  const problems = [...form.problems];
  const fields = canonical(form.fields, problems);
  for (const [name, value] of fields) {
    const rule = fieldRule(name);
    const unknown = rule === undefined && rules.strict ? 'is not a documented parameter' : undefined;
    const message = typeof rule === 'string' ? rule : (rule && valueProblem(value, rule)) || unknown;
    if (message) problems.push({ field: name, message });
  }
  problems.push(...missing(fields), ...identity(fields), ...money(fields), ...items(fields, rules));
  return { fields, problems, notes: remarks(fields) };
}

function canonical(given: Map<string, string>, problems: Problem[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of given) {
    const known = ALIASES[name] ?? name;
    if (fields.has(known)) problems.push({ field: known, message: `was sent more than once, as ${name} too` });
    fields.set(known, value);
  }
  return fields;
}

function missing(fields: Map<string, string>): Problem[] {
  const problems = ['CampaignId', 'EventDate', 'OrderId']
    .filter((name) => !fields.has(name))
    .map((field) => ({ field, message: 'is required' }));
  const ids = EVENT_IDENTIFIERS.filter((name) => fields.has(name));
  if (ids.length === 0)
    problems.push({ field: 'ActionTrackerId', message: `one of ${EVENT_IDENTIFIERS.join(', ')} is required` });
  const [tracker, type] = [fields.get('ActionTrackerId'), fields.get('EventTypeId')];
  if (tracker !== undefined && type !== undefined && tracker !== type) {
    problems.push({ field: 'EventTypeId', message: 'is the same thing as ActionTrackerId and differs from it' });
  }
  if (!ATTRIBUTION_KEYS.some((name) => fields.has(name))) {
    problems.push({ field: 'ClickId', message: `one of ${ATTRIBUTION_KEYS.join(', ')} is required` });
  }
  return problems;
}

function identity(fields: Map<string, string>): Problem[] {
  const problems: Problem[] = [];
  // A click id is opaque and arrives percent-encoded in the landing URL; what still holds an escape was encoded twice.
  if (/%[0-9a-f]{2}/i.test(fields.get('ClickId') ?? ''))
    problems.push({ field: 'ClickId', message: 'was percent-encoded twice' });
  if (fields.get('CustomerId')?.includes('@'))
    problems.push({ field: 'CustomerId', message: 'must not be an e-mail address' });
  if (fields.has('MediaId') && fields.has('MediaPartnerId')) {
    problems.push({ field: 'MediaId', message: 'send MediaId or MediaPartnerId, not both' });
  }
  return problems;
}

function money(fields: Map<string, string>): Problem[] {
  const names = [...fields.keys()];
  if (names.some((name) => MONETARY.test(name)) && !fields.has('CurrencyCode')) {
    return [{ field: 'CurrencyCode', message: 'is required with monetary parameters' }];
  }
  return [];
}

function items(fields: Map<string, string>, rules: ConversionRules): Problem[] {
  const numbers = new Set([...fields.keys()].flatMap((name) => itemNumber(name) ?? []));
  const problems: Problem[] = [];
  const orderLevel = ['Amount', 'OrderSubTotalPostDiscount'].filter((name) => fields.has(name));
  if (numbers.size > 0 && fields.has('OrderSubTotalPostDiscount')) {
    problems.push({ field: 'OrderSubTotalPostDiscount', message: 'is for orders without items' });
  }
  if (numbers.size === 0 && orderLevel.length === 2) {
    problems.push({ field: 'Amount', message: 'send Amount or OrderSubTotalPostDiscount, not both' });
  }
  for (let n = 1; n <= Math.max(0, ...numbers); n += 1) {
    if (!numbers.has(n)) {
      problems.push({ field: `ItemSku${n}`, message: 'items are numbered 1, 2, 3 … without gaps' });
      break;
    }
    const needed = ['ItemSku', 'ItemQuantity', ...(rules.catalog ? [] : ['ItemCategory'])];
    for (const name of needed) {
      if (!fields.has(name + n)) problems.push({ field: name + n, message: 'is required at item level' });
    }
    const amounts = [`ItemPrice${n}`, `ItemSubTotal${n}`, 'Amount'].filter((name) => fields.has(name));
    if (amounts.length !== 1) {
      const message = `needs exactly one of ItemPrice${n}, ItemSubTotal${n} and Amount, got ${amounts.join(' and ') || 'none'}`;
      problems.push({ field: `ItemSubTotal${n}`, message });
    }
  }
  return problems;
}

function remarks(fields: Map<string, string>): string[] {
  const notes: string[] = [];
  if (fields.get('EventDate') === 'NOW') notes.push('EventDate=NOW: a delayed report gets the wrong date');
  const skus = [...fields].filter(([name]) => /^ItemSku\d+$/.test(name)).map(([, value]) => value);
  if (new Set(skus).size < skus.length) notes.push('the same ItemSku twice: modifications address items by SKU');
  return notes;
}

/** Checks a query strictly against a vendor's list of parameters: what a pixel endpoint would swallow without a word is a problem here. */
import type { Problem } from '../../wire/problem.ts';
import { readForm } from '../form.ts';
import type { Exchange } from '../reply.ts';

export interface QueryRules {
  required: Readonly<Record<string, RegExp>>;
  optional: Readonly<Record<string, RegExp>>;
}

export function readQuery(
  { search }: Exchange,
  rules: QueryRules,
): { fields: Record<string, string>; problems: Problem[] } {
  const { fields, problems } = readForm(search);
  const wrong = [...fields].flatMap(([field, value]) => {
    const rule = rules.required[field] ?? rules.optional[field];
    if (!rule) return [{ field, message: 'is not a known parameter' }];
    return rule.test(value) ? [] : [{ field, message: `does not fit ${rule.source}` }];
  });
  const missing = Object.keys(rules.required)
    .filter((field) => !fields.has(field))
    .map((field) => ({ field, message: 'is required' }));
  return { fields: Object.fromEntries(fields), problems: [...problems, ...missing, ...wrong] };
}

export const ANY = /^.{1,255}$/s;
export const DIGITS = /^\d{1,12}$/;
/** A decimal with a dot, without grouping. */
export const AMOUNT = /^-?\d{1,12}(\.\d{1,3})?$/;
export const CURRENCY = /^[A-Z]{3}$/;

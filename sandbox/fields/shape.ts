/** Checks a JSON object against a vendor's list of fields, strictly: what a vendor would drop without a word is a problem here. */
import type { Problem } from '../../wire/problem.ts';
import type { Exchange } from '../reply.ts';

export type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with one value; undefined where it is right. */
export type Rule = (value: unknown) => string | undefined;

export interface Shape {
  required: Readonly<Record<string, Rule>>;
  optional?: Readonly<Record<string, Rule>>;
}

/** Every problem with its path; an unknown field is one. */
export function shapeProblems(value: unknown, { required, optional = {} }: Shape, place = ''): Problem[] {
  if (!isJson(value)) return [{ field: place, message: 'must be an object' }];
  const at = (name: string): string => (place === '' ? name : `${place}.${name}`);
  const missing = Object.keys(required)
    .filter((name) => value[name] === undefined)
    .map((name) => ({ field: at(name), message: 'is required' }));
  const wrong = Object.entries(value).flatMap(([name, given]) => {
    const rule = required[name] ?? optional[name];
    const message = rule ? rule(given) : 'is not a known field';
    return message === undefined || given === undefined ? [] : [{ field: at(name), message }];
  });
  return [...missing, ...wrong];
}

export const text =
  ({ most = 255, least = 1, pattern }: { most?: number; least?: number; pattern?: RegExp } = {}): Rule =>
  (value) => {
    if (typeof value !== 'string') return 'must be a string';
    if (value.length < least || value.length > most) return `must have ${least} to ${most} characters`;
    return pattern && !pattern.test(value) ? `does not fit ${pattern.source}` : undefined;
  };

export const oneOf =
  (...words: readonly unknown[]): Rule =>
  (value) =>
    words.includes(value) ? undefined : `must be one of ${words.join(', ')}`;

export const number =
  ({ least = 0, whole = false, digits }: { least?: number; whole?: boolean; digits?: number } = {}): Rule =>
  (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
    if (value < least) return `must be ${least} or more`;
    if (whole && !Number.isInteger(value)) return 'must be a whole number';
    return digits !== undefined && Number(value.toFixed(digits)) !== value
      ? `has more than ${digits} decimals`
      : undefined;
  };

export const flag: Rule = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');

export const currency: Rule = text({ pattern: /^[A-Z]{3}$/, most: 3 });

/** The body as JSON; undefined where it is none, or is sent as something else. */
export function jsonBody({ headers, body }: Exchange): unknown {
  if (!(headers['content-type'] ?? '').startsWith('application/json')) return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined; // the vendor says so in its own way
  }
}

/** Whether decimals add up, in thousandths: binary floats don't. */
export const addsUp = (parts: readonly number[], sum: number): boolean =>
  parts.reduce((all, part) => all + Math.round(part * 1000), 0) === Math.round(sum * 1000);

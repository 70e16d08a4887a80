/** What is wrong with a site or connection, in words that say what to write instead. Pure. */
import { z } from 'zod';
import type { Problem } from '../../../wire/problem.ts';
import { nearestWord } from '../../lib/nearest.ts';

/** Turns zod's issues into the problems that users see: `sites[0].domains[1]` and the fix. */
export function problemsOf(
  error: z.ZodError,
  given: {
    prefix: string;
    schema: z.ZodType;
    /** Names that may stand beside the schema's own, read elsewhere. */
    beside?: readonly string[];
  },
): Problem[] {
  const { prefix, schema, beside = [] } = given;
  return error.issues.flatMap((issue) => {
    const field = issue.path.reduce<string>(
      (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}${path === '' ? '' : '.'}${String(key)}`),
      prefix,
    );
    if (issue.code !== 'unrecognized_keys') return [{ field, message: wordsOf(issue) }];
    const known = [...keysAt(schema, issue.path), ...(issue.path.length === 0 ? beside : [])];
    return issue.keys.map((key) => ({
      field: field === '' ? key : `${field}.${key}`,
      message: unknownKey(key, known),
    }));
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearestWord(key, known);
  return near === undefined
    ? `is not a setting of Clickthread; there are ${known.join(', ')}`
    : `is not a setting of Clickthread; did you mean ${near}?`;
}

/** What to write for a list that was given otherwise. */
const EXAMPLES: Readonly<Record<string, string>> = {
  domains: '[shop.example]',
  linked: '[checkout.example]',
  precedence: '[partner, paid, campaign, referral]',
  paths: '[/cart, /checkout]',
  paid: '[gclid]',
  referrals: '[ref]',
  retention: '{ touches: 400d, personal: 90d }',
  attribution: '{ window: 30d }',
  coupons: '{ PARTNER10: { connection: impact } }',
  standDown: '{ mode: on, minutes: 30 }',
  signals: '{ fast: 5 }',
  tag: '{ detect: false }',
  limits: '{ perHour: 1000 }',
};

/** Settings that are durations: a number alone says no unit. */
const DURATIONS: readonly string[] = ['window', 'touches', 'personal', 'contacts'];

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return wrongType(issue);
  if (issue.code === 'invalid_value') return `must be ${joinWithOr(issue.values.map(String))}`;
  if (issue.code === 'too_small' && issue.origin === 'number') return `must be ${issue.minimum} or more`;
  if (issue.code === 'too_big' && issue.origin === 'number') return `must be ${issue.maximum} or less`;
  return issue.message;
}

/** What to write instead, by what was expected; anything else is a map. */
const EXPECTED: Readonly<Record<string, string>> = {
  array: 'must be a list',
  string: 'must be text: put it in quotes',
  boolean: 'must be true or false',
  number: 'must be a whole number',
  int: 'must be a whole number',
};

function wrongType({ expected, path, message }: z.core.$ZodIssueInvalidType): string {
  const name = String(path.at(-1));
  const example = path.at(-2) === 'coupons' ? '{ connection: impact }' : EXAMPLES[name];
  const such = example === undefined ? '' : `, such as ${example}`;
  // Zod leaves the input out of its issues; its message tells what is missing.
  if (message.endsWith('received undefined')) return `is required${such}`;
  if (message.endsWith('received null')) return `is empty: give it a value${such}, or leave the line out`;
  if (expected === 'string' && DURATIONS.includes(name))
    return 'must be a duration with its unit, such as 30d, 12h or 10m';
  if (expected === 'string' && !/received (number|boolean)/.test(message)) return `must be text${such}`;
  return `${EXPECTED[expected] ?? 'must be a map of names and values'}${such}`;
}

/** "wait, granted or auto" */
export function joinWithOr(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

/** Names that the schema knows where the path ends. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = bare(schema);
  for (const key of path) {
    if (at instanceof z.ZodObject) at = bare((at.shape as Record<string, z.ZodType>)[String(key)]);
    else if (at instanceof z.ZodArray) at = bare(at.element as z.ZodType);
    else if (at instanceof z.ZodRecord) at = bare(at.valueType as z.ZodType);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape as object) : [];
}

/** Without what only fills in defaults. */
function bare(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return bare(schema.unwrap() as z.ZodType);
  return schema;
}

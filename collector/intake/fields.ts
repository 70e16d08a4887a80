/** Step 2 of 5. What every reader of a request's fields needs: objects of unknown keys, short texts, and notes on what was wrong. Pure. */
import { hasDeceptive } from '../../wire/text/printable.ts';

export type Fields = Record<string, unknown>;

/** Notes what is wrong with a field, and the fix. */
export type Note = (field: string, message: string) => void;

export const LONGEST_TEXT = 255;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Templates print nothing where they have nothing: that is not a value. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Half of an emoji, as a shop's template leaves it that cuts texts by length. Neither the store nor most vendors can keep it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A short text or number as text; undefined for everything else and for empty text. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  const wellFormed = value.replace(/[\u0000-\u001f\u007f]+/g, ' ').replace(LONE_SURROGATE, '\ufffd');
  const text = wellFormed.trim();
  return text === '' ? undefined : text.slice(0, LONGEST_TEXT).replace(LONE_SURROGATE, '');
}

/** A name of a thing: nothing in it may pretend to be another one. */
export function readId(value: unknown): string | undefined {
  const text = readText(value);
  if (text === undefined || !hasDeceptive(text)) return text;
  return readText([...text].filter((char) => !hasDeceptive(char)).join(''));
}

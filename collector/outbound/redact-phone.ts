/** A telephone number in the spellings of people, forms and vendors. Patterns for `redact.ts`. */
import { foldText } from '../lib/text/fold.ts';
import { makeOnce, type Spelling } from './redact-pattern.ts';

/** The digits of a telephone number; undefined where the value is none. */
export function phoneDigits(given: string): string | undefined {
  const value = foldText(given).trim();
  if (!/^[+\d][\d\s()./-]*$/.test(value)) return undefined;
  const digits = value.replace(/\D/g, '');
  return digits.length >= SHORTEST_PHONE ? digits : undefined;
}

const SHORTEST_PHONE = 7;
/** What people and forms put between digits, percent-encoded or not. */
const GAP = '(?:[\\s().\\/+-]|%(?:25)*(?:20|28|29|2[bdef])|&nbsp;)*';

/** A number whatever stands between its digits, also without its country code (one to three digits) or with a national nought before it. */
export function phoneSpelling(digits: string): Spelling {
  const country = Math.max(0, Math.min(3, digits.length - SHORTEST_PHONE));
  const optional = [...digits.slice(0, country)].reduceRight((rest, digit) => `(?:${digit}${GAP})?${rest}`, '');
  const source = `(?:\\+|%(?:25)*2b)?0{0,2}${optional}${[...digits.slice(country)].join(GAP)}`;
  const needed = digits.slice(country);
  return {
    mayBeIn: (lower) => digitsOf(lower).includes(needed),
    pattern: makeOnce(() => new RegExp(`(?:(?<!\\d)|(?<=%[\\da-f]{2}))${source}(?!\\d)`, 'gi')),
  };
}

/** What is left of a text without what may stand between digits: made once for all numbers that are looked for in it. */
let last = { text: '', digits: '' };

function digitsOf(text: string): string {
  if (last.text !== text) last = { text, digits: text.replace(/%(?:25)*(?:20|28|29|2[bdef])|\D+/g, '') };
  return last.digits;
}

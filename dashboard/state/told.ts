/** What the collector words itself (reasons, refusals), in the reader's language where there are words for it; else as it came. Pure. */

/**
 * An English sentence of the collector with places in braces, and the same in another language. `{count}` is a number, `{reason}` a sentence,
 * `{said}` one that is known itself: a vendor's own words are left as they are.
 */
export type ToldWords = readonly (readonly [english: string, other: string])[];

interface Sentence {
  pattern: RegExp;
  names: readonly string[];
  other: string;
}

/** Sentences within sentences: a reason that quotes one that quotes another. */
const DEEPEST = 4;
/** A vendor's answer may be long; what we word ourselves is not. */
const LONGEST = 600;

/** No sentence of its own. */
const TEXT = '((?:(?!; ).)+?)';
const ANY = '(.+?)';
const PLACES: Partial<Record<string, string>> = { count: '(\\d+)', reason: ANY, said: ANY, other: ANY };

/** What somebody named is no word, whatever it is called. */
const NAMES = new Set(['site', 'connection', 'name', 'host']);

const read = new WeakMap<ToldWords, readonly Sentence[]>();

export function translateTold(text: string, words: ToldWords, deep = 0): string {
  if (deep > DEEPEST || text.length > LONGEST) return text;
  for (const { pattern, names, other } of sentencesOf(words)) {
    const found = pattern.exec(text);
    if (!found) continue;
    const given = new Map(names.map((name, index) => [name, found[index + 1]!]));
    const say = (name: string): string =>
      NAMES.has(name) ? given.get(name)! : translateTold(given.get(name) ?? '', words, deep + 1);
    if (given.has('said') && say('said') === given.get('said')) continue;
    return other.replace(/\{(\w+)\}/g, (_, name: string) => say(name));
  }
  return text;
}

function sentencesOf(words: ToldWords): readonly Sentence[] {
  const known = read.get(words);
  if (known) return known;
  const sentences = words.map(([english, other]): Sentence => {
    const parts = english.split(/\{(\w+)\}/);
    return {
      pattern: new RegExp(
        `^${parts.map((part, index) => (index % 2 ? (PLACES[part] ?? TEXT) : escaped(part))).join('')}$`,
        's',
      ),
      names: parts.filter((_, index) => index % 2),
      other,
    };
  });
  read.set(words, sentences);
  return sentences;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A code with its values, which every language has words for, and the words with the values put in. Pure. */

/** One thing that is said. */
export interface Saying<Code extends string = string> {
  code: Code;
  given: Readonly<Record<string, string | number>>;
}

const TIMES = new Set(['at', 'since', 'until']);

/** Puts values into words. Pure. `time`: how an ISO time is written; `text`: how other texts are. */
export function fillWords(
  words: string,
  given: Saying['given'],
  {
    time = String,
    text = String,
  }: { time?: (at: string) => string; text?: (value: string | number, name: string) => string } = {},
): string {
  const [one = '', several = one] = words.split('|');
  return (given.count === 1 ? one : several).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = given[name];
    if (value === undefined) return whole;
    return TIMES.has(name) ? time(String(value)) : text(value, name);
  });
}

/** What the doctor has to say of one thing: in codes, which every face says in its reader's language, and in the command line's own words. */
import { type FindingCode, FINDING_WORDS, type MendCode, MEND_WORDS } from '../../../wire/admin/finding-words.ts';
import { fillWords, type Saying } from '../../../wire/admin/saying.ts';

export interface Finding {
  /** What was looked at: `data folder`, `connection shop/impact`. */
  area: string;
  level: 'ok' | 'warn' | 'fail';
  message: string;
  /** What to do; absent where all is well. */
  fix?: string;
  /** The same as codes, in the order in which they are said. */
  said: readonly Saying<FindingCode>[];
  mend?: Saying<MendCode>;
}

type Given = Saying['given'];
export type Said = readonly [FindingCode, Given?];

/** How times are written for whoever reads; ISO in UTC unless given. */
export type WriteTime = (at: number) => string;

/** `said`: one thing, or several that are said together. `mend`: what to do about it. */
export function describeFinding(
  given: {
    area: string;
    level: Finding['level'];
    said: FindingCode | Said | readonly Said[];
    mend?: MendCode | readonly [MendCode, Given?] | undefined;
  },
  time?: WriteTime,
): Finding {
  const { area, level, said: first, mend } = given;
  const fill = (words: string, values: Given): string =>
    fillWords(words, values, time ? { time: (at) => time(Date.parse(at)) } : {});
  const said = allOf(first).map(([code, values = {}]) => ({ code, given: values }));
  const message = said.map((one) => fill(FINDING_WORDS[one.code], one.given)).join('; ');
  if (mend === undefined) return { area, level, message, said };
  const [code, values = {}] = typeof mend === 'string' ? [mend] : mend;
  return { area, level, message, fix: fill(MEND_WORDS[code], values), said, mend: { code, given: values } };
}

function allOf(said: FindingCode | Said | readonly Said[]): readonly Said[] {
  if (typeof said === 'string') return [[said]];
  return isOne(said) ? [said] : said;
}

const isOne = (said: Said | readonly Said[]): said is Said => typeof said[0] === 'string';

/** As a time stands among what is said. */
export const isoTime = (at: number): string => new Date(at).toISOString();

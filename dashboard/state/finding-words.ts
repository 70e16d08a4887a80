/** Words for what the doctor finds: one file a language, fetched by the page that shows it. */
import { useEffect, useState } from 'preact/hooks';
import type { FindingShown } from '../../wire/admin/connections.ts';
import { fillWords, type Saying } from '../../wire/admin/saying.ts';
import type { Language } from './languages.ts';
import { type ToldWords, translateTold } from './told.ts';
import { languageNow, sayTold, showNumber, showTime } from './words.ts';

export interface FindingWords {
  said: Readonly<Partial<Record<string, string>>>;
  mend: Readonly<Partial<Record<string, string>>>;
  areas: ToldWords;
  /** Between things that are said together: where `;` asks a question, it can't part them. */
  between: string;
}

const FILES: Record<Language, () => Promise<FindingWords>> = {
  en: async () => {
    const { FINDING_WORDS, MEND_WORDS, CLICK_WORDS } = await import('../../wire/admin/finding-words.ts');
    return { said: FINDING_WORDS, mend: { ...MEND_WORDS, ...CLICK_WORDS }, areas: [], between: '; ' };
  },
  el: async () => {
    const { elFindings, elMends, elAreas } = await import('../messages/el/findings.ts');
    return { said: elFindings, mend: elMends, areas: elAreas, between: '· ' };
  },
};

export const fetchFindingWords = (): Promise<unknown> => FILES[languageNow()]();

/** Undefined until they are there. */
export function useFindingWords(): FindingWords | undefined {
  const language = languageNow();
  const [words, setWords] = useState<FindingWords>();
  useEffect(() => void FILES[language]().then(setWords), [language]);
  return words;
}

/** A finding as its reader hears it; of a newer collector, whose codes are not known here, in its own words. */
export function sayFinding(
  { area, message, fix, said, mend }: FindingShown,
  words: FindingWords,
  zone: string | undefined,
): { area: string; message: string; fix: string | undefined } {
  const fill = ({ code, given }: Saying, among: FindingWords['said']): string | undefined => {
    const text = among[code];
    return text && fillWords(text, given, { time: (at) => showTime(at, zone), text: sayValue });
  };
  const parts = said.map((one) => fill(one, words.said));
  return {
    area: translateTold(area, words.areas),
    message: parts.every((part) => part !== undefined) ? parts.join(words.between) : message,
    fix: mend ? (fill(mend, words.mend) ?? fix) : fix,
  };
}

/** What somebody worded: everything else is a name. */
const WORDED = new Set(['said', 'title', 'titles']);

function sayValue(value: string | number, name: string): string {
  if (typeof value === 'number') return showNumber(value);
  return WORDED.has(name) ? sayTold(value) : value;
}

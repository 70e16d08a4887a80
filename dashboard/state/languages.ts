/** The words of the language that is spoken: one file a language, fetched when it is chosen, so that nobody loads those of another. */
import type { Messages } from '../messages/en.ts';
import type { ToldWords } from './told.ts';

export type Language = 'en' | 'el';

interface Words {
  messages: Messages;
  /** What the collector words itself, which it does in English. */
  told: ToldWords;
}

const FILES: Record<Language, () => Promise<Words>> = {
  en: async () => ({ messages: (await import('../messages/en.ts')).en, told: [] }),
  el: async () => {
    const { el, elTold } = await import('../messages/el.ts');
    const words: Words = { messages: el, told: elTold };
    // The first look does without the rarer ones: they are there when data is.
    void import('../messages/el/told-more.ts').then(
      ({ elToldMore }) => (words.told = [...elTold, ...elToldMore]),
      () => undefined,
    );
    return words;
  },
};

export const LANGUAGES = Object.keys(FILES) as Language[];

const read = new Map<Language, Words>();

/** Must be there before anything is said in it. */
export async function loadLanguage(language: Language): Promise<void> {
  if (!read.has(language)) read.set(language, await FILES[language]());
}

export function wordsOf(language: Language): Words {
  const words = read.get(language);
  if (!words) throw new Error(`The words of ${language} were not loaded.`);
  return words;
}

/** The words of the language that is spoken: one file a language, fetched when it is chosen, so that nobody loads those of another. */
import type { Messages } from '../messages/en.ts';

export type Language = 'en' | 'el';

const FILES: Record<Language, () => Promise<Messages>> = {
  en: async () => (await import('../messages/en.ts')).en,
  el: async () => (await import('../messages/el.ts')).el,
};

export const LANGUAGES = Object.keys(FILES) as Language[];

const read = new Map<Language, Messages>();

/** Must be there before anything is said in it. */
export async function loadLanguage(language: Language): Promise<void> {
  if (!read.has(language)) read.set(language, await FILES[language]());
}

export function wordsOf(language: Language): Messages {
  const words = read.get(language);
  if (!words) throw new Error(`The words of ${language} were not loaded.`);
  return words;
}

/** The language of the dashboard. */
import type { Language } from '../state/languages.ts';
import { languageNow, say, setLanguage } from '../state/words.ts';

export function LanguageChoice({ onLanguage }: { onLanguage: (language: Language) => void }) {
  const choose = (event: Event): void => {
    const next = (event.currentTarget as HTMLSelectElement).value as Language;
    void setLanguage(next).then(() => onLanguage(next));
  };
  return (
    <select class="quiet" aria-label={say('language')} value={languageNow()} onChange={choose}>
      <option value="en" lang="en">
        English
      </option>
      <option value="el" lang="el">
        Ελληνικά
      </option>
    </select>
  );
}

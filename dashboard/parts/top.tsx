/** The way to every page, who is in, and how the dashboard looks. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageEntry } from '../pages.ts';
import { ask } from '../state/ask.ts';
import { useHouse } from '../state/house.ts';
import { addressOf } from '../state/route.ts';
import type { Language } from '../state/languages.ts';
import { setTheme, type Theme, themeKept } from '../state/theme.ts';
import { say } from '../state/words.ts';
import { LanguageChoice } from './language-choice.tsx';
import { Said } from './said.tsx';

export function Top({
  pages,
  current,
  onLanguage,
}: {
  pages: readonly PageEntry[];
  current: PageEntry;
  onLanguage: (language: Language) => void;
}) {
  const { me } = useHouse();
  return (
    <header class="top">
      <a class="brand" href="#/">
        Clickthread
      </a>
      <nav aria-label={say('pages')}>
        <Links pages={pages.filter(({ inMenu, seldom }) => inMenu && !seldom)} current={current} />
        <More pages={pages.filter(({ inMenu, seldom }) => inMenu && seldom)} current={current} />
      </nav>
      <div class="me">
        <LanguageChoice onLanguage={onLanguage} />
        <ThemeChoice />
        <p>
          <Said text={me.name} />
        </p>
        {me.session !== null && (
          <button type="button" class="quiet" onClick={() => void signOut()}>
            {say('signOut')}
          </button>
        )}
      </div>
    </header>
  );
}

function Links({ pages, current }: { pages: readonly PageEntry[]; current: PageEntry }) {
  return (
    <ul>
      {pages.map((page) => (
        <li key={page.name}>
          <a href={addressOf([page.name])} aria-current={isCurrent(page, current) ? 'page' : undefined}>
            {say(page.title)}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What is needed once or seldom. It closes when one goes anywhere, and with Escape. */
function More({ pages, current }: { pages: readonly PageEntry[]; current: PageEntry }) {
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const { current: menu } = box;
      const within = event.target instanceof Node && menu?.contains(event.target) === true;
      const stays = event instanceof KeyboardEvent ? event.key !== 'Escape' : within;
      if (!menu?.open || stays) return;
      // What is hidden loses the focus.
      if (event.type === 'keydown' && menu.contains(document.activeElement)) menu.querySelector('summary')?.focus();
      menu.open = false;
    };
    const names = ['click', 'keydown', 'hashchange'] as const;
    for (const name of names) addEventListener(name, close);
    return () => names.forEach((name) => removeEventListener(name, close));
  }, []);
  const here = pages.find((page) => isCurrent(page, current));
  return (
    <details ref={box} class="more-pages">
      <summary aria-current={here ? 'true' : undefined}>{here ? say(here.title) : say('more')}</summary>
      <Links pages={pages} current={current} />
    </details>
  );
}

const isCurrent = (page: PageEntry, { name, of }: PageEntry): boolean => page.name === name || page.name === of;

async function signOut(): Promise<void> {
  await ask('DELETE', '/session');
  location.reload();
}

function ThemeChoice() {
  const [theme, setShown] = useState(themeKept());
  const choose = (event: Event): void => {
    const next = (event.currentTarget as HTMLSelectElement).value as Theme;
    setTheme(next);
    setShown(next);
  };
  return (
    <select class="quiet" aria-label={say('theme')} value={theme} onChange={choose}>
      <option value="system">{say('theme.system')}</option>
      <option value="light">{say('theme.light')}</option>
      <option value="dark">{say('theme.dark')}</option>
    </select>
  );
}

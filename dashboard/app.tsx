/** The house: who is in, the way to each page, and what is said over all of them when the collector is away or the session has ended. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Myself } from '../wire/admin/people.ts';
import type { SiteView } from '../wire/admin/sites.ts';
import { type PageEntry, PAGES, pageOf } from './pages.ts';
import { Keys } from './parts/keys.tsx';
import { fetchTheRest, later } from './parts/later.tsx';
import { Standing } from './parts/standing.tsx';
import { Top } from './parts/top.tsx';
import { SignIn } from './sign-in.tsx';
import { ask, Away, Refused } from './state/ask.ts';
import { keepFocus } from './state/focus.ts';
import { type House, HouseProvider, mayAct } from './state/house.ts';
import { useRoute } from './state/route.ts';
import { languageNow, say } from './state/words.ts';

type Entry =
  { state: 'knocking' } | { state: 'outside'; refused?: Refused } | { state: 'in'; me: Myself; sites: SiteView[] };

/** The link of `user add`. */
const SIGN_IN = /^#\/sign-in\/([\w-]+)$/;

/** A partner's manager reads one order's story here, and comes no further. */
const SharedStory = later(async () => (await import('./seldom-pages.ts')).SharedStory);

export function App() {
  const { path } = useRoute();
  const [language, setLanguageShown] = useState(languageNow());
  const [place, site, token] = path;
  if (place === 'story' && site !== undefined && token !== undefined)
    return <SharedStory key={language} site={site} token={token} onLanguage={setLanguageShown} />;
  return <Door />;
}

function Door() {
  const [entry, setEntry] = useState<Entry>({ state: 'knocking' });
  const [language, setLanguageShown] = useState(languageNow());
  const enter = useCallback(async (): Promise<void> => {
    try {
      setEntry(await knock());
    } catch (error) {
      if (error instanceof Refused) setEntry({ state: 'outside', refused: error });
      else if (error instanceof Away) setTimeout(() => void enter(), 3000);
      else throw error;
    }
  }, []);
  useEffect(() => {
    void enter();
    // A link may be opened in a tab that is here already.
    const follow = (): void => {
      if (SIGN_IN.test(location.hash)) void enter();
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

  if (entry.state === 'knocking') return <p class="loading">{say('loading')}</p>;
  if (entry.state === 'outside')
    return <SignIn refused={entry.refused?.status === 401 ? undefined : entry.refused} onLanguage={setLanguageShown} />;
  return <Inside key={language} me={entry.me} sites={entry.sites} reload={enter} onLanguage={setLanguageShown} />;
}

/** Uses the link in the address, if one stands there, and forgets it. */
async function knock(): Promise<Entry> {
  const [, token] = SIGN_IN.exec(location.hash) ?? [];
  if (token !== undefined) history.replaceState(null, '', '#/');
  const me = await ask<Myself>(
    token === undefined ? 'GET' : 'POST',
    '/session',
    token === undefined ? undefined : { token },
  ).catch(async (error: unknown) => {
    // Whoever opens a used link once more in a browser where they are signed in is simply in.
    if (token === undefined || !(error instanceof Refused)) throw error;
    return ask<Myself>('GET', '/session').catch(() => {
      throw new Refused(410, error.problems);
    });
  });
  const { sites } = await ask<{ sites: SiteView[] }>('GET', '/sites');
  return { state: 'in', me, sites };
}

function Inside({
  me,
  sites,
  reload,
  onLanguage,
}: Omit<House, 'reload'> & { reload: () => Promise<void>; onLanguage: (language: 'en' | 'el') => void }) {
  const route = useRoute();
  const mounted = useRef(false);
  const house = useMemo<House>(() => ({ me, sites, reload: () => void reload() }), [me, sites]);
  const page = pageOf(route, sites.length > 0 || !mayAct(house, 'owner') || me.sites !== null);
  const open = PAGES.filter((one) => mayOpen(house, one));
  useEffect(fetchTheRest, []);
  // The page before took its link, which was pressed, along.
  useEffect(() => {
    if (mounted.current) keepFocus();
    mounted.current = true;
  }, [route.path.join('/')]);
  useEffect(() => {
    document.title = `${say(page.title)} – Clickthread`;
  }, [page]);
  return (
    <HouseProvider value={house}>
      <a class="skip" href="#main" onClick={(event) => skipTo(event)}>
        {say('skip')}
      </a>
      <Standing />
      <Top pages={open} current={page} onLanguage={onLanguage} />
      <main id="main" tabIndex={-1}>
        {mayOpen(house, page) ? <page.Body key={route.path.join('/')} route={route} /> : <p>{say('notYours')}</p>}
      </main>
      <Keys />
    </HouseProvider>
  );
}

const mayOpen = (house: House, { least, everySite }: PageEntry): boolean =>
  mayAct(house, least) && (!everySite || house.me.sites === null);

/** The part of the address behind `#` is the page: it must stay. */
function skipTo(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

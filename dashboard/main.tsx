/** Entry of the dashboard: signs in with the link that led here, or shows who is in. Bundled by `rollup.mjs`, served under `/admin/`. */
import { render } from 'preact';
import { App } from './app.tsx';
import { setTheme, themeKept } from './state/theme.ts';
import { languageNow, setLanguage } from './state/words.ts';

setTheme(themeKept());
// Not awaited here: rollup would cut the script in three, for what waits at its top must not be waited for by others.
void setLanguage(languageNow()).then(() => render(<App />, document.getElementById('app')!));

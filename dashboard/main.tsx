/** Entry of the dashboard: signs in with the link that led here, or shows who is in. Bundled by `rollup.mjs`, served under `/admin/`. */
import { render } from 'preact';
import { App } from './app.tsx';
import { setTheme, themeKept } from './state/theme.ts';
import { languageNow, setLanguage } from './state/words.ts';

setTheme(themeKept());
await setLanguage(languageNow());
render(<App />, document.getElementById('app')!);

// `npm run screenshots [-- FOLDER [PAGE …]]`: the dashboard over the demo's invented sales, every page at desktop and phone width, in both themes
// in English, and in Greek. Each picture shows the whole page, however long it is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [folder = join(tmpdir(), 'clickthread-screenshots'), ...only] = process.argv.slice(2);
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
/** Colours do not depend on the language: they are looked at in one. */
const THEMES = { en: ['light', 'dark'], el: ['light'] };
const PAGES = {
  start: '#/start',
  'start-pages': '#/start/shop/tag',
  'start-connect': '#/start/shop/connect',
  'start-done': '#/start/shop/done/impact',
  todo: '#/todo',
  overview: '#/overview?period=90d',
  orders: '#/orders',
  order: '#/order/shop/D10019',
  contested: '#/order/shop/D-CONTESTED',
  live: '#/live',
  deliveries: '#/deliveries',
  connections: '#/connections',
  connection: '#/connection/shop/impact',
  'new-connection': '#/connection/shop',
  quarantine: '#/quarantine',
  reconcile: '#/reconcile',
  rules: '#/rules',
  check: '#/check',
  alerts: '#/alerts',
  keys: '#/keys',
  audit: '#/audit',
  privacy: '#/privacy',
  people: '#/people',
};

mkdirSync(folder, { recursive: true });
const demo = spawn(process.execPath, [join(ROOT, 'bin/clickthread.mjs'), 'demo', '--port', '0'], { cwd: ROOT });
try {
  const link = await dashboardOf(demo);
  const browser = await chromium.launch({ ...findChromium(), args: ['--no-sandbox'] });
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Athens' });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole('navigation').waitFor();
  for (const language of Object.keys(THEMES)) {
    await page.evaluate((chosen) => localStorage.setItem('clickthread-language', chosen), language);
    await page.reload();
    await page.getByRole('navigation').waitFor();
    for (const [name, place] of Object.entries(PAGES)) {
      if (only.length > 0 && !only.includes(name)) continue;
      await shoot({ page, name, place, language });
    }
  }
  await browser.close();
} finally {
  demo.kill('SIGINT');
  await once(demo, 'exit');
}

/** One page in a language: at each width, in each of its themes. */
async function shoot({ page, name, place, language }) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const theme of THEMES[language]) {
      await page.setViewportSize(viewport);
      await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
      await page.evaluate((hash) => (location.hash = hash), place);
      await page.waitForLoadState('networkidle');
      await page.waitForFunction(() => !document.querySelector('main .loading, main .refreshing'));
      await page.waitForTimeout(150);
      const file = [name, size, theme, ...(language === 'en' ? [] : [language])].join('-');
      await page.screenshot({ path: join(folder, `${file}.png`), fullPage: true });
    }
  }
  console.log(`${name}: ${folder}/${name}-*.png`);
}

/** The link that the demo prints. */
function dashboardOf({ stdout, stderr }) {
  stderr.pipe(process.stderr);
  let out = '';
  return new Promise((resolve, reject) => {
    stdout.on('data', (chunk) => {
      out += chunk;
      const [link] = /http:\S+#\/sign-in\/\S+/.exec(out) ?? [];
      if (link) resolve(link);
    });
    stdout.on('end', () => reject(new Error(`The demo did not start: ${out}`)));
  });
}

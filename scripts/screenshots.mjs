// `npm run screenshots [-- FOLDER]`: the dashboard over the demo's invented sales, every page at desktop and phone width, in both themes.
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
  for (const [name, place] of Object.entries(PAGES)) {
    if (only.length > 0 && !only.includes(name)) continue;
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const theme of ['light', 'dark']) {
        await page.setViewportSize(viewport);
        await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
        await page.evaluate((hash) => (location.hash = hash), place);
        await page.waitForLoadState('networkidle');
        await page.waitForFunction(() => !document.querySelector('main .loading, main .refreshing'));
        await page.waitForTimeout(150);
        await page.screenshot({ path: join(folder, `${name}-${size}-${theme}.png`) });
      }
    }
    console.log(`${name}: ${folder}/${name}-{${Object.keys(SIZES)}}-{light,dark}.png`);
  }
  await browser.close();
} finally {
  demo.kill('SIGINT');
  await once(demo, 'exit');
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

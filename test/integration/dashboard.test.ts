import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCollector, type Collector } from '../harness/collector.ts';

const BUILT = new URL('../../dist/dashboard/', import.meta.url);
const YAML = 'sites: [{ id: shop, domains: [shop.example], connections: [] }]';
/** Of all that stands on the way to a first page: one of every day, and the wizard of an empty collector. */
const MOST = { daily: 47_000, wizard: 70_000 };

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector({ yaml: YAML, env: { CLICKTHREAD_PATH: '/of/the/shop' } });
});
afterAll(() => collector?.remove());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${collector.url}${path}`, { headers, redirect: 'manual' });

describe('the built dashboard', () => {
  const files = readdirSync(BUILT).map((name) => ({ name, text: readFileSync(new URL(name, BUILT), 'utf8') }));

  test('is a light first page in each language; what comes after it is fetched on the side', () => {
    const names = files.map(({ name }) => name.replace(/\.[\da-f]{8}\./, '.')).toSorted();
    expect(names).toEqual([
      ...[
        'app.js',
        'day-chart.js',
        'el.js',
        'en.js',
        'finding-words.js',
        'findings.js',
        'index.html',
        'seldom-pages.js',
      ],
      ...['style.css', 'told-more.js'],
    ]);
    const weigh = (wanted: readonly string[]): number =>
      files
        .filter(({ name }) => wanted.includes(name.split('.')[0]!))
        .reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0);
    for (const language of ['en', 'el']) {
      const daily = ['app', 'index', 'style', language];
      expect(weigh(daily), language).toBeLessThan(MOST.daily);
      expect(weigh([...daily, 'seldom-pages']), language).toBeLessThan(MOST.wizard);
    }
  });

  test('holds nothing inline and asks nobody else', () => {
    const page = files.find(({ name }) => name === 'index.html')!.text;
    expect(page).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
    for (const { name, text } of files.filter(({ name }) => !name.endsWith('.js')))
      expect(text, name).not.toMatch(/https?:|@import|url\((?!['"]?data:)/);
  });
});

test('it is served under /admin/, whatever the prefix of the browser routes, with a policy that lets nothing in', async () => {
  const moved = await get('/admin');
  expect([moved.status, moved.headers.get('location')]).toEqual([308, 'admin/']);
  // Links out of mails and chats come with marks of those who sent them.
  expect((await get('/admin/?utm_source=mail')).status).toBe(200);
  const page = await get('/admin/');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  );
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const html = await page.text();
  for (const [, file] of html.matchAll(/(?:src|href)="(\w+\.[\da-f]+\.\w+)"/g)) {
    const part = await get(`/admin/${file}`, { 'accept-encoding': 'br' });
    expect(part.status, file).toBe(200);
    expect(part.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(part.headers.get('content-encoding')).toBe('br');
    const again = await get(`/admin/${file}`, { 'if-none-match': part.headers.get('etag')! });
    expect(again.status).toBe(304);
  }
  expect((await get('/admin/..%2f..%2fpackage.json')).status).toBe(404);
  expect((await get('/admin/nothing.js')).status).toBe(404);
});

test('the first start prints the link that lets its owner in', async () => {
  const fresh = await startCollector({ yaml: YAML });
  try {
    const token = /http\S+\/admin\/#\/sign-in\/([\w-]+)/.exec(fresh.printed())?.[1];
    const headers = { 'content-type': 'application/json', 'x-clickthread': 'dashboard' };
    const body = JSON.stringify({ token });
    const response = await fetch(`${fresh.url}/admin/api/session`, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toEqual([201, expect.objectContaining({ role: 'owner' })]);
    await fresh.stop();
    await fresh.restart();
    expect(fresh.printed()).not.toContain('sign-in');
  } finally {
    await fresh.remove();
  }
});

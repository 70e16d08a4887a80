import { SHORT_NAMES } from '../../../wire/tag-settings.ts';
import { createCatalogue } from '../../../collector/catalogue.ts';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sites } from '../../../collector/configuration/sites.ts';
import { createTagServer, readTagBundle, tagSettings } from '../../../collector/tag-files/site-tag.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { IMPACT, shopYaml, siteOf, sitesOf } from '../../harness/sites.ts';

const folder = temporaryFolders();
/** What the script looks at where the collector does not know its own address. */
const PAGE = { Document: { prototype: { currentScript: { src: 'https://t.shop.example/t/shop.js' } } }, document: {} };
const BUNDLE = {
  tag: 'import(`/${part}.js?0a1b2`);run(__CT_SETTINGS__);',
  parts: { late: 'late();', link: 'link();' },
};
let sites: Sites;

/** The settings that a served script starts with, under their long names. */
function settingsIn(script: string): object {
  const long = Object.fromEntries(Object.entries(SHORT_NAMES).map(([name, short]) => [short, name]));
  const found = runInNewContext(script.replace(/^.*run(.*);$/s, '$1'), PAGE) as object;
  return Object.fromEntries(Object.entries(found).map(([short, value]) => [long[short], value as unknown]));
}

let server: Server;

beforeAll(async () => {
  sites = await sitesOf(shopYaml());
  const tag = createTagServer({ bundle: BUNDLE, sites: async () => sites });
  server = createServer(
    (request, response) => void tag.serve(request.url!.slice(1).replace(/\?.*/, ''), request, response),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => void server.close());

/** Without fetch, which would decompress the body and add headers of its own. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, headers, method }, resolve).on('error', reject).end();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

describe('the tag of a site', () => {
  test('comes with its settings inlined, cacheable for every page', async () => {
    const { status, headers, body } = await get('/shop.js');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': expect.stringMatching(/^public, max-age=\d+, stale-while-revalidate=\d+$/),
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
      etag: expect.stringMatching(/^"[\da-f]{24}"$/),
    });
    expect(settingsIn(String(body))).toMatchObject({
      params: 'im_ref|irclickid',
      domains: ['shop.example'],
      refusal: '0',
    });
  });

  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('comes compressed with %s to whoever takes it', async (encoding, open) => {
    const { headers, body } = await get('/shop.js', { 'accept-encoding': `deflate, ${encoding}` });
    expect(headers['content-encoding']).toBe(encoding);
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(String(open(body))).toBe(String((await get('/shop.js')).body));
  });

  test('prefers brotli', async () => {
    expect((await get('/shop.js', { 'accept-encoding': 'gzip, deflate, br' })).headers['content-encoding']).toBe('br');
  });

  test('is not sent again to whoever has it, also through a proxy that weakens the tag', async () => {
    const etag = String((await get('/shop.js')).headers.etag);
    for (const known of [etag, `W/${etag}`, `"old", ${etag}`, '*']) {
      const { status, body } = await get('/shop.js', { 'if-none-match': known });
      expect([status, body.length]).toEqual([304, 0]);
    }
    expect((await get('/shop.js', { 'if-none-match': '"old"' })).status).toBe(200);
  });

  test('has a late part that is kept for good under the address of its build, and hands over where a page asks for another', async () => {
    const here = (await get('/shop/late.js?0a1b2')).headers['cache-control'];
    expect(here).toBe('public, max-age=31536000, immutable');
    const { headers, body } = await get('/shop/late.js?fffff');
    expect(headers['cache-control']).toBe('no-cache');
    expect(String(body)).toContain('const build = "0a1b2";');
    expect((await get('/shop/late.js')).headers['cache-control']).toMatch(/^public, max-age=300,/);
  });

  test('changes its tag with the settings, without a restart', async () => {
    const before = (await get('/shop.js')).headers.etag;
    const changed = await sitesOf(shopYaml([IMPACT], 'consent: auto'));
    sites = { ...changed, version: sites.version + 1 };
    const after = await get('/shop.js');
    expect(after.headers.etag).not.toBe(before);
    // The page's signals decide: nothing is said of an answer that would be assumed.
    expect(settingsIn(String(after.body))).not.toHaveProperty('refusal');
  });

  test('has a late part of its own, the same for every site', async () => {
    expect(String((await get('/shop/late.js')).body)).toBe('late();');
    expect(String((await get('/shop/link.js?0a1b2')).body)).toBe('link();');
    expect((await get('/shop/nothing.js')).status).toBe(404);
    expect((await get('/nobody/late.js')).status).toBe(404);
  });

  test('answers HEAD without a body', async () => {
    const { status, headers, body } = await get('/shop.js', {}, 'HEAD');
    expect([status, body.length, Number(headers['content-length']) > 0]).toEqual([200, 0, true]);
  });

  test.each(['/nobody.js', '/shop', '/', '/shop.js.map', '/__proto__.js'])('%s is 404', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(JSON.parse(String(body))).toMatchObject({ errors: [{ field: 'site' }] });
  });
});

describe('the address that the tag reports to', () => {
  const addressFor = async (hosts: string[], publicUrl?: string) => {
    const tag = createTagServer({
      bundle: BUNDLE,
      sites: async () => sites,
      hostsOf: () => hosts,
      publicUrl,
      prefix: '/c',
    });
    let written = '';
    const response = { writeHead: () => response, end: (body: Buffer) => (written = String(body)) };
    await tag.serve('shop.js', { headers: {} } as never, response as never);
    return RegExp(`run\\(\\{${SHORT_NAMES.collector}:((?:location\\.protocol\\+)?"[^"]*"|Reflect)`).exec(written)?.[1];
  };

  test.each<[string, string[], string | undefined, string]>([
    [
      'is the host that was asked, where that is the site’s',
      ['t.shop.example:8443'],
      undefined,
      'location.protocol+"//t.shop.example:8443/c/shop"',
    ],
    [
      'is the host of a linked domain',
      ['t.checkout.example'],
      'https://t.shop.example',
      'location.protocol+"//t.checkout.example/c/shop"',
    ],
    [
      'has the operator’s port',
      ['t.shop.example:8787'],
      'https://t.shop.example',
      'location.protocol+"//t.shop.example/c/shop"',
    ],
    [
      'is what a proxy says that it was asked',
      ['t.shop.example', 'backend:8787'],
      undefined,
      'location.protocol+"//t.shop.example/c/shop"',
    ],
    [
      'is the operator’s, where the host is nobody’s',
      ['backend:8787'],
      'https://t.shop.example',
      '"https://t.shop.example/c/shop"',
    ],
    ['is looked up by the script, where nobody knows it', ['backend:8787'], undefined, 'Reflect'],
    ['is never a stranger’s', ['evil.example'], undefined, 'Reflect'],
    ['is never what is no host', ['shop.example"+alert(1)+"'], undefined, 'Reflect'],
  ])('%s', async (_name, hosts, publicUrl, address) => {
    expect(await addressFor(hosts, publicUrl)).toBe(address);
  });
});

test('what an administrator writes can not end the script', async () => {
  const site = await siteOf();
  const hostile = { ...site.config, linked: ['</script><script>alert(1)</script>\u2028', '$& $1 $`'] };
  const byId = new Map([['shop', { ...site, config: hostile }]]);
  const given: Sites = { version: 1, byId, catalogue: createCatalogue() };
  const tag = createTagServer({ bundle: BUNDLE, sites: async () => given });
  let written = '';
  const response = { writeHead: () => response, end: (body: Buffer) => (written = String(body)) };
  await tag.serve('shop.js', { headers: {} } as never, response as never);
  expect(written).not.toMatch(/<|\u2028/);
  expect(settingsIn(written)).toMatchObject({ linked: hostile.linked });
});

test('no secret of a connection is among the settings', async () => {
  const site = await siteOf();
  expect(JSON.stringify(tagSettings(site))).not.toMatch(/impact-secret|IRxxx|9876/);
});

test('a bundle that is missing or has no place for the settings stops the start with the command that mends it', () => {
  expect(() => readTagBundle(folder())).toThrow(/npm run build/);
  expect(() => createTagServer({ bundle: { tag: 'nothing', parts: {} }, sites: async () => sites })).toThrow(
    /npm run build/,
  );
});

/** The cookie tracker and the postback receiver in the sandbox. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postback } from '../../../sandbox/vendors/postback.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/server.ts';
import { tracker } from '../../../sandbox/vendors/tracker.ts';
import { controlOf } from '../control.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: [tracker, postback], clock: () => Date.parse('2026-11-20T12:00:00Z') });
});
const control = controlOf(() => sandbox, 'tracker');
const postbacks = controlOf(() => sandbox, 'postback');
beforeEach(async () => {
  await control.reset();
  await postbacks.reset();
});
afterAll(() => sandbox.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${sandbox.url}${path}`, { headers, redirect: 'manual' });
const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${sandbox.url}/tracker/log`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers,
    redirect: 'manual',
  });

describe('the cookie tracker', () => {
  it('credits the affiliate whose cookie comes with the pixel, once per order', async () => {
    const click = await get('/tracker/click?affiliate=7');
    const cookie = click.headers.get('set-cookie')!;
    expect(cookie).toBe('sandbox_affiliate=7; Path=/tracker; Max-Age=2592000; HttpOnly; SameSite=None; Secure');
    const pixel = await get('/tracker/track?id=11001&amount=19.95', { cookie: cookie.split(';')[0]! });
    expect([pixel.status, pixel.headers.get('content-type'), (await pixel.arrayBuffer()).byteLength]).toEqual([
      200,
      'image/gif',
      42,
    ]);
    await get('/tracker/track?id=11001&amount=19.95');
    const { recorded, counts } = await control.state();
    expect(recorded).toEqual([
      { at: '2026-11-20T12:00:00.000Z', id: '11001', amount: '19.95', affiliate: '7', via: 'pixel', duplicates: 1 },
    ]);
    expect(counts).toEqual({ requests: 3, sales: 1, duplicates: 1, refused: 0, unattributed: 0 });
  });

  it('logs a sale without a cookie for nobody, which is what a server would achieve', async () => {
    await get('/tracker/track?id=1&amount=5');
    expect((await control.state()).counts).toMatchObject({ sales: 1, unattributed: 1 });
  });

  it('sends the form on to the configured page, never to one from the request', async () => {
    const plain = await post({ id: '1', amount: '39.95' });
    expect([plain.status, await plain.text()]).toEqual([200, expect.stringContaining('Thank you')]);
    await control.settings({ redirectionUrl: 'http://localhost:1/thanks' });
    const sent = await post({ id: '2', amount: '39.95', redirect: 'http://evil.example/' });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, 'http://localhost:1/thanks']);
    expect((await control.state()).recorded).toMatchObject([{ via: 'form' }, { id: '2', amount: '39.95' }]);
  });

  it('shows a small page inside a frame', async () => {
    await control.settings({ redirectionUrl: 'http://localhost:1/thanks' });
    expect((await post({ id: '1', amount: '1' }, { 'sec-fetch-dest': 'iframe' })).status).toBe(200);
  });

  it('leads a click to the configured landing page with a lax cookie where that is set', async () => {
    await control.settings({ landingUrl: 'http://localhost:1/', sameSite: 'lax' });
    const click = await get('/tracker/click?affiliate=7&to=http://evil.example/');
    expect([click.status, click.headers.get('location')]).toEqual([302, 'http://localhost:1/']);
    expect(click.headers.get('set-cookie')).toContain('SameSite=Lax');
  });

  it.each([
    '/tracker/track?id=1',
    '/tracker/track?id=1&amount=19,95',
    '/tracker/track?id=1&amount=$5',
    '/tracker/click?affiliate=a%0d%0ab',
  ])('refuses %s', async (path) => {
    expect((await get(path)).status).toBe(400);
    expect((await control.state()).recorded).toEqual([]);
  });

  it('takes each sale without an id as another, knows no other path, and wants a form', async () => {
    await get('/tracker/track?amount=1');
    await get('/tracker/track?amount=1');
    expect((await control.state()).counts).toMatchObject({ sales: 2 });
    expect((await get('/tracker/other')).status).toBe(404);
    expect((await fetch(`${sandbox.url}/tracker/log`, { method: 'POST', body: '{}' })).status).toBe(415);
    expect((await post({ id: '1' })).status).toBe(400);
  });
});

describe('the postback receiver', () => {
  it('records any method and path, secrets masked', async () => {
    const response = await fetch(`${sandbox.url}/postback/aff_lsr?transaction_id=t1&security_token=hush`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"amount":1}',
    });
    expect([response.status, await response.text()]).toEqual([200, 'OK']);
    expect((await postbacks.state()).recorded).toEqual([
      {
        ...{
          at: '2026-11-20T12:00:00.000Z',
          method: 'PUT',
          path: '/aff_lsr?transaction_id=t1&security_token=***',
          duplicates: 0,
        },
        ...{ contentType: 'application/json', body: '{"amount":1}' },
        fields: { transaction_id: 't1', security_token: '***', json: { amount: 1 } },
      },
    ]);
  });

  it('answers as its settings say', async () => {
    await postbacks.settings({ status: 202, body: '{"ok":true}', contentType: 'application/json' });
    const response = await get('/postback/x');
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      202,
      'application/json',
      '{"ok":true}',
    ]);
  });

  it('answers like TUNE: 200 always, the truth in the body', async () => {
    await postbacks.settings({ style: 'tune', dedupeBy: 'transaction_id' });
    const texts = [];
    for (const query of ['transaction_id=t1', 'transaction_id=t1', 'amount=1']) {
      const response = await get(`/postback/aff_lsr?${query}`);
      texts.push([response.status, await response.text()]);
    }
    expect(texts).toEqual([
      [200, 'success=true;'],
      [200, 'success=false; err_msg=Duplicate conversion;'],
      [200, 'success=false; err_msg=Invalid Trans. ID #;'],
    ]);
    expect((await postbacks.state()).counts).toEqual({ requests: 3, postbacks: 1, duplicates: 1, refused: 1 });
  });

  it('can be scripted to answer any body', async () => {
    await postbacks.script([{ kind: 'body', body: '<error>Access denied</error>' }]);
    expect(await (await get('/postback/x')).text()).toBe('<error>Access denied</error>');
    expect((await postbacks.state()).recorded).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apifon, type ApifonVendor } from '../../../sandbox/vendors/apifon/index.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/server.ts';

let sandbox: Sandbox;
let vendor: ApifonVendor;
let now = Date.UTC(2026, 10, 22);

beforeEach(async () => {
  vendor = apifon({ clock: () => now });
  sandbox = await startSandbox({ vendors: [() => vendor], clock: () => now });
});
afterEach(() => sandbox.stop());

const form = (fields: Record<string, string>) =>
  fetch(`${sandbox.url}/apifon/oauth2/token`, { method: 'POST', body: new URLSearchParams(fields) });

const CLIENT = {
  grant_type: 'client_credentials',
  client_id: 'sandbox-client',
  client_secret: 'sandbox-client-secret',
};

async function call(method: string, path: string, body?: unknown, authorization?: string) {
  const token =
    authorization ?? `Bearer ${((await (await form(CLIENT)).json()) as { access_token: string }).access_token}`;
  const response = await fetch(`${sandbox.url}/apifon/services/api/v1${path}`, {
    method,
    headers: { authorization: token, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const info =
    text === '' ? undefined : (JSON.parse(text) as { result_info: { status_code: number } }).result_info.status_code;
  return { status: response.status, info, text, location: response.headers.get('location') };
}

describe('the sandbox Apifon', () => {
  it('gives tokens for client credentials as a form without scopes, and for nothing else', async () => {
    expect((await form(CLIENT)).status).toBe(200);
    expect((await form({ ...CLIENT, scope: 'writeSubscriber' })).status).toBe(401);
    expect((await form({ ...CLIENT, client_secret: 'old' })).status).toBe(401);
    expect((await form({ ...CLIENT, grant_type: 'password' })).status).toBe(400);
  });

  it('lets a token expire', async () => {
    const token = `Bearer ${((await (await form(CLIENT)).json()) as { access_token: string }).access_token}`;
    expect((await call('POST', '/balance', {}, token)).status).toBe(200);
    now += 3_601_000;
    expect((await call('POST', '/balance', {}, token)).status).toBe(401);
  });

  it('refuses a signature over anything but what was sent', async () => {
    expect((await call('POST', '/balance', {}, 'ApifonWS sandbox-token:AAAA')).status).toBe(401);
  });

  it('names what it made in Location, and a subscriber by the MD5 of the e-mail', async () => {
    const list = await call('POST', '/list/', { title: 'A' });
    expect(list.location).toMatch(/\/services\/api\/v1\/list\/1000$/);
    const made = await call('POST', '/list/1000/subscriber/', { email: 'Zoe@mail.example' });
    expect(made.location).toMatch(/\/list\/1000\/subscriber\/[0-9a-f]{32}$/);
    expect(await call('POST', '/list/1000/subscriber/', { email: 'zoe@mail.example' })).toMatchObject({
      status: 409,
      location: made.location,
    });
    expect((await call('PUT', '/list/1000/subscriber/ffff', { email: 'a@b.example' })).status).toBe(404);
    expect((await call('POST', '/list/1000/subscriber/', { mobile: '+306999999999' })).status).toBe(400);
  });

  it('answers some successes with an empty body, and refuses a blocked contact under HTTP 200', async () => {
    await call('POST', '/list/', { title: 'A' });
    expect(
      await call('POST', '/bounce/subscriber/block', { destination: 'zoe@mail.example', reason: 'sub_requested' }),
    ).toMatchObject({ status: 200, text: '' });
    expect(await call('POST', '/list/1000/subscriber/', { email: 'zoe@mail.example' })).toMatchObject({
      status: 200,
      info: 403,
    });
    expect(vendor.recorded()).toEqual([]);
  });

  it('has no orders', async () => {
    expect((await call('POST', '/orders', { id: 1 })).status).toBe(404);
  });
});

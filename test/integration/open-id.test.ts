/** Signing in by OpenID Connect over real HTTP, from the dashboard's link over the issuer to the session. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../harness/collector.ts';
import { type Issuer, startIssuer } from '../harness/open-id-issuer.ts';

const CLIENT = { clientId: 'clickthread', clientSecret: 'a secret of the client' };
const TOKEN = 'an-admin-token-of-this-test';

let issuer: Issuer;
let collector: Collector;
beforeAll(async () => {
  issuer = await startIssuer(CLIENT);
  collector = await startCollector({
    yaml: 'sites: [{ id: shop, domains: [shop.example], connections: [] }]',
    env: {
      CLICKTHREAD_TRUST_PROXY: '1',
      ...{ CLICKTHREAD_ALLOW_PRIVATE: '1', CLICKTHREAD_ADMIN_TOKEN: TOKEN, CLICKTHREAD_OIDC_ISSUER: issuer.url },
      ...{ CLICKTHREAD_OIDC_CLIENT_ID: CLIENT.clientId, CLICKTHREAD_OIDC_CLIENT_SECRET: CLIENT.clientSecret },
    },
  });
  const added = await admin('POST', '/people', { name: 'Maria@Shop.example', role: 'operator' });
  expect(added.status).toBe(201);
  expect((await admin('POST', '/people', { name: 'kim@shop.example', role: 'owner' })).status).toBe(201);
});
afterAll(async () => {
  await collector?.remove();
  await issuer?.close();
});

const admin = (method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${collector.url}/admin/api${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
/** Each from an address of its own, as one proxy tells it: whoever fails is counted by it. */
let asked = 0;
const get = (url: string, cookie?: string): Promise<Response> =>
  fetch(url, {
    redirect: 'manual',
    headers: { 'x-forwarded-for': `203.0.113.${(asked += 1)}`, ...(cookie === undefined ? {} : { cookie }) },
  });

/** The way there: where the browser is sent, and the cookie that it keeps. */
async function begin(): Promise<{ to: string; cookie: string; set: string }> {
  const response = await get(`${collector.url}/admin/api/open-id`);
  expect(response.status).toBe(303);
  const set = response.headers.get('set-cookie')!;
  return { to: response.headers.get('location')!, set, cookie: set.split(';')[0]! };
}

async function signIn(says: Issuer['says']): Promise<string> {
  issuer.says = says;
  const { to, cookie } = await begin();
  return (await get(issuer.agree(to), cookie)).headers.get('location')!;
}

const MARIA = { email: 'maria@shop.example', email_verified: true };

test('whoever the issuer vouches for, and is known here by that address, is in; the audit log says how', async () => {
  expect(await (await get(`${collector.url}/admin/api/sign-in`)).json()).toEqual({ openId: true });
  const { to, set } = await begin();
  expect(set).toMatch(/; Path=\/admin\/api\/open-id; Max-Age=600; HttpOnly; SameSite=Lax$/);
  const { searchParams } = new URL(to);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    ...{ response_type: 'code', client_id: 'clickthread', scope: 'openid email', code_challenge_method: 'S256' },
    redirect_uri: `${collector.url}/admin/api/open-id/back`,
  });
  const link = await signIn({ claims: MARIA });
  const [, token] = /^http:\/\/\S+\/admin\/#\/sign-in\/([\w-]+)$/.exec(link) ?? [];
  const entered = await fetch(`${collector.url}/admin/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-clickthread': 'dashboard' },
    body: JSON.stringify({ token }),
  });
  expect([entered.status, await entered.json()]).toEqual([
    201,
    expect.objectContaining({ name: 'Maria@Shop.example', role: 'operator' }),
  ]);
  const { audit } = (await (await admin('GET', '/audit')).json()) as { audit: { actor: string; action: string }[] };
  expect(audit).toContainEqual(expect.objectContaining({ actor: 'OpenID Connect', action: 'sign-in link' }));
});

test.each<[string, Issuer['says'], string]>([
  ['an address that nobody has here', { claims: { email: 'eve@evil.example', email_verified: true } }, 'unknown'],
  ['an address that nobody has verified', { claims: { ...MARIA, email_verified: false } }, 'unverified'],
  ['no word whether it is verified', { claims: { email: MARIA.email } }, 'unverified'],
  ['no address', { claims: {} }, 'unverified'],
  ['a token for another client', { claims: MARIA, audience: 'another' }, 'failed'],
  ['a token that somebody else signed', { claims: MARIA, signed: false }, 'failed'],
  ['a token of another sign-in', { claims: { ...MARIA, nonce: 'another' } }, 'failed'],
  ['a token that nobody signed', { claims: MARIA, forged: 'none' }, 'failed'],
  ['a token signed with the public key', { claims: MARIA, forged: 'public key' }, 'failed'],
  ['a token signed with the client’s secret', { claims: MARIA, forged: 'client secret' }, 'failed'],
  ['a token of another issuer', { claims: { ...MARIA, iss: 'https://evil.example' } }, 'failed'],
  [
    'a token for others, too, whose party is another',
    { claims: { ...MARIA, azp: 'another' }, audience: ['clickthread', 'another'] },
    'failed',
  ],
  ['a word that reads like yes', { claims: { ...MARIA, email_verified: 'true' } }, 'unverified'],
  ['a list of addresses', { claims: { ...MARIA, email: [MARIA.email] } }, 'unverified'],
  ['a letter that becomes another one in small', { claims: { ...MARIA, email: '\u212aim@shop.example' } }, 'unknown'],
  ['an address in full width', { claims: { ...MARIA, email: 'kim＠shop.example' } }, 'unknown'],
  ['an address with a sign that nobody sees', { claims: { ...MARIA, email: 'kim\u200b@shop.example' } }, 'unknown'],
  ['a token that has expired', { claims: { ...MARIA, exp: 1 } }, 'failed'],
])('%s lets nobody in', async (_name, says, why) => {
  const location = await signIn(says);
  expect(location).toContain(`/admin/#/refused/${why}`);
  expect(location).not.toContain('sign-in');
});

test('an answer that names another issuer, or another state, leads nowhere', async () => {
  issuer.says = { claims: MARIA };
  for (const [name, value] of [
    ['iss', 'https://evil.example'],
    ['state', 'another'],
    ['error', 'access_denied'],
  ] as const) {
    const { to, cookie } = await begin();
    const back = new URL(issuer.agree(to));
    back.searchParams.set(name, value);
    expect((await get(back.href, cookie)).headers.get('location')).toContain('/refused/failed');
  }
});

test('a way back that this browser did not begin, or that is used twice, leads nowhere', async () => {
  issuer.says = { claims: MARIA };
  const { to, cookie } = await begin();
  const other = await begin();
  const back = issuer.agree(to);
  expect((await get(back)).headers.get('location')).toContain('#/refused/failed');
  expect((await get(back, other.cookie)).headers.get('location')).toContain('#/refused/failed');
  expect((await get(back, 'clickthread_open_id=' + 'A'.repeat(80))).headers.get('location')).toContain(
    '#/refused/failed',
  );
  expect((await get(back, cookie)).headers.get('location')).toContain('#/sign-in/');
  expect((await get(back, cookie)).headers.get('location')).toContain('#/refused/failed');
});

test('where the issuer does not answer, the dashboard says so; where none is set up, there is no such way', async () => {
  const yaml = 'sites: [{ id: shop, domains: [shop.example], connections: [] }]';
  const gone = await startIssuer(CLIENT);
  await gone.close();
  const alone = await startCollector({
    yaml,
    env: {
      ...{ CLICKTHREAD_ALLOW_PRIVATE: '1', CLICKTHREAD_OIDC_ISSUER: gone.url, CLICKTHREAD_OIDC_CLIENT_ID: 'x' },
      CLICKTHREAD_OIDC_CLIENT_SECRET: 'x',
    },
  });
  const none = await startCollector({ yaml });
  try {
    const refused = await get(`${alone.url}/admin/api/open-id`);
    expect([refused.status, refused.headers.get('location')]).toEqual([303, `${alone.url}/admin/#/refused/away`]);
    expect(await (await get(`${none.url}/admin/api/sign-in`)).json()).toEqual({ openId: false });
    for (const path of ['open-id', 'open-id/back'])
      expect((await get(`${none.url}/admin/api/${path}`)).status).toBe(404);
  } finally {
    await alone.remove();
    await none.remove();
  }
});

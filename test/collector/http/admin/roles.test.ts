import { expect, test } from 'vitest';
import type { Role } from '../../../../wire/admin/people.ts';
import { RULES } from '../../../../collector/http/admin/access/rules.ts';
import { sha256 } from '../../../../collector/lib/hash.ts';
import { ROLES } from '../../../../collector/model/people/person.ts';
import { conversion, NOON } from '../../cli/commands/setup.ts';
import { type AdminWorld, openAdmin } from '../setup.ts';
import { mountedRoutes } from './mounted.ts';

/** The weakest role that may, as people agreed on it: an own list, so that a slip of the hand in the table of the code is noticed. */
const MAY: Record<string, Role> = {
  'GET /session': 'viewer',
  'DELETE /session': 'viewer',
  'GET /sessions': 'viewer',
  'DELETE /sessions/:id': 'viewer',
  'GET /people': 'owner',
  'POST /people': 'owner',
  'PUT /people/:name': 'owner',
  'POST /people/:name/link': 'owner',
  'DELETE /people/:name': 'owner',
  'GET /sites': 'viewer',
  'GET /sites/:site': 'viewer',
  'PUT /sites/:site': 'owner',
  'DELETE /sites/:site': 'owner',
  'POST /sites/:site/what-if': 'operator',
  'GET /sites/:site/gtm/:file': 'viewer',
  'GET /export-config': 'owner',
  'POST /find/shop': 'owner',
  'GET /rehearsal': 'viewer',
  'GET /sites/:site/signs': 'viewer',
  'POST /sites/:site/rehearsal': 'operator',
  'GET /types': 'viewer',
  'GET /connections': 'viewer',
  'GET /sites/:site/connections': 'viewer',
  'POST /sites/:site/connections': 'owner',
  'GET /sites/:site/connections/:id': 'viewer',
  'PUT /sites/:site/connections/:id': 'owner',
  'DELETE /sites/:site/connections/:id': 'owner',
  'POST /sites/:site/connections/:id/test': 'operator',
  'POST /sites/:site/connections/:id/reconcile': 'operator',
  'GET /sites/:site/connections/:id/comparisons': 'operator',
  'GET /sites/:site/connections/:id/comparisons/:comparison': 'operator',
  'POST /sites/:site/connections/:id/pause': 'operator',
  'POST /sites/:site/connections/:id/resume': 'operator',
  'GET /sites/:site/connections/:id/sync': 'operator',
  'POST /sites/:site/connections/:id/sync/test': 'operator',
  'POST /sites/:site/connections/:id/sync/start': 'operator',
  'POST /sites/:site/connections/:id/sync/resync': 'operator',
  'POST /sites/:site/connections/:id/sync/disable': 'operator',
  'POST /sites/:site/connections/:id/sync/enable': 'operator',
  'POST /sites/:site/connections/:id/sync/hook': 'operator',
  'GET /sites/:site/connections/:id/sync/progress': 'viewer',
  'GET /sites/:site/connections/:id/list': 'viewer',
  'GET /sites/:site/connections/:id/list/export': 'owner',
  'GET /sites/:site/connections/:id/onsite-tracking': 'viewer',
  'GET /deliveries': 'viewer',
  'GET /queues': 'viewer',
  'POST /replay': 'operator',
  'GET /orders': 'viewer',
  'GET /orders/:orderId': 'viewer',
  'POST /orders/:orderId/credit': 'operator',
  'POST /orders/:orderId/change': 'operator',
  'POST /orders/:orderId/done': 'operator',
  'GET /orders/:orderId/shares': 'operator',
  'POST /orders/:orderId/shares': 'operator',
  'DELETE /orders/:orderId/shares/:id': 'operator',
  'POST /find/orders': 'viewer',
  'GET /live': 'viewer',
  'GET /figures': 'viewer',
  'GET /todo': 'viewer',
  'GET /quarantine': 'operator',
  'GET /quarantine/:id': 'operator',
  'POST /quarantine/:id/mend': 'operator',
  'POST /quarantine/replay': 'operator',
  'POST /quarantine/drop': 'operator',
  'DELETE /quarantine/:id': 'operator',
  'GET /alerts': 'owner',
  'GET /alerts/:id': 'owner',
  'PUT /alerts/:id': 'owner',
  'DELETE /alerts/:id': 'owner',
  'POST /alerts/:id/test': 'owner',
  'GET /keys': 'owner',
  'POST /keys': 'owner',
  'DELETE /keys/:id': 'owner',
  'GET /status': 'viewer',
  'GET /audit': 'owner',
  'POST /person': 'owner',
  'POST /erase': 'owner',
};
/** Shows or changes the whole installation: nothing for people of some sites only. */
const WHOLE = ['/alerts', '/find/shop', '/people', '/keys', '/status', '/audit'];
/** Each is shown what is theirs. */
const OWN = ['/session', '/sessions', '/types', '/find/orders', '/live', '/figures', '/todo', '/queues', '/rehearsal'];
/** Before the sign-in, and leading to it or past it. */
const PUBLIC = ['POST /story', 'POST /session', 'GET /sign-in', 'GET /open-id', 'GET /open-id/back'];
const LISTS = ['GET /sites', 'GET /connections'];

let refusedId = '';

async function openShop(): Promise<AdminWorld> {
  const world = await openAdmin();
  await world.write.receive([
    { route: 'conversion', site: 'shop', body: conversion() },
    { route: 'conversion', site: 'shop', body: '{"orderId":"X"}' },
  ]);
  refusedId = (await world.write.quarantine({}))[0]!.id;
  return world;
}

/** A shop that nothing has changed: what was refused, or only read, leaves the last one as it was. */
function unchangedShops(): (before?: { route: string; statuses: number[] }) => Promise<AdminWorld> {
  let last: AdminWorld | undefined;
  return async (before) => {
    const isChanged = before && !before.route.startsWith('GET ') && before.statuses.some((status) => status < 300);
    if (isChanged) last = undefined;
    return (last ??= await openShop());
  };
}

let people = 0;
/** A person of their own for each request: one of them signs out. */
async function cookieFor({ write }: AdminWorld, role: Role, sites: string[] | null): Promise<string> {
  const name = `person ${(people += 1)}`;
  const link = { hash: sha256(name), person: name, expiresAt: NOON + 1000 };
  const deed = { at: NOON, actor: 'test', action: 'add', detail: {} };
  await write.addPerson({ name, role, sites, createdAt: NOON, signedInAt: null }, link, deed);
  const token = `token-of-${name.replace(' ', '-')}-and-long-enough`;
  const at = { createdAt: NOON, seenAt: NOON, rotatedAt: NOON };
  await write.signIn(link.hash, { id: name, hash: sha256(token), agent: '', ...at });
  return `clickthread_session=${token}`;
}

async function statusOf(
  world: AdminWorld,
  route: string,
  given: { role: Role; sites?: string[]; site?: string; named?: boolean },
): Promise<{ status: number; field: string | undefined }> {
  const { role, sites = null, site = 'shop', named = true } = given;
  const [method = '', path = ''] = route.split(' ');
  const filled = path
    .replace(':site', site)
    .replace(':orderId', 'O1234567')
    .replace(':file', 'template')
    .replace(':name', 'Maria')
    .replace(':id', path.startsWith('/quarantine') ? refusedId : 'impact');
  const headers = { cookie: await cookieFor(world, role, sites), 'x-clickthread': 'dashboard' };
  const body = method === 'GET' || method === 'DELETE' ? undefined : { ...(named ? { site } : {}), ids: [refusedId] };
  const answer = await world.ask(method, `${filled}${named ? `?site=${site}` : ''}`, body, headers);
  return { status: answer.status, field: (answer.body.errors as { field: string }[] | undefined)?.[0]?.field };
}

const routes = mountedRoutes().filter((route) => !PUBLIC.includes(route));

test('every route that is mounted has a rule, and no other', () => {
  expect(routes.length).toBeGreaterThan(40);
  expect(Object.keys(RULES).toSorted()).toEqual(routes.toSorted());
  expect(Object.keys(MAY).toSorted()).toEqual(routes.toSorted());
});

/** Some hundred requests, each in a world of its own where the one before changed it: how long that takes says nothing. */
const PATIENCE = 120_000;

test.each(ROLES)(
  'a %s may what the role may, and is refused everything else',
  async (role) => {
    const shop = unchangedShops();
    let before: Parameters<typeof shop>[0];
    for (const route of routes) {
      const { status, field } = await statusOf(await shop(before), route, { role });
      before = { route, statuses: [status] };
      const may = ROLES.indexOf(role) >= ROLES.indexOf(MAY[route]!);
      if (may) expect(status, route).not.toBe(403);
      else expect({ status, field }, route).toEqual({ status: 403, field: 'role' });
      expect(status, route).toBeLessThan(500);
    }
  },
  PATIENCE,
);

test(
  'an owner of one site reaches that site, no other, and nothing of all sites',
  async () => {
    const shop = unchangedShops();
    let before: Parameters<typeof shop>[0];
    for (const route of routes) {
      const world = await shop(before);
      await world.ask('PUT', '/sites/other', { domains: ['other.example'] });
      const path = route.split(' ')[1]!;
      const whole = WHOLE.some((one) => path.startsWith(one));
      const own = OWN.some((one) => path.startsWith(one)) || LISTS.includes(route);
      const other = await statusOf(world, route, { role: 'owner', sites: ['other'] });
      if (own) expect(other.status, route).not.toBe(403);
      else expect({ route, ...other }).toEqual({ route, status: 403, field: 'site' });
      const unnamed = await statusOf(world, route, { role: 'owner', sites: ['shop'], named: false });
      before = { route, statuses: [other.status, unnamed.status] };
      const isNamed =
        own || path.includes(':site') || path.startsWith('/quarantine/:id') || path === '/quarantine/drop';
      if (isNamed && !whole) expect(unnamed.status, route).not.toBe(403);
      else expect({ route, ...unnamed }).toEqual({ route, status: 403, field: 'site' });
    }
  },
  PATIENCE,
);

test('lists show a person the sites that are theirs', async () => {
  const world = await openShop();
  await world.ask('PUT', '/sites/other', { domains: ['other.example'] });
  const headers = { cookie: await cookieFor(world, 'viewer', ['other']) };
  const { sites } = (await world.ask('GET', '/sites', undefined, headers)).body as { sites: { id: string }[] };
  expect(sites.map(({ id }) => id)).toEqual(['other']);
  expect((await world.ask('GET', '/connections', undefined, headers)).body).toEqual({ connections: [] });
});

test.each(['/SITES/shop', '/sites/shop/', '/sites/%73hop', '/sites/%E0%A4%A', '/nothing', '/sites/shop/nothing'])(
  'another spelling of a path opens nothing: %s',
  async (path) => {
    const world = await openShop();
    const headers = { cookie: await cookieFor(world, 'viewer', ['other']), 'x-clickthread': 'dashboard' };
    expect([400, 403]).toContain((await world.ask('GET', path, undefined, headers)).status);
    expect([400, 403]).toContain((await world.ask('PUT', path, {}, headers)).status);
  },
);

/** An id as a URL may spell it: every character, or only some, percent-encoded. */
const SPELLINGS: [string, (id: string) => string][] = [
  ['as it is', (id) => id],
  ['every character encoded', (id) => id.replace(/./g, percent)],
  ['one character encoded', (id) => percent(id[0]!) + id.slice(1)],
  ['a last slash', (id) => `${id}/`],
  ['encoded, a last slash', (id) => `${id.replace(/[a-f]/g, percent)}/`],
];
const percent = (char: string): string => `%${char.charCodeAt(0).toString(16)}`;

test.each(SPELLINGS)(
  'a refused order of another site stays shut, whichever way its id is written: %s',
  async (_, as) => {
    const world = await openShop();
    await world.ask('PUT', '/sites/other', { domains: ['other.example'] });
    const headers = { cookie: await cookieFor(world, 'owner', ['other']), 'x-clickthread': 'dashboard' };
    const path = `/quarantine/${as(refusedId)}`;
    const mend = as(refusedId).replace(/\/?$/, '/mend');
    for (const [method, route, body] of [
      ['GET', path, undefined],
      ['DELETE', path, undefined],
      ['POST', `/quarantine/${mend}`, { body: conversion() }],
    ] as const) {
      const answer = await world.ask(method, route, body, headers);
      expect([answer.status, answer.text.includes('orderId')], `${method} ${route}`).toEqual([403, false]);
    }
    expect(await world.write.quarantine({})).toHaveLength(1);
  },
);

test('an owner of one site sees and ends no session but their own', async () => {
  const world = await openShop();
  const whole = await cookieFor(world, 'owner', null);
  const cookie = await cookieFor(world, 'owner', ['shop']);
  const headers = { cookie, 'x-clickthread': 'dashboard' };
  const listed = async (given: { cookie: string }) =>
    (await world.ask('GET', '/sessions', undefined, given)).body.sessions as { id: string; current: boolean }[];
  expect(await listed({ cookie })).toMatchObject([{ current: true }]);
  const others = (await listed({ cookie: whole })).filter(({ current }) => current);
  expect((await world.ask('DELETE', `/sessions/${others[0]!.id}`, undefined, headers)).status).toBe(404);
  expect((await world.ask('GET', '/session', undefined, { cookie: whole })).status).toBe(200);
});

/** Everything of the site `shop` speaks of this; no answer to a person of another site may. */
const MARK = 'CANARY';

async function openMarked() {
  const world = await openAdmin();
  const clicks = { irclickid: `${MARK}click` };
  await world.write.receive([
    { route: 'conversion', site: 'shop', body: conversion({ orderId: `${MARK}1`, clicks }) },
    { route: 'conversion', site: 'shop', body: `{"orderId":"${MARK}2"}` },
  ]);
  await world.ask('PUT', '/sites/shop', { name: `${MARK} shop`, domains: ['shop.example'], currency: 'USD' });
  await world.ask('PUT', '/sites/other', { domains: ['other.example'] });
  const orders = async () => ({
    order: await world.write.order('shop', `${MARK}1`),
    deliveries: await world.write.deliveriesOf('shop', `${MARK}1`),
    refused: await world.write.quarantine({ site: 'shop' }),
    shares: await world.write.storyLinks('shop', `${MARK}1`),
    configuration: (await world.write.configuration()).sites.filter(({ id }) => id === 'shop'),
  });
  const before = await orders();
  expect([before.deliveries.length, before.refused.length, before.configuration.length]).toEqual([1, 1, 1]);
  return { world, orders, before };
}

test.each<Role>(['viewer', 'owner'])(
  'a %s of another site learns nothing of this one by its ids, and changes nothing of it',
  async (role) => {
    const { world, orders, before } = await openMarked();
    const ids = [before.refused[0]!.id, before.deliveries[0]!.id];
    const headers = { cookie: await cookieFor(world, role, ['other']), 'x-clickthread': 'dashboard' };
    for (const route of routes.filter((one) => one !== 'DELETE /session')) {
      const [method = '', path = ''] = route.split(' ');
      const filled = path
        .replace(':site', 'other')
        .replace(':orderId', `${MARK}1`)
        .replace(':comparison', ids[0]!)
        .replace(':file', 'template')
        .replace(':name', 'Maria')
        .replace(':id', path.startsWith('/quarantine') ? ids[0]! : 'impact');
      const asked = {
        site: 'other',
        ids,
        deliveries: ids,
        order: `${MARK}1`,
        text: MARK,
        customer: MARK,
        credit: 'nobody',
      };
      const body =
        method === 'GET' || method === 'DELETE' ? undefined : { ...asked, status: 'cancelled', connection: 'impact' };
      const query = `site=other&order=${MARK}1&connection=impact&after=${ids[0]!}&before=${ids[0]!}`;
      const { status, text } = await world.ask(method, `${filled}?${query}`, body, headers);
      expect([route, status < 500, text.replaceAll(`${MARK}1`, '').includes(MARK)]).toEqual([route, true, false]);
      // Said twice, it is said of none; in the path and otherwise, each must be theirs.
      const twice = await world.ask(method, `${filled}?site=other&site=shop&site[]=shop`, body, headers);
      expect([route, twice.text.replaceAll(`${MARK}1`, '').includes(MARK)]).toEqual([route, false]);
    }
    expect(await orders()).toEqual(before);
  },
  PATIENCE,
);

/** Ways in which a request with an owner's cookie is not the dashboard's. */
const ELSEWHERE: [string, Record<string, string>][] = [
  ['a page of the shop', { origin: 'https://shop.example', 'x-clickthread': 'dashboard' }],
  ['a page without a name', { origin: 'null', 'x-clickthread': 'dashboard' }],
  ['a page of the same site', { 'sec-fetch-site': 'same-site', 'x-clickthread': 'dashboard' }],
  ['a form, which sends no header', {}],
];

test.each(ELSEWHERE)(
  'no route is moved by an owner’s cookie from %s',
  async (_, more) => {
    const { world, orders, before } = await openMarked();
    const cookie = await cookieFor(world, 'owner', null);
    const reads = more['x-clickthread'] === undefined;
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      if (reads && method === 'GET') continue; // Reading needs no header, and no other page may see the answer.
      const filled = path.replace(':site', 'shop').replace(/:\w+/g, `${MARK}1`);
      const answer = await world.ask(method, filled, method === 'GET' ? undefined : { site: 'shop' }, {
        cookie,
        ...more,
      });
      expect([route, answer.status, answer.text.includes(MARK)]).toEqual([route, 403, false]);
      if (reads) expect([route, (await world.ask(method, filled, undefined, more)).status]).toEqual([route, 401]);
    }
    expect(await orders()).toEqual(before);
  },
  PATIENCE,
);

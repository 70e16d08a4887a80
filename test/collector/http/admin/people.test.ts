import { expect, test } from 'vitest';
import { firstSignIn } from '../../../../collector/admin/people/people.ts';
import { days, hours, minutes } from '../../../../collector/lib/duration.ts';
import { openAdmin, type AdminWorld } from '../setup.ts';
import { NOON } from '../../cli/commands/setup.ts';

const CHANGE = { 'x-clickthread': 'dashboard' };

/** Signs somebody in by the link of the command line. */
async function signIn(world: AdminWorld, ...who: string[]): Promise<string> {
  const { out } = await world.run(['user', 'add', ...who]);
  return cookieOf(await useLink(world, tokenOf(out)));
}
const tokenOf = (link: string): string => /#\/sign-in\/([\w-]{43})\s*$/.exec(link)![1]!;
const useLink = (world: AdminWorld, token: string, headers: Record<string, string> = CHANGE) =>
  world.ask('POST', '/session', { token }, headers);
const cookieOf = ({ headers }: { headers: Headers }): string =>
  /clickthread_session=[\w-]+/.exec(headers.get('set-cookie') ?? '')?.[0] ?? '';
const as = (cookie: string) => ({ cookie, ...CHANGE });

test('a link lets its person in once, for an hour, into a session of their own', async () => {
  const world = await openAdmin();
  const { out } = await world.run(['user', 'add', 'Maria', '--role', 'operator', '--site', 'shop']);
  expect(out.trim()).toMatch(/^http:\/\/127\.0\.0\.1:8787\/admin\/#\/sign-in\/[\w-]{43}$/);
  const first = await useLink(world, tokenOf(out));
  expect(first).toMatchObject({ status: 201, body: { name: 'Maria', role: 'operator', sites: ['shop'] } });
  expect(first.headers.get('set-cookie')).toMatch(
    /^clickthread_session=[\w-]{43}; Path=\/admin; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
  );
  expect(await useLink(world, tokenOf(out))).toMatchObject({ status: 401, body: { errors: [{ field: 'link' }] } });
  expect(await world.ask('GET', '/session', undefined, as(cookieOf(first)))).toMatchObject({
    body: { name: 'Maria', session: expect.any(String) },
  });
  const late = tokenOf((await world.run(['user', 'link', 'maria'], { now: NOON - hours(1) })).out);
  expect((await useLink(world, late)).status, 'an hour old').toBe(401);
  const young = tokenOf((await world.run(['user', 'link', 'maria'], { now: NOON - hours(1) + 1 })).out);
  expect((await useLink(world, young)).status).toBe(201);
});

test('nothing that opens a door is stored: neither link nor cookie', async () => {
  const world = await openAdmin();
  const { out } = await world.run(['user', 'add', 'Maria', '--role', 'owner']);
  const cookie = cookieOf(await useLink(world, tokenOf(out)));
  const audit = await world.ask('GET', '/audit');
  const sessions = await world.ask('GET', '/sessions');
  for (const { text } of [audit, sessions]) {
    expect(text).not.toContain(tokenOf(out));
    expect(text).not.toContain(cookie.split('=')[1]);
  }
  expect(sessions.body.sessions).toMatchObject([{ person: 'Maria', agent: 'node', current: false }]);
});

test('on https the cookie travels by https alone, under the path that browsers know', async () => {
  const world = await openAdmin({ CLICKTHREAD_PUBLIC_URL: 'https://shop.example/ct' });
  const { out } = await world.run(['user', 'add', 'Maria', '--role', 'owner']);
  expect(out).toMatch(/^https:\/\/shop\.example\/ct\/admin\/#/);
  expect((await useLink(world, tokenOf(out))).headers.get('set-cookie')).toMatch(
    /Path=\/ct\/admin; .*HttpOnly; SameSite=Strict; Secure$/,
  );
});

test('a stranger who guesses links is stopped, and whoever has a right one is let in all the same', async () => {
  const world = await openAdmin();
  for (let n = 0; n < 20; n += 1) expect((await useLink(world, `guess-${n}`)).status).toBe(401);
  expect((await useLink(world, 'guess')).status).toBe(429);
  expect(await signIn(world, 'Maria', '--role', 'owner')).not.toBe('');
});

test('only the dashboard itself asks with a session: no page of another address, of the same site or not', async () => {
  const world = await openAdmin();
  const cookie = await signIn(world, 'Maria', '--role', 'owner');
  const { host } = new URL(world.url);
  const pause = (headers: Record<string, string>) =>
    world.ask('POST', '/sites/shop/connections/impact/pause', undefined, { cookie, ...headers });
  expect((await pause({ ...CHANGE, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  const elsewhere: Record<string, string>[] = [
    { origin: `http://${host}` },
    { ...CHANGE, origin: 'https://shop.example' },
    { ...CHANGE, origin: 'null' },
    { ...CHANGE, 'sec-fetch-site': 'same-site' },
    { ...CHANGE, 'sec-fetch-site': 'cross-site' },
  ];
  for (const foreign of elsewhere) expect((await pause(foreign)).status, JSON.stringify(foreign)).toBe(403);
  const read = { cookie, 'sec-fetch-site': 'cross-site' };
  expect((await world.ask('GET', '/sites', undefined, read)).status).toBe(403);
  const { out } = await world.run(['user', 'link', 'Maria']);
  expect((await useLink(world, tokenOf(out), {})).status).toBe(403);
});

test('a cookie is replaced as it ages, side by side requests get the same one, and a copy of the old one ends the session', async () => {
  let now = NOON;
  const world = await openAdmin({}, () => now);
  const first = await signIn(world, 'Maria', '--role', 'owner');
  const me = (cookie: string) => world.ask('GET', '/session', undefined, as(cookie));
  expect(cookieOf(await me(first))).toBe('');
  now += minutes(15);
  const [one, two] = await Promise.all([me(first), me(first)]);
  const next = cookieOf(one);
  expect(next).not.toBe('');
  expect(cookieOf(two)).toBe(next);
  expect((await me(first)).status, 'its answer may have been lost').toBe(200);
  expect((await me(next)).status).toBe(200);
  now += minutes(1);
  expect((await me(first)).status, 'was under way').toBe(200);
  now += 1;
  expect((await me(first)).status).toBe(401);
  expect((await me(next)).status).toBe(401);
  const { audit } = (await world.ask('GET', '/audit')).body as { audit: object[] };
  expect(audit[0]).toMatchObject({ actor: 'Maria', action: 'session ended' });
});

test.each([
  ['twelve hours of silence', hours(12), 1],
  ['thirty days', hours(11), days(30) / hours(11)],
])('a session ends after %s', async (_name, step, steps) => {
  let now = NOON;
  const world = await openAdmin({}, () => now);
  let cookie = await signIn(world, 'Maria', '--role', 'owner');
  for (let n = 1; n < steps; n += 1) {
    now += step;
    const answer = await world.ask('GET', '/session', undefined, as(cookie));
    expect(answer.status).toBe(200);
    cookie = cookieOf(answer) || cookie;
  }
  now = Math.max(now + step, steps === 1 ? 0 : NOON + days(30));
  const ended = await world.ask('GET', '/session', undefined, as(cookie));
  expect(ended).toMatchObject({ status: 401, body: { errors: [{ field: 'authorization' }] } });
  expect(ended.headers.get('set-cookie')).toMatch(/clickthread_session=; .*Max-Age=0/);
});

test('sessions are listed and ended: one’s own, and by an owner everybody’s', async () => {
  const world = await openAdmin();
  const owner = await signIn(world, 'Maria', '--role', 'owner');
  const viewer = await signIn(world, 'Nikos', '--role', 'viewer');
  const list = async (cookie: string) =>
    (await world.ask('GET', '/sessions', undefined, as(cookie))).body.sessions as { id: string; person: string }[];
  const idOf = async (person: string) => (await list(owner)).find((one) => one.person === person)!.id;
  expect((await list(viewer)).map(({ person }) => person)).toEqual(['Nikos']);
  const other = `/sessions/${await idOf('Maria')}`;
  expect((await world.ask('DELETE', other, undefined, as(viewer))).status).toBe(404);
  expect((await world.ask('DELETE', `/sessions/${await idOf('Nikos')}`, undefined, as(owner))).status).toBe(204);
  expect((await world.ask('GET', '/session', undefined, as(viewer))).status).toBe(401);
  expect((await world.ask('DELETE', '/session', undefined, as(owner))).status).toBe(204);
  expect((await world.ask('GET', '/session', undefined, as(owner))).status).toBe(401);
});

test('an owner lets people in, changes and removes them; the last owner stays', async () => {
  const world = await openAdmin();
  const owner = as(await signIn(world, 'Maria', '--role', 'owner'));
  const made = await world.ask('POST', '/people', { name: 'Nikos', role: 'viewer', sites: ['shop'] }, owner);
  expect(made).toMatchObject({ status: 201, body: { name: 'Nikos', link: expect.stringMatching(/#\/sign-in\//) } });
  const viewer = as(cookieOf(await useLink(world, tokenOf(String(made.body.link)))));
  expect((await world.ask('POST', '/replay', { site: 'shop' }, viewer)).status).toBe(403);
  expect((await world.ask('PUT', '/people/nikos', { role: 'operator', sites: ['shop'] }, owner)).status).toBe(204);
  expect((await world.ask('POST', '/replay', { site: 'shop' }, viewer)).status, 'at once').toBe(200);
  expect((await world.ask('POST', '/people/Nikos/link', {}, owner)).status).toBe(201);
  for (const [body, field] of [
    [{ name: 'nikos', role: 'viewer' }, 'name'],
    [{ name: 'admin API', role: 'viewer' }, 'name'],
    [{ name: 'a\u202eb', role: 'viewer' }, 'name'],
    [{ name: ' ', role: 'viewer' }, 'name'],
    [{ name: 'Eleni', role: 'king' }, 'role'],
    [{ name: 'Eleni', role: 'viewer', sites: [] }, 'sites'],
    [{ name: 'Eleni', role: 'viewer', sites: ['nope'] }, 'sites'],
  ] as const)
    expect((await world.ask('POST', '/people', body, owner)).body.errors, JSON.stringify(body)).toMatchObject([
      { field },
    ]);
  expect((await world.ask('DELETE', '/people/Nikos', undefined, owner)).status).toBe(204);
  expect((await world.ask('GET', '/session', undefined, viewer)).status).toBe(401);
  expect((await world.ask('DELETE', '/people/Maria', undefined, owner)).status).toBe(409);
  expect((await world.ask('PUT', '/people/Maria', { role: 'viewer' }, owner)).status).toBe(409);
  const { audit } = (await world.ask('GET', '/audit', undefined, owner)).body as { audit: { actor: string }[] };
  expect(new Set(audit.map(({ actor }) => actor))).toEqual(new Set(['Maria', 'Nikos', 'command line']));
});

test('the audit log names who did it', async () => {
  const world = await openAdmin();
  const owner = as(await signIn(world, 'Maria', '--role', 'owner'));
  await world.ask('PUT', '/sites/second', { domains: ['second.example'] }, owner);
  await world.ask('POST', '/sites/shop/connections/impact/pause', undefined, owner);
  await world.ask('POST', '/keys', { sites: ['shop'] }, owner);
  await world.ask('POST', '/erase', { email: 'jane@example.com' }, owner);
  const { audit } = (await world.ask('GET', '/audit', undefined, owner)).body as { audit: { actor: string }[] };
  expect(audit.slice(0, 4).map(({ actor }) => actor)).toEqual(['Maria', 'Maria', 'Maria', 'Maria']);
});

test('as long as nobody has signed in, a start lets the first owner in; afterwards never again', async () => {
  const { write: store, ask } = await openAdmin();
  const deps = { store, now: NOON, actor: 'command line', dashboard: 'http://127.0.0.1:8787/admin/' };
  const first = await firstSignIn(deps);
  expect(first).toMatchObject({ name: 'owner', link: expect.stringContaining('/admin/#/sign-in/') });
  const second = await firstSignIn(deps);
  const use = (link: string | undefined) => ask('POST', '/session', { token: tokenOf(String(link)) }, CHANGE);
  expect((await use(first?.link)).status, 'ended by the next start').toBe(401);
  expect(await use(second?.link)).toMatchObject({ status: 201, body: { name: 'owner', role: 'owner' } });
  expect(await firstSignIn(deps)).toBeUndefined();
});

test('the command line lists and removes people', async () => {
  const world = await openAdmin();
  expect((await world.run(['user', 'list'])).out).toContain('There is nobody yet');
  await world.run(['user', 'add', 'Maria', '--role', 'owner']);
  await signIn(world, 'Nikos', '--role', 'viewer', '--site', 'shop');
  const { out } = await world.run(['user', 'list']);
  expect(out).toMatch(/Maria +owner +all +never/);
  expect(out).toMatch(/Nikos +viewer +shop +2026/);
  expect((await world.run(['user', 'add', 'Nikos', '--role', 'viewer'])).error).toContain('"Nikos" is taken');
  expect((await world.run(['user', 'remove', 'Nikos', '--yes'])).out).toContain('Removed: Nikos');
  expect((await world.run(['user', 'remove', 'Nikos', '--yes'])).error).toContain('there is nobody called "Nikos"');
});

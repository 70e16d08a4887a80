import { expect, test } from 'vitest';
import { days, hours } from '../../../../collector/lib/duration.ts';
import { parse } from 'yaml';
import { conversion } from '../../cli/commands/setup.ts';
import { openAdmin } from '../setup.ts';

test('without the token nothing is told, and a few wrong ones end the tries', async () => {
  const { ask } = await openAdmin();
  const missing = await ask('GET', '/sites', undefined, {});
  expect(missing).toMatchObject({
    status: 401,
    body: { errors: [{ field: 'authorization', message: expect.stringContaining('CLICKTHREAD_ADMIN_TOKEN') }] },
  });
  expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer/);
  for (let n = 0; n < 20; n += 1)
    expect((await ask('GET', '/sites', undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  const limited = await ask('GET', '/sites', undefined, { authorization: 'Bearer wrong' });
  expect(limited).toMatchObject({ status: 429, body: { errors: [{ field: 'authorization' }] } });
  expect(limited.headers.get('retry-after')).toBe('900');
  expect((await ask('GET', '/sites')).status, 'who knows the token is never locked out').toBe(200);
});

test('whoever is signed in may ask as often as they like, and nothing is kept by caches', async () => {
  const { ask } = await openAdmin();
  for (let n = 0; n < 30; n += 1) expect((await ask('GET', '/sites')).status).toBe(200);
  expect((await ask('GET', '/sites')).headers.get('cache-control')).toBe('no-store');
});

test('a site is shown as the file has it, with its script tag; changed, and refused with every problem', async () => {
  const { ask } = await openAdmin();
  const { body } = await ask('GET', '/sites');
  expect(body).toEqual({
    sites: [
      {
        id: 'shop',
        name: 'Example Shop',
        domains: ['shop.example'],
        linked: ['checkout.example'],
        currency: 'USD',
        thankYouUrl: 'https://shop.example/thanks',
        consent: 'granted',
        attribution: { window: '14d', coupons: { PARTNER10: { connection: 'impact', exclusive: true } } },
        retention: { touches: '200d', personal: '36h' },
        connections: ['impact', 'net'],
        script: '<script async src="https://t.shop.example/t/shop.js"></script>',
        kept: { touches: days(200), personal: hours(36), contacts: hours(36) },
        version: expect.stringMatching(/^[\da-f]{16}$/),
      },
    ],
  });
  const [shop] = body.sites as object[];
  expect(await ask('PUT', '/sites/shop', { ...shop, name: 'New name' })).toMatchObject({
    status: 200,
    body: { name: 'New name', connections: ['impact', 'net'] },
  });
  expect(await ask('PUT', '/sites/second', { domains: ['second.example'] })).toMatchObject({
    status: 201,
    body: { id: 'second', connections: [] },
  });
  expect(await ask('PUT', '/sites/shop', { domains: [], currency: 'dollars', colour: 'red' })).toMatchObject({
    status: 422,
    body: {
      errors: expect.arrayContaining([
        expect.objectContaining({ field: 'domains' }),
        expect.objectContaining({ field: 'currency' }),
        expect.objectContaining({ field: 'colour' }),
      ]),
    },
  });
  expect((await ask('DELETE', '/sites/second')).status).toBe(204);
  expect(await ask('GET', '/sites/second')).toMatchObject({ status: 404, body: { errors: [{ field: 'site' }] } });
  expect(await ask('PUT', '/sites/shop', '[]')).toMatchObject({ status: 422, body: { errors: [{ field: 'body' }] } });
  expect(await ask('PUT', '/sites/shop', '{')).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'body', message: 'is not JSON' }] },
  });
});

test('types tell forms what to ask', async () => {
  const { ask } = await openAdmin();
  const types = (await ask('GET', '/types')).body.types as { type: string; settings: object[] }[];
  expect(types.find(({ type }) => type === 'impact')).toMatchObject({
    role: 'destination',
    title: 'impact.com',
    settings: expect.arrayContaining([
      { name: 'authToken', kind: 'text', label: 'Auth token', help: expect.any(String), secret: true, required: true },
      expect.objectContaining({ name: 'campaignId', pattern: '^\\d{1,10}$' }),
    ]),
  });
  expect(types.find(({ type }) => type === 'cs-cart')).toMatchObject({
    role: 'source',
    immutable: ['listName', 'url'],
  });
});

test('the configuration is exported without secrets, and the files of Tag Manager are downloads', async () => {
  const { ask } = await openAdmin();
  const { text, headers } = await ask('GET', '/export-config');
  expect(headers.get('content-type')).toMatch(/^text\/yaml/);
  expect(parse(text)).toMatchObject({ sites: [{ id: 'shop' }] });
  expect(text).not.toContain('tok/en');
  const template = await ask('GET', '/sites/shop/gtm/template');
  expect(template.headers.get('content-disposition')).toBe('attachment; filename="template.tpl"');
  expect(template.text).toMatch(/^___TERMS_OF_SERVICE___/);
  const container = await ask('GET', '/sites/shop/gtm/container');
  expect(container.headers.get('content-disposition')).toBe('attachment; filename="clickthread-shop-container.json"');
  expect(container.body).toMatchObject({ exportFormatVersion: 2 });
  expect((await ask('GET', '/sites/shop/gtm/other')).status).toBe(404);
  await ask('PUT', '/sites/bare', { domains: ['bare.example'] });
  expect(await ask('GET', '/sites/bare/gtm/container')).toMatchObject({
    status: 422,
    body: { errors: [{ message: expect.stringContaining('has no currency') }] },
  });
});

test('orders and deliveries are shown, filtered, and sent again', async () => {
  const { ask, write, woken } = await openAdmin();
  await write.receive([
    { route: 'conversion', site: 'shop', body: conversion() },
    {
      route: 'conversion',
      site: 'shop',
      body: conversion({ orderId: 'O2', touches: [], visitor: 'visitor-0002', customer: {} }),
    },
  ]);
  const { deliveries } = (await ask('GET', '/deliveries')).body as { deliveries: object[] };
  expect(deliveries).toMatchObject([
    { orderId: 'O1234567', connection: 'impact', kind: 'conversion', state: 'due', amount: '112.00 USD', attempts: 0 },
  ]);
  expect((await ask('GET', '/deliveries?status=held,rejected')).body).toEqual({ deliveries: [] });
  expect(await ask('GET', '/deliveries?status=lost&since=soon&limit=0')).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'status' }, { field: 'since' }, { field: 'limit' }] },
  });

  const [claimed] = await write.claim({
    site: 'shop',
    connection: 'impact',
    now: Date.UTC(2026, 10, 23),
    leaseMs: 1,
    limit: 1,
    owner: 't',
  });
  await write.settle(
    [
      {
        id: claimed!.delivery.id,
        site: 'shop',
        fence: claimed!.fence,
        change: { state: 'held', reason: 'no', nextAt: null },
        attempts: [],
      },
    ],
    1,
  );
  const dry = await ask('POST', '/replay', { connection: 'impact', dryRun: true });
  expect(dry.body).toMatchObject({ dryRun: true, more: false, deliveries: [{ orderId: 'O1234567', was: 'held' }] });
  const first5000 = await ask('POST', '/replay', { limit: 100_000, dryRun: true });
  expect(first5000.body).toMatchObject({ more: false });
  expect((await ask('POST', '/replay', { limit: 1, dryRun: true })).body).toMatchObject({ more: true });
  expect(woken).toEqual([]);
  expect((await ask('POST', '/replay')).body).toMatchObject({ dryRun: false, deliveries: [{ orderId: 'O1234567' }] });
  expect(woken).toEqual([{ site: 'shop', connection: 'impact' }]);

  expect((await ask('GET', '/orders/O1234567')).body).toMatchObject({
    site: 'shop',
    total: '112.00',
    attribution: { winner: { connection: 'impact' } },
    deliveries: [{ state: 'due' }],
  });
  expect(await ask('GET', '/orders/NONE')).toMatchObject({ status: 404, body: { errors: [{ field: 'orderId' }] } });
  const first = (await ask('GET', '/orders?limit=1')).body as { orders: { orderId: string }[]; next: string };
  const second = (await ask('GET', `/orders?limit=1&after=${encodeURIComponent(first.next)}`)).body as typeof first;
  expect([first, second].map(({ orders }) => orders[0]!.orderId)).toEqual(['O1234567', 'O2']);
  expect(JSON.stringify(first)).not.toContain('jane@');
});

test('refused orders are seen, read again after a fix, and dropped', async () => {
  const { ask, write } = await openAdmin();
  const body = conversion({ currency: undefined });
  await ask('PUT', '/sites/shop', { domains: ['shop.example'], attribution: {} });
  await write.receive([
    { route: 'conversion', site: 'shop', body },
    { route: 'conversion', site: 'shop', body: '{"orderId":"X"}' },
  ]);
  const { quarantine } = (await ask('GET', '/quarantine')).body as { quarantine: { id: string; errors: object[] }[] };
  expect(quarantine).toHaveLength(2);
  const shown = await ask('GET', `/quarantine/${quarantine[1]!.id}`);
  expect(shown.body).toMatchObject({ site: 'shop', route: 'conversion', errors: [{ field: 'currency' }], body });
  await ask('PUT', '/sites/shop', { domains: ['shop.example'], currency: 'USD' });
  const { results } = (await ask('POST', '/quarantine/replay', {})).body as { results: { result: string }[] };
  expect(results.map(({ result }) => result)).toEqual(['accepted', 'invalid']);
  expect((await ask('DELETE', `/quarantine/${quarantine[0]!.id}`)).status).toBe(204);
  expect((await ask('DELETE', `/quarantine/${quarantine[0]!.id}`)).status).toBe(404);
  expect((await ask('POST', '/quarantine/drop', { ids: [] })).status).toBe(422);
  expect((await ask('GET', '/quarantine')).body).toEqual({ quarantine: [] });
});

test('a key is shown once, listed without its value, and revoked', async () => {
  const { ask } = await openAdmin();
  const made = await ask('POST', '/keys', { sites: ['shop'], label: 'shop server' });
  expect(made).toMatchObject({
    status: 201,
    body: { kind: 'api', sites: ['shop'], label: 'shop server', key: expect.stringMatching(/^ctkey_/) },
  });
  expect((await ask('POST', '/keys', { sites: ['shop'], kind: 'webhook' })).body.key).toMatch(/^whsec_/);
  expect((await ask('GET', '/keys')).text).not.toContain(String(made.body.key));
  expect(await ask('POST', '/keys', { sites: ['nope'], kind: 'master' })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'kind' }, { field: 'sites' }] },
  });
  expect((await ask('DELETE', `/keys/${String(made.body.id)}`)).status).toBe(204);
  expect((await ask('DELETE', `/keys/${String(made.body.id)}`)).status).toBe(404);
});

test('the status is what the doctor finds, and the audit log tells who did what, without secrets', async () => {
  const { ask } = await openAdmin();
  const { body } = await ask('GET', '/status');
  expect(body).toMatchObject({ well: false, version: expect.stringMatching(/^\d/), counts: expect.any(Array) });
  expect(body.findings).toContainEqual(expect.objectContaining({ area: 'tag', level: 'fail' }));
  expect(body.findings).toContainEqual(expect.objectContaining({ area: 'durability', level: 'ok' }));
  await ask('PUT', '/sites/second', { domains: ['second.example'] });
  await ask('POST', '/keys', { sites: ['second'] });
  const { audit } = (await ask('GET', '/audit')).body as { audit: { actor: string; action: string; id: string }[] };
  expect(audit.map(({ actor, action }) => `${actor}: ${action}`)).toEqual([
    'admin API: key create',
    'admin API: site put',
    'command line: apply',
  ]);
  expect((await ask('GET', `/audit?before=${audit[1]!.id}`)).body.audit).toHaveLength(1);
});

test('an unknown route is a 404 of the same shape', async () => {
  const { ask } = await openAdmin();
  expect(await ask('GET', '/nothing')).toMatchObject({
    status: 404,
    body: { errors: [{ field: 'path', message: 'is no route of the admin API' }] },
  });
});

test('a site that somebody changed meanwhile is not overwritten; what shows no version replaces it', async () => {
  const { ask } = await openAdmin();
  const { version: seen, ...site } = (await ask('GET', '/sites/shop')).body;
  const put = (change: object) => ask('PUT', '/sites/shop', { ...site, ...change });
  expect((await ask('DELETE', '/sites/shop/connections/net')).status).toBe(204);
  expect((await put({ seen, name: 'First' })).body, 'a connection is no part of it').toMatchObject({ name: 'First' });
  expect(await put({ seen, name: 'Second' })).toMatchObject({ status: 409, body: { errors: [{ field: 'seen' }] } });
  expect((await ask('GET', '/sites/shop')).body).toMatchObject({ name: 'First', kept: { personal: hours(36) } });
  expect((await put({ name: 'Third' })).body).toMatchObject({ name: 'Third' });
});

test('a refused order is mended by hand: what is still wrong is named and kept once, what is right is taken', async () => {
  const { ask, write } = await openAdmin();
  await write.receive([{ route: 'conversion', site: 'shop', body: conversion({ total: 'forty' }) }]);
  const [refused] = (await ask('GET', '/quarantine')).body.quarantine as { id: string }[];
  const mend = (body: unknown) => ask('POST', `/quarantine/${refused!.id}/mend`, { body });
  expect(await mend(conversion({ total: 'forty-one' }))).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'total' }] },
  });
  expect(await mend('{')).toMatchObject({ status: 422, body: { errors: [{ field: 'body' }] } });
  expect(await mend(7)).toMatchObject({ status: 422 });
  expect((await ask('GET', '/quarantine')).body.quarantine).toHaveLength(1);
  expect(await mend(conversion())).toMatchObject({ status: 200, body: { result: 'accepted' } });
  expect((await ask('GET', '/quarantine')).body).toEqual({ quarantine: [] });
  expect((await mend(conversion())).status).toBe(404);
  expect((await ask('GET', '/orders/O1234567')).body).toMatchObject({ total: '112.00' });
  const { audit } = (await ask('GET', '/audit')).body as { audit: object[] };
  expect(audit[0]).toMatchObject({ action: 'quarantine mend' });
});

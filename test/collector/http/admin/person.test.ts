/** What is held about a person, shown to them or erased, over the admin API. */
import { expect, test } from 'vitest';
import { conversion } from '../../cli/commands/setup.ts';
import { openAdmin } from '../setup.ts';

test('a person is erased after a rehearsal that changes nothing, and nothing of them stands in the answer or the log', async () => {
  const { ask, write } = await openAdmin();
  await write.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  const counts = { site: 'shop', orders: 1, touches: 1, stopped: 1, quarantine: 0 };
  expect((await ask('POST', '/erase', { email: 'jane@example.com', dryRun: true })).body).toMatchObject({
    ...{ dryRun: true, erased: [counts] },
  });
  expect((await write.order('shop', 'O1234567'))?.personal).not.toBeNull();
  expect((await ask('GET', '/audit')).text).not.toContain('erase');
  const erased = await ask('POST', '/erase', { email: 'jane@example.com' });
  expect(erased.body).toMatchObject({ erased: [counts] });
  expect(erased.body).not.toHaveProperty('dryRun');
  expect((await write.order('shop', 'O1234567'))?.personal).toBeNull();
  const log = (await ask('GET', '/audit')).text;
  expect(log).toContain('erase by email');
  expect(log).not.toContain('jane');
  expect((await ask('POST', '/erase', { phone: '+30 694 1234567' })).body).toMatchObject({ erased: [{ orders: 0 }] });
});

test('a person is shown all that is held about them, and the log keeps who asked but not of whom', async () => {
  const { ask, write } = await openAdmin();
  const refused = { orderId: 'REFUSED-1', total: 'a lot', customer: { email: 'jane@example.com' } };
  await write.receive([
    { route: 'conversion', site: 'shop', body: conversion() },
    {
      route: 'conversion',
      site: 'shop',
      body: conversion({ orderId: 'OTHER-1', customer: { email: 'x@example.com' } }),
    },
    { route: 'conversion', site: 'shop', body: JSON.stringify(refused) },
  ]);
  const { body } = await ask('POST', '/person', { email: 'Jane@Example.com' });
  expect(body).toMatchObject({
    ...{ by: 'email', value: 'jane@example.com' },
    sites: [
      {
        site: 'shop',
        orders: [{ orderId: 'O1234567', personal: { email: 'jane@example.com' } }],
        landings: [{ param: 'irclickid', value: expect.any(String), at: expect.any(String) }],
        refused: [{ route: 'conversion', body: expect.stringContaining('REFUSED-1') }],
      },
    ],
  });
  expect(JSON.stringify(body)).not.toMatch(/OTHER-1|x@example/);
  const table = await ask('POST', '/person', { email: 'jane@example.com', format: 'csv' });
  expect(table.text).toContain('shop,orders,1,personal.email,jane@example.com');
  expect(table.text).toContain('shop,landings,1,param,irclickid');
  const { audit } = (await ask('GET', '/audit')).body as { audit: { action: string; detail: string }[] };
  const logged = audit.filter(({ action }) => action === 'export person by email');
  expect(logged).toHaveLength(2);
  expect(logged[0]!.detail).toContain('"orders":1');
  expect(JSON.stringify(audit)).not.toContain('jane');
  expect((await ask('POST', '/person', { customer: 'nobody' })).body).toMatchObject({ sites: [] });
});

test.each([
  ['nobody', { email: ' ', customer: '' }, 'body'],
  ['two at once', { email: 'a@b.example', visitor: 'x' }, 'body'],
  ['a wish to rehearse that is no yes or no', { email: 'jane@example.com', dryRun: 'yes' }, 'dryRun'],
  ['a site that is unknown', { email: 'jane@example.com', site: 'shpo' }, 'site'],
])('an erasure or a file that names %s is refused, and nothing is erased', async (_, body, field) => {
  const { ask, write } = await openAdmin();
  await write.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  for (const route of ['/erase', '/person'])
    expect(await ask('POST', route, body)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  expect((await write.order('shop', 'O1234567'))?.personal).not.toBeNull();
});

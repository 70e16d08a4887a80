import { expect, test } from 'vitest';
import { openAdmin } from '../../http/setup.ts';
import { configured, conversion, type Installation, NOON } from './setup.ts';

/** Told on the first browser's word; a second one lays claim to the order with a click of its own. */
async function contest(installation: Installation): Promise<void> {
  const { store, door } = installation.open();
  const second = { visitor: 'visitor-0002', total: '80.00', customer: {}, discount: '0.00', items: [] };
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion(second) }]);
  await store.close();
}

test('lists who lays claim to an order, and keeps the decision with who made it', async () => {
  const installation = await configured();
  const { run, json, open } = installation;
  await contest(installation);
  const { out } = await run(['contested', 'O1234567']);
  expect(out).toMatch(/^Order O1234567 of shop is contested: /);
  expect(out).toMatch(/visitor-0001 {2}heard .* said 112\.00 USD, 2 items/);
  expect(out).toMatch(/visitor-0002 {2}heard .* said 80\.00 USD, 0 items/);
  expect(out).toContain('Decide: clickthread contested O1234567 --credit VISITOR');
  expect(await json('contested', 'O1234567')).toMatchObject({ site: 'shop', contest: { kind: 'alert' } });

  expect((await run(['contested', 'O1234567', '--credit', 'visitor-0003'])).error).toMatch(
    /No browser that named order O1234567 is called visitor-0003\. They are: ~visitor-0001, ~visitor-0002/,
  );
  expect((await run(['contested', 'O1234567', '--credit', 'visitor-0001'])).out).toBe(
    'Order O1234567 is credited to visitor visitor-0001.\n',
  );
  const { store } = open();
  expect((await store.order('shop', 'O1234567'))?.contest).toBeNull();
  const [entry] = await store.auditLog({ limit: 1 });
  expect(entry).toMatchObject({ actor: 'command line', action: 'contested order decided', at: NOON });
  expect(JSON.parse(entry!.detail)).toEqual({ site: 'shop', orderId: 'O1234567', credit: 'visitor-0001' });
});

test('says what is no contest', async () => {
  const installation = await configured();
  const { run, open } = installation;
  expect((await run(['contested', 'O1234567'])).error).toBe('There is no order O1234567.');
  const { store, door } = open();
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  await store.close();
  expect((await run(['contested', 'O1234567'])).error).toMatch(
    /^Order O1234567 is not contested\. .*clickthread explain O1234567$/,
  );
});

test('through the admin API the same: listed, refused with a reason, decided, audited', async () => {
  const admin = await openAdmin();
  await contest(admin);
  const listed = await admin.ask('GET', '/orders?contested=1');
  expect(listed.body.orders).toMatchObject([{ orderId: 'O1234567', contest: { kind: 'alert' } }]);
  const credit = (body: object, orderId = 'O1234567') => admin.ask('POST', `/orders/${orderId}/credit`, body);
  expect(await credit({ credit: 'nobody' }, 'O9')).toMatchObject({ status: 404 });
  expect(await credit({})).toMatchObject({ status: 422, body: { errors: [{ field: 'credit' }] } });
  expect(await credit({ credit: 'visitor-0003' })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'credit' }] },
  });
  expect(await credit({ credit: 'nobody' })).toMatchObject({
    status: 200,
    body: { orderId: 'O1234567', contest: null },
  });
  expect(await credit({ credit: 'nobody' })).toMatchObject({ status: 409 });
  const [entry] = await admin.write.auditLog({ limit: 1 });
  expect(entry).toMatchObject({ actor: 'admin API', action: 'contested order decided' });
});

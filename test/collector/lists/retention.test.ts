import { expect, test } from 'vitest';
import { erasePerson } from '../../../collector/privacy/erase.ts';
import { exportList } from '../../../collector/lists/export.ts';
import { runRetention } from '../../../collector/privacy/retention.ts';
import { addOrder, changeUser } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { shopYaml, sitesOf } from '../../harness/sites.ts';
import { everyone, key, seal } from '../sync/setup.ts';
import { emails, openPush } from './setup.ts';

const DAY = 86_400_000;
/** The one who agreed, and is carried. */
const ANN = { customerId: '2', email: 'yes@mail.example', firstName: 'Ann' };

type Open = Awaited<ReturnType<typeof openPush>>;

/** A list with two accounts and a guest, carried over; `days` later retention has run. */
async function openLater(days: number, retention = 'personal: 90d'): Promise<Open & { forget(): Promise<number> }> {
  const open = await openPush();
  addOrder(open.world.vendor.shop, { email: 'guest@mail.example', status: 'C', total: '30.00' });
  await open.world.hourly();
  await open.push();
  const sites = await sitesOf(shopYaml([], `retention: { ${retention} }`));
  const forget = async (): Promise<number> => {
    const { store, now } = open.world;
    return (await runRetention({ store, sites: async () => sites, clock: now })).contact;
  };
  open.world.pass(days * DAY);
  return { ...open, forget };
}

const known = async ({ world }: Open) => (await everyone(world.store)).map(({ email }) => email ?? null);
/** What was asked of the platform, tokens aside. */
const asked = ({ asked: lines }: Open) => lines.splice(0).filter((line) => !line.includes('oauth2'));

test('who has not been heard of for as long as the retention loses their fields; the figures stay', async () => {
  const open = await openLater(89);
  expect(await open.forget()).toBe(0);
  open.world.pass(2 * DAY);
  expect(await open.forget()).toBe(3);
  expect(await known(open)).toEqual([null, null, null]);
  const rule = { now: open.world.now(), lapsedAfter: DAY };
  expect(await open.world.store.listMetrics(key, rule)).toMatchObject({ contacts: 3, buyers: 1, revenue: 3000 });
  let csv = '';
  const want = { segment: 'all', rule, currency: 'EUR', format: 'csv' } as const;
  for await (const page of exportList(key, want, { store: open.world.store, seal })) csv += page;
  expect(csv).not.toMatch(/mail\.example|Ann/);
  const [entry] = await open.world.store.auditLog({ limit: 1 });
  expect(entry).toMatchObject({ actor: 'retention', action: 'forget', detail: expect.stringContaining('"contact":3') });
  expect(await open.forget()).toBe(0);
});

test('the shop’s next synchronization brings nothing back and sends nothing again', async () => {
  const open = await openLater(91);
  await open.forget();
  asked(open);
  for (let run = 0; run < 3; run += 1) {
    await open.world.hourly();
    expect(await open.push()).toMatchObject({ result: 'done', counts: { created: 0, updated: 0 } });
  }
  expect(await known(open)).toEqual([null, null, null]);
  expect(asked(open)).toEqual([]);
  expect(emails(open)).toEqual(['yes@mail.example true']);
});

test('a sign-in and an order bring a person back, without telling the platform what it knows', async () => {
  const open = await openLater(91);
  await open.forget();
  asked(open);
  const second = Math.floor(open.world.now() / 1000);
  changeUser(open.world.vendor.shop, 2, { lastLogin: second });
  addOrder(open.world.vendor.shop, { email: 'guest@mail.example', status: 'C', total: '5.00' });
  await open.world.hourly();
  expect(await known(open)).toEqual(['guest@mail.example', ANN.email, null]);
  expect((await everyone(open.world.store))[1]).toMatchObject(ANN);
  expect(await open.push()).toMatchObject({ result: 'done', counts: { unchanged: 1 } });
  expect(asked(open)).toEqual([]);
  expect(await open.forget()).toBe(0);
});

test('whoever signs in now and then is kept, though nothing else changes', async () => {
  const open = await openLater(60);
  changeUser(open.world.vendor.shop, 2, { lastLogin: Math.floor(open.world.now() / 1000) });
  await open.world.hourly();
  open.world.pass(60 * DAY);
  await open.forget();
  expect(await known(open)).toEqual([null, ANN.email, null]);
});

test('an unsubscription is carried even when the fields are gone', async () => {
  const open = await openLater(1);
  changeUser(open.world.vendor.shop, 2, { extra: { newsletter: 'N' } });
  await open.world.hourly();
  // The platform could not be reached for all that time.
  open.world.pass(91 * DAY);
  await open.forget();
  asked(open);
  expect(await open.push()).toMatchObject({ result: 'done', counts: { unsubscribed: 1 } });
  expect(emails(open)).toEqual(['yes@mail.example false']);
  asked(open);
  expect(await open.push()).toMatchObject({ result: 'done', counts: { unsubscribed: 0 } });
  expect(asked(open)).toEqual([]);
});

test('erasure still finds who was forgotten: the platform is told, and nothing brings them back', async () => {
  const open = await openLater(91);
  await open.forget();
  const { store, now } = open.world;
  const person = { by: 'email' as const, value: 'Yes@mail.example', sites: ['shop'] };
  const erased = await erasePerson({
    ...person,
    store: { ...store, ...NOTHING_ELSE },
    seal,
    now: now(),
    actor: 'test',
  });
  expect(erased).toMatchObject([{ contacts: 1 }]);
  expect(await open.push()).toMatchObject({ counts: { removed: 1 } });
  expect(emails(open)).toEqual([]);
  changeUser(open.world.vendor.shop, 2, { firstname: 'Back' });
  await open.world.hourly();
  expect(await known(open)).toEqual([null, null]);
});

/** No order of this shop was ever refused. */
const NOTHING_ELSE = { quarantine: async () => [], dropQuarantine: async () => 0 };

test('a list may be kept for longer than an order’s customer, or shorter', async () => {
  const longer = await openLater(91, 'personal: 30d, contacts: 400d');
  expect(await longer.forget()).toBe(0);
  longer.world.pass(310 * DAY);
  expect(await longer.forget()).toBe(3);
});

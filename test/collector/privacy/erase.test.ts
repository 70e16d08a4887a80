/** One person in every place of a data folder, put there by the product's own doors; then no file holds them in any spelling. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { emailKey } from '../../../collector/ingest/draft.ts';
import { conversion, NOON } from '../cli/commands/setup.ts';
import {
  contact,
  CONTACTS,
  CUSTOMER,
  erase,
  fill,
  JOE,
  NEW,
  OLD,
  PHONE,
  spellings,
  VISITOR,
  type World,
} from './person-everywhere.ts';

/** Every file of the data folder, as bytes. */
function bytesOf(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return Buffer.concat(files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file)));
}

function foundIn(folder: string): string[] {
  const bytes = bytesOf(folder);
  return spellings().filter((spelling) => bytes.includes(spelling));
}

describe('a person who is everywhere', () => {
  let world: World;
  beforeEach(async () => void (world = await fill()));

  test('stands in no byte of any file, in any spelling, once erased by address and by customer id', async () => {
    expect(foundIn(world.folder)).toEqual(
      expect.arrayContaining([OLD, encodeURIComponent(OLD), NEW, CUSTOMER, VISITOR, OLD.toUpperCase()]),
    );
    expect(await erase(world, 'email', NEW)).toMatchObject([{ orders: 1, contacts: 1 }]);
    expect(await erase(world, 'email', OLD)).toMatchObject([{ orders: 1, quarantine: 2 }]);
    expect(foundIn(world.folder)).toEqual([]);
    const left = await world.store.quarantine({ site: 'shop' });
    expect(left.map(({ body }) => world.seal.open(body))).toEqual([expect.stringContaining(JOE)]);
    expect(await world.store.order('shop', 'JOE-1')).toMatchObject({
      emailHash: emailKey(world.seal, JOE),
      ...{ visitor: '~visitor-of-joe', order: { customerId: 'joe-1', custom: { giftTo: '[personal]' } } },
    });
    expect(await world.store.touchesOf('shop', '~visitor-of-joe')).toMatchObject([
      { value: 'click-joe', url: expect.not.stringMatching(/jane/i) as string },
    ]);
  });

  test.each([
    ['the address that the shop corrected', 'email', OLD.toUpperCase()],
    ['the address that it was corrected to', 'email', NEW],
    ['that address in full width', 'email', NEW.replace('@', '＠').replace('.', '．')],
    ['that address with a blank that nobody sees', 'email', NEW.replace('@', '\u200b@')],
    ['the phone', 'phone', '0030 6941234567'],
    ['the customer id', 'customer', CUSTOMER],
    ['the visitor', 'visitor', VISITOR],
  ] as const)('is found by %s: the order tells nothing of them, then or later', async (_, by, value) => {
    await erase(world, by, value);
    const bare = { personal: null, heardPersonal: null, emailHash: null, visitor: null, subjects: [], gate: 'erased' };
    const check = async (): Promise<void> => {
      expect(await world.store.order('shop', 'O1234567')).toMatchObject(bare);
      for (const { state, kind, reason, report } of await world.store.deliveriesOf('shop', 'O1234567')) {
        expect([kind, state, reason]).toEqual([kind, 'skipped', expect.stringMatching(/erased|nothing to/)]);
        expect(report.order).not.toHaveProperty('customerId');
      }
    };
    await check();
    expect(await world.store.touchesOf('shop', `~${VISITOR}`)).toEqual([]);
    // The shop tells it again, and changes it.
    const customer = { id: CUSTOMER, email: NEW, phone: PHONE };
    await world.shop({ orderId: 'O1234567', total: '90.00', currency: 'USD', visitor: VISITOR, customer });
    await world.patch('O1234567', { total: '80.00', currency: 'USD', reason: `asked by ${NEW}` });
    expect((await world.store.order('shop', 'O1234567'))?.order.total).toBe(8000);
    await check();
    expect(JSON.stringify(await world.store.eventsOf('shop', 'O1234567'))).not.toMatch(/jane/i);
  });

  test.each([
    ['its earlier address', 'email', OLD],
    ['its present address', 'email', NEW],
    ['its phone', 'phone', PHONE],
    ['its customer id', 'customer', '77'],
  ] as const)('leaves the list by %s, and no synchronization brings them back', async (_, by, value) => {
    expect(await erase(world, by, value)).toMatchObject([{ contacts: 1 }]);
    await contact(world, NEW, 'third');
    const rule = { now: NOON, lapsedAfter: 1 };
    expect(await world.store.contacts(CONTACTS, { segment: 'all', rule, after: '', limit: 10 })).toEqual([]);
  });

  test('is counted by a rehearsal, which changes nothing and writes nothing into the log', async () => {
    const before = bytesOf(world.folder).length;
    const would = await erase(world, 'email', OLD, true);
    // The reports to impact.com and to VTmarketing; the shop's order whose customer id is the address had none.
    expect(would).toMatchObject([{ orders: 2, quarantine: 2, contacts: 1, stopped: 2 }]);
    expect(bytesOf(world.folder).length).toBe(before);
    expect((await world.store.auditLog({ limit: 1 }))[0]?.action).not.toMatch(/erase/);
    expect(await erase(world, 'email', OLD)).toEqual(would);
    const [entry] = await world.store.auditLog({ limit: 1 });
    expect(entry).toMatchObject({ actor: 'test', action: 'erase by email' });
    expect(JSON.parse(entry!.detail)).toMatchObject({ site: 'shop', orders: 2 });
  });
});

test('what a stranger said of somebody else’s order goes, and the order keeps its customer', async () => {
  const world = await fill();
  const customer = { email: 'bait@mail.example' };
  await world.door.receive([
    { route: 'conversion', site: 'shop', body: conversion({ orderId: 'JOE-1', visitor: 'a-stranger', customer }) },
  ]);
  expect(await erase(world, 'email', 'bait@mail.example')).toMatchObject([{ orders: 0 }]);
  const order = await world.store.order('shop', 'JOE-1');
  expect(order).toMatchObject({ gate: 'open', emailHash: emailKey(world.seal, JOE) });
  expect(world.seal.open(order!.heardPersonal!)).not.toContain('bait');
});

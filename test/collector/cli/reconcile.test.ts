import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decimalOf } from '../../../collector/reconcile.ts';
import { configured, conversion, NOON, type Installation } from './setup.ts';

/** Five orders told to impact.com, each delivered; the last is reversed there. */
async function told(): Promise<Installation> {
  const installation = await configured();
  const { store, door } = installation.open();
  const ids = ['A1', 'A2', 'A3', 'A4', 'A5'];
  await door.receive(
    ids.map((orderId) => ({ route: 'conversion' as const, site: 'shop', body: conversion({ orderId }) })),
  );
  const claimed = await store.claim({
    site: 'shop',
    connection: 'impact',
    now: NOON + 1,
    leaseMs: 1000,
    limit: 10,
    owner: 't',
  });
  await store.settle(
    claimed.map(({ delivery, fence }) => ({
      id: delivery.id,
      site: 'shop',
      fence,
      change: { state: 'delivered' as const, reason: 'ok', nextAt: null },
      attempts: [],
    })),
    NOON + 2,
  );
  await store.close();
  return installation;
}

async function compare(report: string, ...more: string[]) {
  const installation = await told();
  const file = join(installation.folder, 'report.csv');
  writeFileSync(file, report);
  return { ...installation, ...(await installation.run(['reconcile', 'impact', file, ...more, '--json'])) };
}

test('orders missing there, missing here and of another amount are told; columns and basis are recognised', async () => {
  const { out } = await compare(
    '\uFEFFAction Id;Order Id;Sale Amount;Status\r\n1;A1;112,00;APPROVED\r\n2;A2;"1.112,00";PENDING\r\n3;A3;112,00;REVERSED\r\n4;Z9;10,00;APPROVED\r\n5;A5;112,00;LOCKED\r\n',
  );
  expect(JSON.parse(out)).toEqual({
    columns: { order: 'Order Id', amount: 'Sale Amount', status: 'Status' },
    basis: 'total',
    rows: 5,
    compared: 6,
    agree: 2,
    differences: [
      { orderId: 'A2', problem: 'different amount', ours: '112.00 USD', theirs: '1112.00', note: 'compared as total' },
      {
        orderId: 'A3',
        problem: 'undone there, credited here',
        ours: '112.00 USD',
        theirs: '112.00',
        note: 'there it is REVERSED',
      },
      {
        orderId: 'A4',
        problem: 'missing there',
        ours: '112.00 USD',
        theirs: null,
        note: 'told and delivered; look at it with: clickthread explain A4',
      },
      {
        orderId: 'Z9',
        problem: 'missing here',
        ours: null,
        theirs: '10.00',
        note: 'no report of this order was delivered by this connection; there it is APPROVED',
      },
    ],
  });
});

test('a network that counts goods without the discount is understood, and lines of one order add up', async () => {
  const { out } = await compare('oid,sale_amount\nA1,28.00\nA1,99.00\nA2,127\nA3,127.00\nA4,127.00\nA5,100.00\n');
  expect(JSON.parse(out)).toMatchObject({
    basis: 'goods',
    agree: 4,
    differences: [{ orderId: 'A5', ours: '127.00 USD', theirs: '100.00' }],
  });
});

test('orders outside the time of the report are not missed', async () => {
  const { out } = await compare('order,total\nA1,112\n', '--until', '2026-11-01');
  expect(JSON.parse(out)).toMatchObject({ compared: 1, agree: 1, differences: [] });
});

test('a column that is not recognised is asked for, and a wrong name is answered with the ones there are', async () => {
  expect((await compare('ref no,sum\nA1,112\n')).error).toBe(
    'Which column holds the order id? Name it with --order-column: ref no, sum.',
  );
  expect((await compare('ref no,sum\nA1,112\n', '--order-column', 'ref')).error).toBe(
    'The report has no column "ref"; it has ref no, sum.',
  );
  const { out } = await compare('ref no,sum\nA1,112\n', '--order-column', 'ref no', '--amount-column', 'sum');
  expect(JSON.parse(out)).toMatchObject({ agree: 1, columns: { order: 'ref no', amount: 'sum' } });
  expect((await compare('')).error).toBe('The report is empty.');
});

test.each([
  ['$1,234.50', '1234.50'],
  ['1.234,50 €', '1234.50'],
  ['1 234,5', '1234.5'],
  ['112', '112'],
  ['1.234', '1234'],
  ['0.00', '0.00'],
  ['-5.00', '-5.00'],
  ['', undefined],
  ['n/a', undefined],
])('the amount %s is read as %s', (cell, decimal) => expect(decimalOf(cell)).toBe(decimal));

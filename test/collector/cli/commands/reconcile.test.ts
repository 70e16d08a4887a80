import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareReport } from '../../../../collector/admin/reconcile/compare-report.ts';
import { readReport } from '../../../../collector/admin/reconcile/read-report.ts';
import type { Delivery } from '../../../../collector/model/delivery.ts';
import { siteOf } from '../../../harness/sites.ts';
import { changes, delivery, storedOrder } from '../../store/rows.ts';
import { configured, conversion, type Installation, NOON } from './setup.ts';

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
    ...{ fresh: 0, converted: 0, paid: 0, settled: 0, sent: 0 },
    differences: [
      {
        ...{ orderId: 'A2', problem: 'different amount', ours: '112.00 USD', theirs: '1112.00' },
        ...{ note: 'compared as total', repair: 'modification' },
      },
      {
        orderId: 'A3',
        problem: 'undone there, credited here',
        ours: '112.00 USD',
        theirs: '112.00',
        note: 'there it is REVERSED; the network decided so: ask it, or undo the order here',
        repair: null,
      },
      {
        orderId: 'A4',
        problem: 'missing there',
        ours: '112.00 USD',
        theirs: null,
        note: 'told and delivered; look at it with: clickthread explain A4',
        repair: 'conversion',
      },
      {
        orderId: 'Z9',
        problem: 'missing here',
        ours: null,
        theirs: '10.00',
        note: 'no report of this order was delivered by this connection; there it is APPROVED; another tool or the network’s own tag may have told it',
        repair: null,
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

/** A report beside deliveries of `impact`, newest last. */
async function beside(report: string, deliveries: Delivery[]) {
  const { columns, rows } = readReport(report, {});
  const store = { deliveryPage: async () => ({ rows: deliveries, next: null }) };
  const [connection] = (await siteOf()).connections;
  return { columns, ...(await compareReport({ rows, connection: connection!, store })) };
}

const sold = (orderId: string, total: number, more: Partial<Delivery> = {}): Delivery => {
  const order = { ...storedOrder(orderId).order, total, items: [] };
  const report = { kind: more.kind ?? ('conversion' as const), order, credited: true, channel: 'impact', at: NOON };
  return delivery({ orderId, state: 'confirmed', report, ...more });
};

test('an amount with more digits than the cent is the same amount', async () => {
  const { differences } = await beside(
    'order,amount,status\nR1,12.5000,Approved\nR2,12.50,Approved\nR3,12.5001,Approved\n',
    [sold('R1', 1250), sold('R2', 1250), sold('R3', 1250)],
  );
  expect(differences).toMatchObject([{ orderId: 'R3', problem: 'different amount', theirs: '12.5001' }]);
});

test('three digits behind one sign are read by the rest of the report', async () => {
  const rows = [sold('R1', 109200), sold('R2', 123450)];
  expect(await beside('order;amount\nR1;"1.092,00"\nR2;"1234,500"\n', rows)).toMatchObject({ agree: 2 });
  expect(await beside('order;amount\nR1;1092.5\nR2;1.234\n', [sold('R1', 109250), sold('R2', 123)])).toMatchObject({
    differences: [{ orderId: 'R2', theirs: '1.234' }],
  });
});

test('parts of an order add up exactly, those that are taken back included', async () => {
  const report = 'order,amount\nR1,0.1\nR1,0.2\nR2,100.00\nR2,-22.00\n';
  expect(await beside(report, [sold('R1', 30), sold('R2', 7800)])).toMatchObject({ agree: 2, differences: [] });
});

test('without a status an order that was undone here does not agree with an amount there', async () => {
  const undone = ['O1', 'O2', 'O3', 'O4'].flatMap((id) => [
    sold(id, 9200),
    sold(id, 9200, { kind: 'reversal', seq: 1 }),
  ]);
  const { differences, agree } = await beside(
    'order,amount\nO1,92.00\nO2,"1.092,00"\nO3,0.00\nO4,92.00\nO4,-92.00\n',
    undone,
  );
  expect(differences).toMatchObject([
    {
      orderId: 'O1',
      problem: 'credited there, undone here',
      note: 'the report has no status, so it counts there; the reversal was confirmed',
    },
    { orderId: 'O2', problem: 'credited there, undone here', theirs: '1092.00' },
  ]);
  expect(agree).toBe(2);
});

/** Headings as the networks' own exports have them, and a row of an order of 112.00 that stands and of one that was undone. */
test.each<[string, string, string, string, string]>([
  [
    'Awin',
    'Transaction ID;Order Ref;Transaction Date;Sale Amount;Commission;Status',
    '991;R1;2026-11-20;112,00;5,60;pending',
    '992;R2;2026-11-20;112,00;5,60;declined',
    'Order Ref',
  ],
  [
    'CJ',
    'Action ID,Action Status,Order ID,Sale Amount (USD),Publisher Commission',
    '77,locked,R1,112.00,5.60',
    '78,cancelled,R2,112.00,5.60',
    'Order ID',
  ],
  [
    'Rakuten',
    'Order ID,Transaction Date,SKU,Sales,Quantity',
    'R1,11/20/2026,A,112.00,1',
    'R2,11/20/2026,A,0.00,1',
    'Order ID',
  ],
  [
    'Partnerize',
    'conversion_id,conversion_reference,item_value,item_status',
    '1l1,R1,112,pending',
    '1l2,R2,112,rejected',
    'conversion_reference',
  ],
  [
    'Everflow',
    'Conversion ID,Transaction ID,Order ID,Sale Amount,Status',
    'cv1,ab,R1,112.00,approved',
    'cv2,cd,R2,112.00,rejected',
    'Order ID',
  ],
  [
    'TUNE',
    'Transaction ID,Advertiser Sub ID,Sale Amount,Conversion Status',
    'ab,R1,112.00,approved',
    'cd,R2,112.00,rejected',
    'Advertiser Sub ID',
  ],
  [
    'Tradedoubler',
    'Transaction ID;Order number;Order value;Status',
    '91;R1;112,00;P',
    '92;R2;112,00;D',
    'Order number',
  ],
  [
    'Post Affiliate Pro',
    'ID;Order ID;Total cost;Commission;Status',
    't1;R1;"112,00";5,60;Approved',
    't2;R2;"112,00";5,60;Declined',
    'Order ID',
  ],
  [
    'Webgains',
    'Transaction ID,Order Reference,Sale Value,Currency,Status',
    '1,R1,112.00,USD,confirmed',
    '2,R2,112.00,USD,cancelled',
    'Order Reference',
  ],
  ['Tapfiliate', 'Id,External ID,Amount,Status', '1,R1,112.00,approved', '2,R2,112.00,disapproved', 'External ID'],
  ['FirstPromoter', 'id,event_id,sale_amount,status', '1,R1,112.00,approved', '2,R2,112.00,denied', 'event_id'],
  ['Dub', 'id,invoiceId,amount,status', 'cm_1,R1,112.00,pending', 'cm_2,R2,112.00,refunded', 'invoiceId'],
])(
  'a report of %s is read, and settles what was told without an answer',
  async (...[, heading, stands, undone, column]) => {
    const told = [
      sold('R1', 11200, { state: 'unverified' }),
      sold('R2', 11200),
      sold('R2', 11200, { kind: 'reversal', seq: 1, state: 'unverified' }),
    ];
    const { columns, differences, verdicts } = await beside(`${heading}\n${stands}\n${undone}\n`, told);
    expect(columns.order).toBe(column);
    expect(differences).toEqual([]);
    expect(verdicts).toMatchObject([
      { id: told[0]!.id, state: 'confirmed' },
      { id: told[2]!.id, state: 'confirmed' },
    ]);
  },
);

test('a line that a report holds twice is one; two of the same price, without numbers of their own, are two', async () => {
  const rows = [sold('R1', 2000), sold('R2', 1000)];
  const numbered = 'Action ID,Order ID,Amount\n1,R1,10.00\n2,R1,10.00\n3,R2,10.00\n2,R1,10.00\n3,R2,10.00\n';
  expect(await beside(numbered, rows)).toMatchObject({ agree: 2, differences: [] });
  expect(await beside('Order ID,Amount\nR1,10.00\nR1,10.00\nR2,10.00\n', rows)).toMatchObject({ agree: 2 });
});

test('an amount in another currency than the order’s is counted, and not compared', async () => {
  const report = 'Order ID;Währung;Amount\nR1;EUR;95,00\nR2;USD;112,00\nR3;usd;90,00\n';
  const told = ['R1', 'R2', 'R3'].map((id) => sold(id, 11200));
  expect(await beside(report, told)).toMatchObject({ converted: 1, differences: [{ orderId: 'R3' }] });
});

test('what the network took back is its verdict; another amount, and silence, settle nothing', async () => {
  const told = ['R1', 'R2', 'R3'].map((id) => sold(id, 11200, { state: 'unverified' }));
  const { verdicts } = await beside('order,amount,status\nR1,112.00,declined\nR2,90.00,approved\n', told);
  expect(verdicts).toEqual([
    { id: told[0]!.id, state: 'declined', reason: 'in the report of the network it is declined' },
  ]);
});

test('the verdicts are written once, with a word in the audit log, and not in a dry run', async () => {
  const installation = await told();
  const { store } = installation.open();
  const [first] = await store.deliveries({ orderId: 'A1' });
  await store.transact({ visitors: [], orders: [], identities: [], handovers: [] }, () => ({
    changes: { ...changes(), deliveries: [{ ...first!, state: 'unverified', reason: 'told; it gives no answer' }] },
    result: undefined,
  }));
  const file = join(installation.folder, 'report.csv');
  writeFileSync(file, 'order,amount\nA1,112.00\n');
  const run = (...more: string[]) => installation.json<{ settled: number }>('reconcile', 'impact', file, ...more);
  expect((await run('--dry-run')).settled).toBe(0);
  expect((await run()).settled).toBe(1);
  expect((await run()).settled).toBe(0);
  expect(await store.deliveries({ orderId: 'A1' })).toMatchObject([
    { state: 'confirmed', reason: 'it stands in the report of the network' },
  ]);
  expect((await store.auditLog({ limit: 1 }))[0]).toMatchObject({
    action: 'reconcile',
    actor: 'command line',
    detail: '{"deliveries":1}',
  });
});

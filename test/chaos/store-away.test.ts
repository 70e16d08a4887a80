/** The store can't be written: locked by another process, or the disk has no room. Nothing is acknowledged then, and nothing is lost. */
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';
import { until } from '../harness/until.ts';
import { collectorProcess } from './collector-process.ts';
import { chaosShop, deliveriesIn, recordedBy, startVendor } from './shop.ts';
import { orderOf, post } from './shoppers.ts';

const folder = temporaryFolders();
const orderNumber = (n: number) => ({
  visitor: `visitor-${n}-0000`,
  click: '',
  orderId: `FULL-${n}`,
  total: `${n}.00`,
});
const withClick = (n: number): object => ({ ...orderOf(orderNumber(n)), clicks: { irclickid: `ClickFull${n}` } });

test('while another process holds the write lock an order is answered 503 with Retry-After, and recorded once when it is sent again', async () => {
  const vendor = await startVendor();
  const collector = collectorProcess(folder());
  try {
    await collector.apply(chaosShop(vendor.url));
    const url = await collector.spawn().ready;
    const other = new Database(collector.database);
    other.exec('BEGIN IMMEDIATE');
    const refused = await fetch(`${url}/t/shop/conversion`, { method: 'POST', body: JSON.stringify(withClick(1)) });
    expect({
      status: refused.status,
      retryAfter: refused.headers.get('retry-after'),
      body: await refused.json(),
    }).toEqual({
      status: 503,
      retryAfter: '5',
      body: {
        errors: [
          {
            field: 'store',
            message: "can't be written at the moment; nothing was kept, send it again after Retry-After seconds",
          },
        ],
      },
    });
    // What only reads goes on meanwhile.
    expect((await fetch(`${url}/t/shop.js`)).status).toBe(200);
    other.exec('ROLLBACK');
    other.close();
    expect(await deliveriesIn(collector.database)).toEqual([]);

    expect(await post(`${url}/t/shop/conversion`, withClick(1))).toBe(200);
    await until(() => recordedBy(vendor).length === 1, { what: 'the order to be recorded' });
    await collector.stop();
    expect(recordedBy(vendor).map(({ orderId, duplicates }) => [orderId, duplicates])).toEqual([['FULL-1', 0]]);
  } finally {
    await collector.kill();
    await vendor.stop();
  }
});

test('when the disk is full orders are answered 503, and every one that was acknowledged before is there after a restart', async () => {
  const vendor = await startVendor();
  const collector = collectorProcess(folder());
  try {
    await collector.apply(chaosShop(vendor.url));
    // A limit on the size of files stands for a full disk: the write-ahead log can't grow beyond it.
    let url = await collector.spawn({ fileLimitKb: 1024 }).ready;
    const acknowledged: string[] = [];
    let status = 0;
    for (let n = 1; n <= 2000 && status !== 503; n += 1) {
      status = await post(`${url}/t/shop/conversion`, withClick(n));
      if (status === 200) acknowledged.push(orderNumber(n).orderId);
      else expect([n, status]).toEqual([n, 503]);
    }
    expect(status).toBe(503);
    expect(acknowledged.length).toBeGreaterThan(5);
    await collector.kill();

    url = await collector.spawn().ready;
    const refused = acknowledged.length + 1;
    expect(await post(`${url}/t/shop/conversion`, withClick(refused))).toBe(200);
    const expected = [...acknowledged, orderNumber(refused).orderId].sort();
    await until(() => recordedBy(vendor).length >= expected.length, {
      what: 'all orders to be recorded',
      timeout: 100_000,
    });
    await collector.stop();
    expect(
      recordedBy(vendor)
        .map(({ orderId }) => orderId)
        .sort(),
    ).toEqual(expected);
    expect((await deliveriesIn(collector.database)).map(({ orderId }) => orderId).sort()).toEqual(expected);
  } finally {
    await collector.kill();
    await vendor.stop();
  }
});

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrations } from '../../../collector/store/migrations/index.ts';
import { fillDigits } from '../../../collector/store/sqlite/fill-digits.ts';

const NOW = Date.UTC(2026, 10, 20);

/** A file as the migrations before this one left it, with orders of the given currency and total, and what was sent of them. */
function before(orders: { id: string; currency: string; total: number; sent?: string }[]): Database.Database {
  const db = new Database(':memory:');
  for (const { id, sqlite } of migrations) if (id < 5) db.exec(sqlite);
  for (const { id, currency, total, sent } of orders) {
    const body = JSON.stringify({
      orderId: id,
      currency,
      total,
      items: [],
      coupons: [],
      status: 'approved',
      placedAt: NOW,
    });
    db.prepare(
      `INSERT INTO orders (site, order_id, status, body, reporter, shop_confirmed, attribution, received_at, updated_at)
       VALUES ('shop', ?, 'approved', ?, 'shop', 1, '{}', ?, ?)`,
    ).run(id, body, NOW, NOW);
    db.prepare(
      `INSERT INTO delivery (id, site, order_id, connection, kind, seq, state, reason, report, deadline_at, attempts, polls, ambiguous, created_at, updated_at)
       VALUES (?, 'shop', ?, 'impact', 'conversion', 0, 'confirmed', '', ?, 0, 1, 0, 0, ?, ?)`,
    ).run(id, id, `{"order":${body}}`, NOW, NOW);
    if (sent !== undefined)
      db.prepare(
        `INSERT INTO attempt (delivery, id, site, connection, at, purpose, request, outcome, reason, took)
         VALUES (?, ?, 'shop', 'impact', ?, 'report', ?, 'delivered', '', 1)`,
      ).run(id, id, NOW, JSON.stringify({ method: 'POST', url: 'https://net.example/', body: sent }));
  }
  return db;
}

function filled(db: Database.Database, runtime: Record<string, number> = {}) {
  fillDigits({ db, now: NOW, runtimeDigits: (currency) => runtime[currency] ?? 2 });
  const rows = db
    .prepare(
      `SELECT o.order_id AS id, json_extract(o.body, '$.digits') AS digits, json_extract(d.report, '$.order.digits') AS told
       FROM orders o JOIN delivery d ON d.order_id = o.order_id ORDER BY o.order_id`,
    )
    .all() as { id: string; digits: number; told: number }[];
  expect(rows.map(({ told }) => told)).toEqual(rows.map(({ digits }) => digits));
  const audit = db.prepare('SELECT detail FROM audit ORDER BY id').pluck().all();
  return { digits: Object.fromEntries(rows.map(({ id, digits }) => [id, digits])), audit };
}

test('a currency that every runtime counted alike has its decimals, without a word', () => {
  const db = before([
    { id: 'E', currency: 'EUR', total: 1250 },
    { id: 'J', currency: 'JPY', total: 1250 },
    { id: 'K', currency: 'KWD', total: 1250 },
  ]);
  expect(filled(db, { JPY: 0, KWD: 3 })).toEqual({ digits: { E: 2, J: 0, K: 3 }, audit: [] });
});

test('what was told shows it, whatever the runtime counts today', () => {
  const db = before([
    { id: 'H', currency: 'HUF', total: 1299000, sent: 'OrderId=H&OrderSubTotalPostDiscount=12990.00&CurrencyCode=HUF' },
    { id: 'I', currency: 'IQD', total: 1300, sent: 'Amount=1300&CurrencyCode=IQD' },
  ]);
  expect(filled(db, { HUF: 0, IQD: 3 })).toEqual({
    digits: { H: 2, I: 0 },
    audit: [
      'HUF: 2 decimals in what was stored before (1), by what was told: as in ISO 4217',
      'IQD: 0 decimals in what was stored before (1), by what was told: ISO 4217 has 3; their amounts stay what they were, new orders have 3',
    ],
  });
});

test('an order that was told to nobody is read as the others of its currency, else as this runtime counts', () => {
  const db = before([
    { id: 'H1', currency: 'HUF', total: 500000, sent: 'Amount=5000.00' },
    { id: 'H2', currency: 'HUF', total: 1299000 },
    { id: 'I1', currency: 'IDR', total: 150000 },
  ]);
  const { digits, audit } = filled(db, { HUF: 0, IDR: 0 });
  expect(digits).toEqual({ H1: 2, H2: 2, I1: 0 });
  expect(audit).toHaveLength(3);
});

test('a second run finds nothing to do', () => {
  const db = before([{ id: 'H', currency: 'HUF', total: 12990 }]);
  expect(filled(db, { HUF: 0 }).digits).toEqual({ H: 0 });
  expect(filled(db, { HUF: 2 })).toMatchObject({ digits: { H: 0 }, audit: [expect.any(String)] });
});

/** Orders that an older version stored: what they waited for is found by their visitor's yes, and a withdrawal that was heard since stops them. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { migrations } from '../../../collector/store/migrations/index.ts';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import type { Store } from '../../../collector/store/store.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { changes, nothingWanted, NOON } from './rows.ts';

const folder = temporaryFolders();
let store: Store | undefined;
afterEach(() => store?.close());

const OLD = [
  { id: 'WAITS', consent: { marketing: 'unknown' }, state: 'waiting', reason: "waits for the visitor's consent" },
  {
    id: 'REFUSED',
    consent: { marketing: 'denied' },
    state: 'skipped',
    reason: 'the visitor did not consent to marketing',
  },
  { id: 'QUEUED', consent: null, state: 'due', reason: 'ready to be sent' },
  { id: 'NOBODY', consent: { marketing: 'unknown' }, state: 'skipped', reason: 'another partner earned this order' },
];

/** A file as the version before left it. */
function oldFile(): string {
  const file = join(folder(), 'clickthread.db');
  const db = new Database(file);
  db.exec('CREATE TABLE migration (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL)');
  for (const { id, name, sqlite } of migrations.filter((one) => one.id < 60)) {
    db.exec(sqlite);
    db.prepare('INSERT INTO migration VALUES (?, ?, ?)').run(id, name, NOON);
  }
  for (const { id, consent, state, reason } of OLD) {
    const order = {
      orderId: id,
      total: 100,
      currency: 'USD',
      coupons: [],
      items: [],
      placedAt: NOON,
      status: 'approved',
    };
    const attribution = { winner: null, rule: 'none', rulesVersion: 1, decidedAt: NOON, touches: [] };
    db.prepare(
      `INSERT INTO orders (site, order_id, status, body, reporter, shop_confirmed, visitor, consent, attribution, received_at, updated_at)
       VALUES ('shop', ?, 'approved', ?, 'browser', 0, ?, ?, ?, ?, ?)`,
    ).run(
      id,
      JSON.stringify(order),
      `visitor-${id}`,
      consent && JSON.stringify(consent),
      JSON.stringify(attribution),
      NOON,
      NOON,
    );
    db.prepare(
      `INSERT INTO delivery (id, site, order_id, connection, kind, seq, state, reason, report, next_at, deadline_at, attempts, polls, ambiguous, created_at, updated_at)
       VALUES (?, 'shop', ?, 'impact', 'conversion', 0, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?)`,
    ).run(id, id, state, reason, JSON.stringify({ order }), state === 'due' ? NOON : null, NOON * 2, NOON, NOON);
  }
  const consent = JSON.stringify({ marketing: 'denied' });
  db.prepare('INSERT INTO withdrawal VALUES (?, ?, ?, ?)').run('shop', 'visitor-QUEUED', NOON + 1, consent);
  db.close();
  return file;
}

test('what waited, was refused or is queued is known for what it is after the upgrade', async () => {
  store = openSqliteStore({ file: oldFile(), clock: () => NOON });
  const gates = await Promise.all(OLD.map(async ({ id }) => [id, (await store!.order('shop', id))?.gate]));
  expect(Object.fromEntries(gates)).toEqual({ WAITS: 'waiting', REFUSED: 'denied', QUEUED: 'open', NOBODY: 'waiting' });
  expect((await store.orderCounts()).filter(({ what }) => what === 'consent')).toEqual([
    { site: 'shop', what: 'consent', name: 'denied', count: 1 },
    { site: 'shop', what: 'consent', name: 'waiting', count: 1 },
  ]);
  const answers = [{ site: 'shop', visitor: 'v', names: ['visitor-WAITS'], answer: 'granted' as const }];
  const found = await store.transact({ ...nothingWanted(), answers }, ({ orders }) => ({
    ...{ changes: changes(), result: [...orders.values()].map(({ order }) => order.orderId) },
  }));
  expect(found).toEqual(['WAITS']);
  const claim = { site: 'shop', connection: 'impact', now: NOON, leaseMs: 1000, limit: 9, owner: 'test' };
  expect(await store.claim(claim)).toMatchObject([{ delivery: { orderId: 'QUEUED' }, gate: 'withdrawn' }]);
});

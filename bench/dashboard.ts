/** `npm run bench -- dashboard`: what each page of the dashboard waits for, over a year of a million orders beside one of half as many. `--small` takes a twentieth. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFigures } from '../collector/admin/figures/read-figures.ts';
import { readTodo } from '../collector/admin/figures/read-todo.ts';
import { searchOrders } from '../collector/admin/orders/search-orders.ts';
import { days } from '../collector/lib/duration.ts';
import { DEFAULT_LIMITS } from '../collector/lib/limits/request-limits.ts';
import { createSeal } from '../collector/lib/seal.ts';
import { openDatabase } from '../collector/store/sqlite/open.ts';
import { openSqliteStore } from '../collector/store/sqlite/store.ts';
import type { Stores } from '../collector/store/store.ts';

const YEAR = 1_000_000;
const ROUNDS = 9;
/** Milliseconds that any page's data may take. */
const MOST = 200;
const NOW = Date.parse('2026-11-26T12:00:00Z');
const SITES = [{ id: 'shop', timezone: 'Europe/Athens' }];

export async function run({ flags = [] }: { flags?: string[] } = {}, print = console.log): Promise<boolean> {
  const orders = flags.includes('--small') ? YEAR / 20 : YEAR;
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-'));
  try {
    const file = join(folder, 'clickthread.db');
    const began = performance.now();
    await openSqliteStore({ file, clock: () => NOW }).close();
    fill(file, { count: orders, until: NOW, days: 365 });
    fill(file, { count: orders / 2, until: NOW - days(365), days: 365 });
    print(`${1.5 * orders} orders over two years, made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const store = openSqliteStore({ file, clock: () => NOW, readonly: true });
    const met = await measure(store, print);
    await store.close();
    return met;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(store: Stores, print: (line: string) => void): Promise<boolean> {
  const seal = createSeal('0'.repeat(64));
  const sites = () => Promise.resolve({ byId: new Map() } as never);
  const search = (asked: object) => searchOrders(asked, ['shop'], { read: store, sites, seal, now: NOW });
  const period = (from: string) => readFigures({ from, to: '2026-11-26', sites: SITES }, store);
  const pages: Record<string, () => Promise<unknown>> = {
    'overview of a day': () => period('2026-11-26'),
    'overview of 90 days': () => period('2026-08-29'),
    'overview of a year': () => period('2025-11-27'),
    'what is to do': () => readTodo(['shop'], { read: store, limits: DEFAULT_LIMITS, now: NOW }),
    'newest orders': () => search({}),
    'orders of a partner': () => search({ partner: 'network-3' }),
    'orders by an amount': () => search({ text: '77.77' }),
    'an order by its number': () => search({ text: 'O777777' }),
  };
  let met = true;
  for (const [name, read] of Object.entries(pages)) {
    const first = await timed(read);
    const times = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await timed(read));
    const middle = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
    met &&= middle <= MOST;
    print(
      `${name.padEnd(24)} ${middle.toFixed(1).padStart(7)} ms, first ${first.toFixed(1)} (target: ≤ ${MOST})${middle <= MOST ? '' : ' MISSED'}`,
    );
  }
  return met;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Straight into the table, whose triggers keep the sums: nine of ten orders stand, two of three were earned by one of six partners. */
function fill(file: string, { count, until, days: span }: { count: number; until: number; days: number }): void {
  const db = openDatabase(file);
  db.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @count)
    INSERT INTO orders (site, order_id, status, body, reporter, shop_confirmed, attribution, received_at, updated_at, total, currency, partner, is_new)
    SELECT 'shop', @name || i, CASE WHEN i % 10 THEN 'approved' WHEN i % 30 THEN 'refunded' ELSE 'cancelled' END,
      json_object('orderId', @name || i, 'total', i % 20000, 'currency', 'EUR', 'coupons', json('[]'), 'items', json('[]'),
        'placedAt', @from + CAST(i * @step AS INTEGER), 'status', 'approved'),
      'shop', 1, '{"winner":null,"rule":"none","rulesVersion":1,"decidedAt":0,"touches":[]}',
      @from + CAST(i * @step AS INTEGER), @from + CAST(i * @step AS INTEGER), i % 20000, 'EUR',
      CASE WHEN i % 3 THEN 'network-' || (i * 7919 % 6) END, i % 2
    FROM n`,
  ).run({ count, from: until - days(span), step: days(span) / count, name: until === NOW ? 'O' : 'P' });
  db.close();
}

// Whether the thousandth day is as fast as the first: the same work on 10 thousand and a million touches, and on ten million with `--large`, on both engines.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SITE } from './harness/collector.mjs';
import { loadCompiled } from './harness/compile.mjs';
import { postgresPrograms, startPostgres } from './harness/postgres.mjs';
import { processorTime } from './harness/processor.mjs';
import { writeSection } from './harness/report.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MOST_GROWTH = 1.5;
const DAY = 86_400_000;

const {
  growShop,
  landingOf,
  saleOf,
  receive,
  claimSome,
  settleAll,
  readFigures,
  readOrderView,
  newId,
  newVisitorName,
} = await loadCompiled('harness/growth-data.ts');

/**
 * Each prepares what it needs and returns what is timed; a function that comes of that is done afterwards. `times`: how often in a round;
 * `size`: how many requests, orders or rows it is each time.
 */
const WORKS = [
  {
    ...{ name: 'ingest: 64 landings of new visitors, a commit', times: 20, size: 64 },
    run: async ({ door, clock }) => {
      const now = clock();
      const requests = Array.from({ length: 64 }, () => landingOf(newVisitorName(now), now));
      return () => receive(door, requests);
    },
  },
  {
    ...{ name: 'attribution: 16 orders of known visitors, a commit', times: 12, size: 16 },
    run: async ({ door, clock, nextVisitor }) => {
      const requests = Array.from({ length: 16 }, () => saleOf(nextVisitor(), `M-${newId(clock())}`));
      return () => receive(door, requests);
    },
  },
  {
    ...{ name: 'claim: 64 due reports', times: 2, size: 64 },
    run:
      async ({ store, clock }) =>
      async () => {
        const claimed = await claimSome(store, clock());
        if (claimed.length < 64) throw new Error(`Only ${claimed.length} reports were due.`);
        return () => settleAll(store, claimed, clock());
      },
  },
  {
    ...{ name: 'order page', times: 60, size: 1 },
    run: async ({ store, orders, sites, clock }) => {
      const orderId = orders[Math.floor(Math.random() * orders.length)];
      return async () => readOrderView(await store.order('shop', orderId), store, { sites, clock });
    },
  },
  {
    ...{ name: 'overview: thirty days by day and partner, the newest 50 orders', times: 6, size: 1 },
    run: async ({ store, clock }) => {
      const day = (ago) => new Date(clock() - ago * DAY).toISOString().slice(0, 10);
      const want = { from: day(29), to: day(0), sites: [{ id: 'shop', timezone: 'UTC' }] };
      return () => Promise.all([readFigures(want, store), store.findOrders({ site: 'shop', limit: 50 })]);
    },
  },
];

/** Sizes stand beside each other and take turns, round by round: what else runs on the machine hits all of them alike. */
export async function run({ flags = [] } = {}) {
  const sizes = sizesOf(flags);
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-growth-'));
  const postgres = postgresPrograms() === undefined ? undefined : await startPostgres();
  const shops = [];
  const rows = [];
  let isMet = true;
  try {
    for (const engine of ['SQLite', ...(postgres ? [`PostgreSQL ${postgres.version()}`] : [])]) {
      const pids = engine === 'SQLite' ? [] : [postgres.pid];
      const own = [];
      for (const touches of sizes) own.push(await grow(engine, touches));
      const results = await measure(own, pids);
      for (const [index, { name, size }] of WORKS.entries())
        for (const [at, shop] of own.entries()) {
          const [first, one] = [results[0][index], results[at][index]];
          const growth = at === 0 ? undefined : { used: one.used / first.used, p99: p99(one) / p99(first) };
          if (growth && growth.used > MOST_GROWTH) isMet = false;
          rows.push([
            ...[engine, name, whole(shop.touches), `${whole(one.used / one.took.length / size)} µs`],
            ...[growth ? `${fixed(growth.used, 2)} ×` : '1 ×', fixed(middle(one), 1), fixed(p99(one), 1)],
            ...[growth ? `${fixed(growth.p99, 2)} ×` : '1 ×', growth ? verdict(growth.used <= MOST_GROWTH) : ''],
          ]);
        }
      for (const shop of own) await shop.close();
      shops.splice(0);
    }
  } finally {
    for (const shop of shops) await shop.close();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  report(rows, { sizes, postgres: postgres !== undefined, flags });
  return isMet;

  async function grow(engine, touches) {
    const shop = await growShop({
      ...{ touches, config: SITE, now: Date.now() },
      place: {
        file: join(folder, `${touches}.db`),
        databaseUrl: engine === 'SQLite' ? undefined : await postgres.database(),
      },
      tell: (done) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${engine}: ${whole(done)} of ${whole(touches)} touches `);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\n');
    shops.push(shop);
    return shop;
  }
}

/** `--small` tries the benchmark itself; `--large` takes the better part of an hour. */
function sizesOf(flags) {
  if (flags.includes('--small')) return [5_000, 50_000];
  return [10_000, 1_000_000, ...(flags.includes('--large') ? [10_000_000] : [])];
}

async function measure(shops, pids) {
  const results = shops.map(() => WORKS.map(() => ({ took: [], used: 0 })));
  // The first round warms up: caches, prepared statements, compiled code.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [at, shop] of shops.entries())
      for (const [index, { times, run: prepare }] of WORKS.entries()) {
        const into = round === 0 ? { took: [], used: 0 } : results[at][index];
        const prepared = [];
        for (let n = 0; n < times; n += 1) prepared.push(await prepare(shop));
        await timed(prepared, into, pids);
      }
  return results;
}

/** One after the other; what each leaves to be done is done when all are timed. */
async function timed(works, into, pids) {
  const others = pids.length === 0 ? 0 : processorTime(pids);
  const own = process.cpuUsage();
  const afters = [];
  for (const work of works) {
    const began = performance.now();
    afters.push(await work());
    into.took.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(own);
  into.used += user + system + (pids.length === 0 ? 0 : (processorTime(pids) - others) * 1000);
  for (const after of afters) if (typeof after === 'function') await after();
}

const sorted = ({ took }) => took.toSorted((a, b) => a - b);
const middle = (one) => sorted(one)[one.took.length >> 1];
const p99 = (one) => sorted(one)[Math.floor((one.took.length - 1) * 0.99)];

function report(rows, { sizes, postgres, flags }) {
  const title = `Growth: the same work on ${sizes.map(whole).join(' and ')} touches, ${ROUNDS} interleaved rounds`;
  const table = [
    [
      ...['engine', 'what', 'touches', 'processor of one', '÷ the first', 'p50 ms', 'p99 ms', '÷ the first'],
      `≤ ${MOST_GROWTH} ×`,
    ],
    ...rows,
  ];
  printTable(title, table);
  const notes = [
    'On the store itself, without HTTP. A fiftieth of the touches are followed by an order with its decision, delivery and attempt. Times are those of a commit, a claim or a page; the verdict is of processor time, which neighbours disturb least.',
    ...(postgres ? [] : ['', 'Not run: PostgreSQL (no server is installed here).']),
  ];
  if (flags.includes('--write')) writeSection({ name: 'growth', title, table, notes });
}

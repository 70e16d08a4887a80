// Durable acknowledgements per second, beside a server that keeps nothing and beside the usual way of keeping everything.
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import pg from 'pg';
import { startServer } from './harness/child.mjs';
import { SITE, startCollector } from './harness/collector.mjs';
import { withServers } from './harness/engines.mjs';
import { CONNECTIONS, flow, round } from './harness/load.mjs';
import { postgresPrograms, startPostgres } from './harness/postgres.mjs';
import { processorTime } from './harness/processor.mjs';
import { writeSection } from './harness/report.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';
import { walkerPeer } from './peers/queues.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SECONDS = 3;
const WARM_UP = 2;
const HALF_SECONDS = 4;
/** At half load the median of these counts. */
const FLOWS = 5;

const peer = (name) => fileURLToPath(new URL(`./peers/${name}.mjs`, import.meta.url));

/** Contenders one after the other, round by round, the best round of each: what else runs on the machine hits all of them alike. */
export async function run({ flags = [] } = {}) {
  return withServers(async (start) => {
    const bare = await start(startServer([peer('bare-http')]));
    const express = await start(startServer([peer('express-commit')]));
    const plain = await start(startServer([peer('express-insert')]));
    const ours = await start(startCollector({ config: SITE }));
    const open = await start(startCollector({ config: SITE, more: { CLICKTHREAD_LIMITS: 'off' } }));
    const walker = walkerPeer();
    const flowing = walker.file === undefined ? [] : [await start(startServer([walker.file]))];
    const shared = await startReplicas(start);
    const contenders = [
      { name: 'bare node:http, parses, keeps nothing', servers: [bare], route: 'touch' },
      { name: 'Clickthread on SQLite, touches', servers: [ours], route: 'touch' },
      {
        name: 'Clickthread on SQLite, conversions (order, attribution, delivery)',
        servers: [ours],
        route: 'conversion',
      },
      { name: 'Express, the same job, one commit a request', servers: [express], route: 'touch' },
      { name: 'Express, one INSERT a request, empty answer', servers: [plain], route: 'touch' },
      { name: 'Clickthread on SQLite, touches, limits off', servers: [open], route: 'touch' },
      ...flowing.map((server) => ({
        ...{
          name: `${walker.title} behind node:http, one destination, keeps nothing`,
          servers: [server],
          route: 'touch',
        },
      })),
      ...shared.contenders,
    ].map((contender) => ({ ...contender, best: { perSecond: 0 }, acknowledged: 0, counted: 0, used: 0 }));

    const measure = async (contender, seconds, counts) => {
      const { route, also = [] } = contender;
      const pids = [...contender.servers.map(({ pid }) => pid), ...also];
      const before = processorTime(pids);
      const result = await roundOver(contender.servers, { route, seconds });
      contender.acknowledged += result.answered;
      if (!counts) return;
      contender.counted += result.answered;
      contender.used += processorTime(pids) - before;
      if (result.perSecond > contender.best.perSecond) contender.best = result;
    };
    for (const contender of contenders) await measure(contender, WARM_UP, false);
    for (let n = 0; n < ROUNDS; n += 1) for (const contender of contenders) await measure(contender, SECONDS, true);

    const [floor, touches, conversions, usual, plainest, unlimited] = contenders;
    const flows = [];
    for (let n = 0; n < FLOWS; n += 1) {
      const rate = touches.best.perSecond / 2;
      flows.push(await flow({ url: ours.url, route: 'touch', seconds: HALF_SECONDS, rate }));
      touches.acknowledged += flows[n].answered;
    }
    flows.sort((a, b) => a.p99 - b.p99);
    checkKept(ours.database, touches.acknowledged, conversions.acknowledged);
    await shared.checkKept(contenders.filter(({ also }) => also !== undefined));
    return report({
      contenders,
      floor,
      touches,
      conversions,
      usual,
      plainest,
      unlimited,
      flows,
      notRun: [...shared.notRun, ...(walker.notRun === undefined ? [] : [walker.notRun])],
      flags,
    });
  });
}

/** One round over one server, or over several at once with a share of the connections each; of these the slowest latencies stand for all. */
async function roundOver(servers, { route, seconds }) {
  const connections = CONNECTIONS / servers.length;
  const all = await Promise.all(servers.map(({ url }) => round({ url, route, seconds, connections })));
  const sum = (read) => all.reduce((total, one) => total + read(one), 0);
  const most = (read) => Math.max(...all.map(read));
  return {
    answered: sum((one) => one.answered),
    perSecond: sum((one) => one.perSecond),
    p50: most((one) => one.p50),
    p99: most((one) => one.p99),
  };
}

/** One replica on a database of its own, and two on another, on the same PostgreSQL. */
async function startReplicas(start) {
  if (postgresPrograms() === undefined)
    return { contenders: [], checkKept: async () => undefined, notRun: ['PostgreSQL (no server is installed here)'] };
  const postgres = await start(startPostgres());
  const replicas = async (count) => {
    const address = await postgres.database();
    const more = { DATABASE_URL: address, CLICKTHREAD_KEY: 'an invented key of benchmarks' };
    const servers = [];
    for (let n = 0; n < count; n += 1) servers.push(await start(startCollector({ config: SITE, more })));
    return { address, servers, also: [postgres.pid], route: 'touch' };
  };
  const [one, two] = [await replicas(1), await replicas(2)];
  const engine = `PostgreSQL ${postgres.version()}`;
  return {
    contenders: [
      { name: `Clickthread on ${engine}, one replica, touches`, ...one },
      { name: `Clickthread on ${engine}, one replica, conversions`, ...one, route: 'conversion' },
      { name: `Clickthread on ${engine}, two replicas, touches`, ...two },
    ],
    notRun: [],
    async checkKept(contenders) {
      for (const { address } of [one, two]) {
        const mine = contenders.filter((contender) => contender.address === address);
        const acknowledged = mine.reduce((total, contender) => total + contender.acknowledged, 0);
        const client = new pg.Client({ connectionString: address });
        await client.connect();
        const { rows } = await client.query('SELECT count(*)::int AS kept FROM touch').finally(() => client.end());
        if (rows[0].kept < acknowledged)
          throw new Error(`Acknowledged ${acknowledged} on PostgreSQL, but the store holds ${rows[0].kept}.`);
      }
    },
  };
}

/** An answer that is not in the file would make every number above a lie. */
function checkKept(database, touches, orders) {
  const db = new Database(database, { readonly: true });
  const rows = (table) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  const [kept, keptOrders, deliveries] = [rows('touch'), rows('orders'), rows('delivery')];
  db.close();
  if (kept < touches + orders || keptOrders < orders || deliveries < orders) {
    throw new Error(
      `Acknowledged ${touches} touches and ${orders} orders, but the store holds ${kept - keptOrders} and ${keptOrders}.`,
    );
  }
}

function replicaTargets(one, two) {
  const least = cpus().length >= 4 ? 1.3 : 0.9;
  return [
    ['PostgreSQL, one replica', `${whole(one)}/s`, '≥ 5,000/s', one >= 5000],
    ['PostgreSQL, two replicas ÷ one', `${fixed(two / one, 2)} ×`, `≥ ${least} ×`, two / one >= least],
  ];
}

function report({ contenders, floor, touches, conversions, usual, plainest, unlimited, flows, notRun, flags }) {
  const half = flows[flows.length >> 1];
  const perRequest = ({ used, counted }) => (Number.isNaN(used) ? '–' : `${whole((used / counted) * 1000)} µs`);
  const title = `Ingest: ${CONNECTIONS} connections, no pipelining, best of ${ROUNDS} interleaved rounds of ${SECONDS} s`;
  const table = [
    ['server', 'acknowledged/s', '÷ bare', 'processor a request', 'p50 ms', 'p99 ms'],
    ...contenders.map((contender) => [
      contender.name,
      whole(contender.best.perSecond),
      `${fixed(contender.best.perSecond / floor.best.perSecond, 2)} ×`,
      perRequest(contender),
      fixed(contender.best.p50),
      fixed(contender.best.p99),
    ]),
  ];
  printTable(title, table);
  const missing = notRun.length > 0 ? `Not run: ${notRun.join(', ')}.` : 'All were run.';
  process.stdout.write(`\n${missing}\n`);
  if (flags.includes('--write'))
    writeSection({
      ...{ name: 'ingest', title, table },
      notes: [
        'Each answer of Clickthread and of Express is on disk when it is given (fsync); every acknowledged one is counted in the store afterwards. The bare server keeps nothing.',
        '',
        missing,
      ],
    });
  const toFloor = touches.best.perSecond / floor.best.perSecond;
  const toUsual = touches.best.perSecond / usual.best.perSecond;
  const toPlainest = touches.best.perSecond / plainest.best.perSecond;
  const ofOrders = conversions.best.perSecond / floor.best.perSecond;
  const cost = ({ used, counted }) => used / counted;
  const costs = { floor: cost(touches) / cost(floor), plainest: cost(touches) / cost(plainest) };
  const [one, , two] = contenders.filter(({ also }) => also !== undefined);
  const replicas = one === undefined ? [] : replicaTargets(one.best.perSecond, two.best.perSecond);
  const rows = [
    ['processor time of a touch ÷ bare node:http', `${fixed(costs.floor, 1)} ×`, '≤ 2 ×', costs.floor <= 2],
    [
      'processor time of a touch ÷ the plainest Express',
      `${fixed(costs.plainest, 2)} ×`,
      '≤ 0.4 ×',
      costs.plainest <= 0.4,
    ],
    ['touches ÷ bare node:http', `${fixed(toFloor, 2)} ×`, '≥ 0.6 ×', toFloor >= 0.6],
    ['conversions ÷ bare node:http', `${fixed(ofOrders, 2)} ×`, '≥ 0.3 ×', ofOrders >= 0.3],
    ['touches ÷ Express, the same job, a commit each', `${fixed(toUsual, 1)} ×`, '≥ 5 ×', toUsual >= 5],
    ['touches ÷ Express, an INSERT each, empty answer', `${fixed(toPlainest, 1)} ×`, '≥ 6 ×', toPlainest >= 6],
    ...replicas,
    [`p99 at half load (${whole(half.perSecond)}/s, even flow)`, `${fixed(half.p99)} ms`, '< 20 ms', half.p99 < 20],
  ];
  printTable('Targets', [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  process.stdout.write(
    `\nThe target of 5 × refers to the Express that does the same job: same table, id, headers and cookie. It is held to the plainest one as well.` +
      `\nAt half load, the middle of ${FLOWS} rounds of ${HALF_SECONDS} s: p50 ${fixed(half.p50)} ms, slowest ${fixed(half.worst)} ms; the rounds' p99: ${flows.map(({ p99 }) => fixed(p99)).join(', ')} ms. The conversions' connection sends one request an hour, so that the relay does not disturb.\n`,
  );
  const toUnlimited = touches.best.perSecond / unlimited.best.perSecond;
  process.stdout.write(
    `Limits: touches with them ÷ without, in the same run: ${fixed(toUnlimited, 2)} ×. What they cost by themselves: npm run bench -- limits.\n`,
  );
  return rows.every((row) => row[3]);
}

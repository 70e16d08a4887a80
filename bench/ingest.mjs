// Durable acknowledgements per second, beside a server that keeps nothing and beside the usual way of keeping everything.
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { startServer } from './harness/child.mjs';
import { SITE, startCollector } from './harness/collector.mjs';
import { CONNECTIONS, flow, round } from './harness/load.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';

const ROUNDS = 3;
const SECONDS = 3;
const WARM_UP = 2;
const HALF_SECONDS = 4;

const peer = (name) => fileURLToPath(new URL(`./peers/${name}.mjs`, import.meta.url));

/** Contenders one after the other, round by round, the best round of each: what else runs on the machine hits all of them alike. */
export async function run() {
  const servers = [];
  const start = async (starting) => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  try {
    const bare = await start(startServer([peer('bare-http')]));
    const express = await start(startServer([peer('express-commit')]));
    const plain = await start(startServer([peer('express-insert')]));
    const ours = await start(startCollector({ config: SITE }));
    const open = await start(startCollector({ config: SITE, more: { CLICKTHREAD_LIMITS: 'off' } }));
    const contenders = [
      { name: 'bare node:http, parses, keeps nothing', url: bare.url, route: 'touch' },
      { name: 'Clickthread, touches', url: ours.url, route: 'touch' },
      { name: 'Clickthread, conversions (order, attribution, delivery)', url: ours.url, route: 'conversion' },
      { name: 'Express, the same job, one commit a request', url: express.url, route: 'touch' },
      { name: 'Express, one INSERT a request, empty answer', url: plain.url, route: 'touch' },
      { name: 'Clickthread, touches, limits off', url: open.url, route: 'touch' },
    ].map((contender) => ({ ...contender, best: { perSecond: 0 }, acknowledged: 0 }));

    const measure = async (contender, seconds, counts) => {
      const { url, route } = contender;
      const result = await round({ url, route, seconds });
      contender.acknowledged += result.answered;
      if (counts && result.perSecond > contender.best.perSecond) contender.best = result;
    };
    for (const contender of contenders) await measure(contender, WARM_UP, false);
    for (let n = 0; n < ROUNDS; n += 1) for (const contender of contenders) await measure(contender, SECONDS, true);

    const [floor, touches, conversions, usual, plainest, unlimited] = contenders;
    const flows = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      const rate = touches.best.perSecond / 2;
      flows.push(await flow({ url: ours.url, route: 'touch', seconds: HALF_SECONDS, rate }));
      touches.acknowledged += flows[n].answered;
    }
    flows.sort((a, b) => a.p99 - b.p99);
    checkKept(ours.database, touches.acknowledged, conversions.acknowledged);
    return report({ contenders, floor, touches, usual, plainest, unlimited, flows });
  } finally {
    for (const server of servers) await server.stop();
  }
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

function report({ contenders, floor, touches, usual, plainest, unlimited, flows }) {
  const [half] = flows;
  printTable(
    `Ingest: ${CONNECTIONS} connections, no pipelining, best of ${ROUNDS} interleaved rounds of ${SECONDS} s`,
    [
      ['server', 'acknowledged/s', 'p50 ms', 'p99 ms'],
      ...contenders.map(({ name, best }) => [name, whole(best.perSecond), fixed(best.p50), fixed(best.p99)]),
    ],
  );
  const toFloor = touches.best.perSecond / floor.best.perSecond;
  const toUsual = touches.best.perSecond / usual.best.perSecond;
  const toPlainest = touches.best.perSecond / plainest.best.perSecond;
  const rows = [
    ['touches ÷ bare node:http', `${fixed(toFloor, 2)} ×`, '≥ 0.4 ×', toFloor >= 0.4],
    ['touches ÷ Express, the same job, a commit each', `${fixed(toUsual, 1)} ×`, '≥ 5 ×', toUsual >= 5],
    ['touches ÷ Express, an INSERT each, empty answer', `${fixed(toPlainest, 1)} ×`, '≥ 5 ×', toPlainest >= 5],
    [`p99 at half load (${whole(half.perSecond)}/s, even flow)`, `${fixed(half.p99)} ms`, '< 20 ms', half.p99 < 20],
  ];
  printTable('Targets', [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  process.stdout.write(
    `\nThe target of 5 × refers to the Express that does the same job: same table, id, headers and cookie. It is held to the plainest one as well.` +
      `\nAt half load, best of ${ROUNDS} rounds of ${HALF_SECONDS} s: p50 ${fixed(half.p50)} ms, slowest ${fixed(half.worst)} ms; the rounds' p99: ${flows.map(({ p99 }) => fixed(p99)).join(', ')} ms. The conversions' connection sends one request an hour, so that the relay does not disturb.\n`,
  );
  const toUnlimited = touches.best.perSecond / unlimited.best.perSecond;
  process.stdout.write(
    `Limits: touches with them ÷ without, in the same run: ${fixed(toUnlimited, 2)} ×. What they cost by themselves: npm run bench -- limits.\n`,
  );
  return rows.every((row) => row[3]);
}

// How fast a backlog leaves for a sink that answers at once: both engines beside the queues that people would put before a vendor instead.
import { startServer } from './harness/child.mjs';
import { startEngines, withServers } from './harness/engines.mjs';
import { processorTime } from './harness/processor.mjs';
import { writeSection } from './harness/report.mjs';
import { HALTED, keyOf, OPEN, orderOf, postOrders, siteOf, startSink } from './harness/sink.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';
import { queuePeers } from './peers/queues.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const BACKLOG = Number(process.env.BENCH_BACKLOG ?? 10_000);
const BATCH = 1000;
const LONGEST_DRAIN = 180_000;

/** Contenders one after the other, round by round, the best round of each: what else runs on the machine hits all of them alike. */
export const run = ({ flags = [] } = {}) =>
  withServers(async (start) => {
    const sink = await start(startSink());
    const { engines, postgres, notRun } = await startEngines({ config: siteOf(sink.url, HALTED), start });
    const queues = queuePeers({ hasPostgres: postgres !== undefined });
    const contenders = [];
    for (const engine of engines) contenders.push(await ours(engine, sink));
    for (const peer of queues.peers) contenders.push(peerOf(peer, { sink, postgres }));
    for (const contender of contenders) Object.assign(contender, { rates: [], used: 0 });
    for (let round = 0; round < ROUNDS; round += 1)
      for (const contender of contenders) await drain(contender, sink, round);
    return report({ contenders, notRun: [...notRun, ...queues.notRun], flags });
  });

async function ours(engine, sink) {
  const key = await keyOf(engine);
  return {
    ...{ name: engine.name, engine: engine.engine, durable: 'fsync a commit' },
    async open() {
      await engine.apply(siteOf(sink.url, HALTED));
      return { pids: engine.pids, close: async () => undefined };
    },
    fill: (ids) => postOrders({ ...engine, key }, ids.map(orderOf)),
    begin: () => engine.apply(siteOf(sink.url, OPEN)),
  };
}

/** A queue is started anew for each round: its loops would ask on beside the others'. */
function peerOf({ title, engine, durable, file }, { sink, postgres }) {
  let server;
  const ask = async (path, body) => {
    const response = await fetch(server.url + path, { method: 'POST', body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${title} answered ${response.status}: ${text}`);
  };
  return {
    ...{ name: title, engine, durable },
    async open() {
      const database = engine === 'PostgreSQL' ? { DATABASE_URL: await postgres.database() } : {};
      server = await startServer([file], { BENCH_SINK: sink.url, ...database });
      return {
        pids: engine === 'PostgreSQL' ? [server.pid, postgres.pid] : [server.pid],
        close: () => server.stop(),
      };
    },
    fill: (ids) => ask('/add', JSON.stringify(ids.map((order) => ({ order })))),
    begin: () => ask('/begin', ''),
  };
}

/** From the second per cent of the backlog to the last: no start in the number. Processor time is that of the whole backlog. */
async function drain(contender, sink, round) {
  sink.heard.clear();
  const { pids, close } = await contender.open();
  try {
    const ids = Array.from({ length: BACKLOG }, (_, n) => `B-${round}-${n}`);
    for (let n = 0; n < BACKLOG; n += BATCH) await contender.fill(ids.slice(n, n + BATCH));
    const before = processorTime(pids);
    const began = performance.now();
    await contender.begin();
    while (sink.heard.size < BACKLOG) {
      if (performance.now() - began > LONGEST_DRAIN)
        throw new Error(`${contender.name}: only ${sink.heard.size} of ${BACKLOG} arrived.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    contender.used += processorTime(pids) - before;
    const times = ids.map((id) => sink.heard.get(id)).sort((a, b) => a - b);
    const first = Math.floor(BACKLOG / 50);
    contender.rates.push((BACKLOG - first) / ((times.at(-1) - times[first]) / 1000));
  } finally {
    await close();
  }
}

function report({ contenders, notRun, flags }) {
  const best = ({ rates }) => Math.max(...rates);
  const title = `Relay: a backlog of ${whole(BACKLOG)} to a loopback sink, 64 at a time, best of ${ROUNDS} interleaved rounds`;
  const table = [
    ['what', 'stands on', 'acknowledged after', 'reports/s', 'processor a report'],
    ...contenders.map((one) => [
      ...[one.name, one.engine, one.durable, whole(best(one))],
      Number.isNaN(one.used) ? '–' : `${whole((one.used / (ROUNDS * BACKLOG)) * 1000)} µs`,
    ]),
  ];
  printTable(title, table);
  const missing = notRun.length > 0 ? `Not run: ${notRun.join(', ')}.` : 'All were run.';
  process.stdout.write(`\n${missing}\n`);
  if (flags.includes('--write'))
    writeSection({
      ...{ name: 'relay', title, table },
      notes: [
        'A report of Clickthread leases its delivery, checks consent, budget and address, and keeps request and answer beside the order; a job of a queue is a request and a mark that it is done. Processor time: the process and its database, all threads.',
        '',
        missing,
      ],
    });
  return judge(contenders, best);
}

function judge(contenders, best) {
  const [sqlite, ...others] = contenders;
  const postgres = others.find(({ name }) => name.startsWith('Clickthread'));
  const rivals = others.filter(({ name, engine }) => !name.startsWith('Clickthread') && engine !== 'SQLite');
  const rows = [['SQLite', `${whole(best(sqlite))}/s`, '≥ 3,000/s', best(sqlite) >= 3000]];
  if (postgres)
    for (const rival of rivals) {
      const ratio = best(postgres) / best(rival);
      rows.push([`PostgreSQL ÷ ${rival.name}`, `${fixed(ratio, 2)} ×`, '> 1 ×', ratio > 1]);
    }
  printTable('Targets', [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  return rows.every((row) => row[3]);
}

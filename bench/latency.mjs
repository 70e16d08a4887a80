// How soon an order leaves for its vendor: from the moment its sender hears that it is kept, idle and at half load, on both engines.
import { fileURLToPath } from 'node:url';
import { runToEnd } from './harness/child.mjs';
import { startEngines, withServers } from './harness/engines.mjs';
import { round } from './harness/load.mjs';
import { processorTime } from './harness/processor.mjs';
import { writeSection } from './harness/report.mjs';
import { OPEN, orderOf, siteOf, startSink } from './harness/sink.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SINGLES = 150;
/** Milliseconds between single orders: the relay is idle again when the next one comes. */
const GAP = 25;
const FULL_SECONDS = 2;
/** Longer than the single orders take; the flow is ended by its own count. */
const FLOW_SECONDS = Math.ceil((SINGLES * (GAP + 15)) / 1000);
const LONGEST_WAIT = 10_000;

const flowProcess = fileURLToPath(new URL('./harness/load-process.mjs', import.meta.url));

export const run = ({ flags = [] } = {}) =>
  withServers(async (start) => {
    const sink = await start(startSink());
    const { engines, notRun } = await startEngines({ config: siteOf(sink.url, OPEN), start });
    const measured = engines.flatMap((engine) => ['idle', 'half load'].map((load) => ({ engine, load, rounds: [] })));
    for (const engine of engines)
      engine.full = (await round({ url: engine.url, route: 'touch', seconds: FULL_SECONDS })).perSecond;
    for (let n = 0; n < ROUNDS; n += 1)
      for (const one of measured) one.rounds.push(await measure(one, sink, `${n}-${measured.indexOf(one)}`));
    return report({ measured, notRun, flags });
  });

async function measure({ engine, load }, sink, name) {
  const { url, pids, full } = engine;
  const before = processorTime(pids);
  const flowing =
    load === 'idle'
      ? Promise.resolve('0')
      : runToEnd([flowProcess, url, 'touch', String(FLOW_SECONDS), String(Math.floor(full / 2))]);
  // A failure is told below, when the single orders are through.
  flowing.catch(() => undefined);
  const waits = await sendSingles(engine, sink, name);
  const rate = Number(await flowing);
  const used = processorTime(pids) - before;
  const requests = SINGLES + (load === 'idle' ? 0 : Math.floor(FLOW_SECONDS * Math.floor(full / 2)));
  return { ...waits, rate, used, requests };
}

async function sendSingles({ url }, sink, name) {
  const acknowledged = [];
  const reported = [];
  for (let n = 0; n < SINGLES; n += 1) {
    const orderId = `S-${name}-${n}`;
    const began = performance.now();
    const response = await fetch(`${url}/t/shop/conversion`, {
      method: 'POST',
      headers: { origin: 'https://shop.example' },
      body: JSON.stringify({ ...orderOf(orderId), visitor: `visitor-${name}-${n}`, consent: { marketing: 'granted' } }),
    });
    const answered = performance.now();
    await response.arrayBuffer();
    while (!sink.heard.has(orderId)) {
      if (performance.now() - began > LONGEST_WAIT) throw new Error(`${orderId} was not sent: ${response.status}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    acknowledged.push(answered - began);
    // It may be heard of before the sender's own answer has come the whole way.
    reported.push(Math.max(0, sink.heard.get(orderId) - answered));
    await new Promise((resolve) => setTimeout(resolve, GAP));
  }
  return { acknowledged: percentiles(acknowledged), reported: percentiles(reported) };
}

function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}

function report({ measured, notRun, flags }) {
  const bestOf = ({ rounds }) => rounds.toSorted((a, b) => a.reported.p99 - b.reported.p99)[0];
  const title = `Latency: from the acknowledgement of an order to its report at a loopback sink, best of ${ROUNDS} interleaved rounds of ${SINGLES}`;
  const table = [
    [
      ...['collector', 'beside it', 'order kept p50 ms', 'p99 ms'],
      ...['then at the sink p50 ms', 'p99 ms', 'processor a request'],
    ],
    ...measured.map((one) => {
      const { acknowledged, reported, rate } = bestOf(one);
      const sum = (read) => one.rounds.reduce((total, each) => total + read(each), 0);
      return [
        ...[one.engine.name, one.load === 'idle' ? 'nothing' : `${whole(rate)} touches/s`],
        ...[fixed(acknowledged.p50), fixed(acknowledged.p99), fixed(reported.p50), fixed(reported.p99)],
        `${whole((sum((each) => each.used) / sum((each) => each.requests)) * 1000)} µs`,
      ];
    }),
  ];
  printTable(title, table);
  const missing = notRun.length > 0 ? [`Not run: ${notRun.join(', ')}.`] : [];
  if (missing.length > 0) process.stdout.write(`\n${missing[0]}\n`);
  if (flags.includes('--write'))
    writeSection({
      ...{ name: 'latency', title, table },
      notes: [
        'Half load is half of the touches that the same collector took in a round at full speed, from a client of its own; a request of the idle rows is an order, its commit, its report and the answer.',
        ...missing.flatMap((line) => ['', line]),
      ],
    });
  const rows = measured
    .filter(({ load }) => load === 'idle')
    .map((one) => {
      const { p99 } = bestOf(one).reported;
      return [`${one.engine.name}, idle, p99`, `${fixed(p99)} ms`, '< 50 ms', p99 < 50];
    });
  printTable('Targets', [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  return rows.every((row) => row[3]);
}

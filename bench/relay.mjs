// How fast a backlog leaves for a sink that answers at once, and how soon a single order leaves when nothing else happens.
import { createServer } from 'node:http';
import { bin, startCollector } from './harness/collector.mjs';
import { runToEnd } from './harness/child.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';

const ROUNDS = 3;
const BACKLOG = 10_000;
const BATCH = 1000;
const SINGLES = 150;
/** Milliseconds between single orders: the relay is idle again when the next one comes. */
const GAP = 25;
const LONGEST_DRAIN = 60_000;

/** The best of several rounds: what else runs on the machine comes and goes. */
export async function run() {
  const sink = await startSink();
  let ours;
  try {
    ours = await startCollector({ config: site(sink.url, HALTED) });
    const key = (await runToEnd([bin, 'key', 'create', 'shop'], ours.env)).trim();
    const perSecond = [];
    const waits = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await ours.apply(site(sink.url, HALTED));
      await fill({ ours, key, round });
      perSecond.push(await drain(ours, sink, round));
      waits.push(await sendSingles(ours, sink, round));
    }
    return report(perSecond, waits);
  } finally {
    await ours?.stop();
    await sink.stop();
  }
}

/** While the backlog is made, the connection may send one request an hour. */
const HALTED = '{ perHour: 1 }';
const OPEN = '{ concurrency: 64 }';

const site = (sinkUrl, limits) => `
sites:
  - id: shop
    domains: [shop.example]
    currency: USD
    connections:
      - id: sink
        type: postback
        limits: ${limits}
        settings: { url: "${sinkUrl}/p?click={click_id}&order={order_id}", clickParam: [ref] }
`;

/** The vendor: answers at once and remembers when it heard of which order. It shares the machine's cores with the relay, so it does no more. */
async function startSink() {
  const heard = new Map();
  const server = createServer((request, response) => {
    heard.set(request.url.slice(request.url.lastIndexOf('=') + 1), performance.now());
    request.resume();
    response.writeHead(200, { 'content-length': 2 });
    response.end('ok');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    heard,
    stop: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  };
}

const order = (orderId) => ({ orderId, total: '112.00', currency: 'USD', clicks: { ref: `click-${orderId}` } });

async function fill({ ours, key, round }) {
  for (let n = 0; n < BACKLOG; n += BATCH) {
    const response = await fetch(`${ours.url}/v1/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: BATCH }, (_, i) => order(`B-${round}-${n + i}`))),
    });
    if (!response.ok) throw new Error(`/v1/orders answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }
}

/** Lifts the limit while it runs, and counts from the second per cent of the backlog to the last: no start in the number. */
async function drain(ours, sink, round) {
  const before = sink.heard.size;
  const prefix = `B-${round}-`;
  await ours.apply(site(sink.url, OPEN));
  const began = performance.now();
  const arrived = () => [...sink.heard].filter(([id]) => id.startsWith(prefix)).map(([, at]) => at);
  while (sink.heard.size - before < BACKLOG - 1 || arrived().length < BACKLOG) {
    const late = performance.now() - began > LONGEST_DRAIN;
    if (late) throw new Error(`Only ${arrived().length} of ${BACKLOG} arrived.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const times = arrived().sort((a, b) => a - b);
  const first = Math.floor(BACKLOG / 50);
  return (BACKLOG - first) / ((times.at(-1) - times[first]) / 1000);
}

/** From the moment the browser sends its order to the moment the vendor hears of it: the commit lies in between, so the target's wait is shorter still. */
async function sendSingles(ours, sink, round) {
  const waits = [];
  for (let n = 0; n < SINGLES; n += 1) {
    const orderId = `S-${round}-${n}`;
    const began = performance.now();
    const response = await fetch(`${ours.url}/t/shop/conversion`, {
      method: 'POST',
      headers: { origin: 'https://shop.example' },
      body: JSON.stringify({ ...order(orderId), visitor: `visitor-${round}-${n}`, consent: { marketing: 'granted' } }),
    });
    await response.arrayBuffer();
    while (!sink.heard.has(orderId)) {
      if (performance.now() - began > 5000) throw new Error(`${orderId} was not sent: ${response.status}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    waits.push(sink.heard.get(orderId) - began);
    await new Promise((resolve) => setTimeout(resolve, GAP));
  }
  waits.sort((a, b) => a - b);
  const at = (share) => waits[Math.floor(waits.length * share)];
  return { p50: at(0.5), p99: at(0.99), slowest: waits.at(-1) };
}

function report(rates, waits) {
  const perSecond = Math.max(...rates);
  const wait = waits.toSorted((a, b) => a.p99 - b.p99)[0];
  const rows = [
    [`a backlog of ${whole(BACKLOG)}, 64 at a time`, `${whole(perSecond)}/s`, '≥ 3,000/s', perSecond >= 3000],
    ['idle, from order posted to report received, p99', `${fixed(wait.p99)} ms`, '< 50 ms', wait.p99 < 50],
  ];
  printTable(`Relay to a loopback sink, best of ${ROUNDS} rounds`, [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  process.stdout.write(
    `\nRounds: ${rates.map((rate) => `${whole(rate)}/s`).join(', ')}; p99 ${waits.map(({ p99 }) => `${fixed(p99)} ms`).join(', ')}. ` +
      `Idle p50 ${fixed(wait.p50)} ms, slowest ${fixed(wait.slowest)} ms.\n`,
  );
  return rows.every((row) => row[3]);
}

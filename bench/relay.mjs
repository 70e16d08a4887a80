// How fast a backlog leaves for a sink that answers at once, and how soon a single order leaves when nothing else happens.
import { createServer } from 'node:http';
import { bin, startCollector } from './harness/collector.mjs';
import { runToEnd } from './harness/child.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';

const BACKLOG = 20_000;
const BATCH = 1000;
const SINGLE = 200;
/** Milliseconds between single orders: the relay is idle again when the next one comes. */
const GAP = 25;
const LONGEST_DRAIN = 60_000;

export async function run() {
  const sink = await startSink();
  let ours;
  try {
    ours = await startCollector({ config: site(sink.url, '{ perHour: 1 }') });
    await fill(ours);
    const drained = await drain(ours, sink);
    const waits = await sendSingles(ours, sink);
    return report(drained, waits);
  } finally {
    await ours?.stop();
    await sink.stop();
  }
}

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

/** The vendor: answers at once and remembers when it heard of which order. */
async function startSink() {
  const heard = new Map();
  const server = createServer((request, response) => {
    const order = new URL(request.url, 'http://sink').searchParams.get('order');
    heard.set(order, performance.now());
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

/** A backlog: the connection may send one request an hour while it is made. */
async function fill(ours) {
  const key = (await runToEnd([bin, 'key', 'create', 'shop'], ours.env)).trim();
  for (let n = 0; n < BACKLOG; n += BATCH) {
    const response = await fetch(`${ours.url}/v1/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: BATCH }, (_, i) => order(`B-${n + i}`))),
    });
    if (!response.ok) throw new Error(`/v1/orders answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }
}

/** Lifts the limit while it runs, and counts from the second per cent of the backlog to the last: no start in the number. */
async function drain(ours, sink) {
  await ours.apply(site(sink.url, '{ concurrency: 64 }'));
  const began = performance.now();
  while (sink.heard.size < BACKLOG) {
    if (performance.now() - began > LONGEST_DRAIN) throw new Error(`Only ${sink.heard.size} of ${BACKLOG} arrived.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const times = [...sink.heard.values()].sort((a, b) => a - b);
  const first = Math.floor(BACKLOG / 50);
  return (BACKLOG - first) / ((times.at(-1) - times[first]) / 1000);
}

/** From the moment the browser sends its order to the moment the vendor hears of it: the commit lies in between, so the target's wait is shorter still. */
async function sendSingles(ours, sink) {
  const waits = [];
  for (let n = 0; n < SINGLE; n += 1) {
    const orderId = `S-${n}`;
    const began = performance.now();
    const response = await fetch(`${ours.url}/t/shop/conversion`, {
      method: 'POST',
      headers: { origin: 'https://shop.example' },
      body: JSON.stringify({ ...order(orderId), visitor: `visitor-${n}-000`, consent: { marketing: 'granted' } }),
    });
    await response.arrayBuffer();
    while (!sink.heard.has(orderId)) {
      if (performance.now() - began > 5000) throw new Error(`${orderId} was not sent: ${response.status}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    waits.push(sink.heard.get(orderId) - began);
    await new Promise((resolve) => setTimeout(resolve, GAP));
  }
  return waits.sort((a, b) => a - b);
}

function report(perSecond, waits) {
  const at = (share) => waits[Math.floor(waits.length * share)];
  const rows = [
    [`a backlog of ${whole(BACKLOG)}, 64 at a time`, `${whole(perSecond)}/s`, '≥ 3,000/s', perSecond >= 3000],
    ['idle, from order posted to report received, p99', `${fixed(at(0.99))} ms`, '< 50 ms', at(0.99) < 50],
  ];
  printTable('Relay to a loopback sink', [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  process.stdout.write(`\nIdle p50 ${fixed(at(0.5))} ms, slowest ${fixed(waits.at(-1))} ms.\n`);
  return rows.every((row) => row[3]);
}

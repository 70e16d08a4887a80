// A shop's signed webhooks: how soon each is answered, after one durable commit, and what a flood of repeats costs beside it.
import { createHmac } from 'node:crypto';
import Database from 'better-sqlite3';
import { SITE, startCollector } from './harness/collector.mjs';
import { flow, round } from './harness/load.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';

/** Webhooks a second, of a shop on its busiest day. */
const RATE = 200;
const SECONDS = 10;
const WARM_UP = 2;
/** Connections at once: more than an answer's time needs, so that none waits for one that is free. */
const WORKERS = 64;
const ROUNDS = 3;

const SECRET = 'a-secret-of-the-bench';
const CONFIG = `${SITE}      - id: woo
        type: woocommerce
        settings: { url: "http://127.0.0.1:9", webhookSecret: ${SECRET} }
`;

export async function run() {
  const collector = await startCollector({ config: CONFIG });
  try {
    const { url } = collector;
    let number = 0;
    const fresh = () => delivery(url, order((number += 1)));
    const repeated = delivery(url, order(0));
    const at = { url, connections: WORKERS };
    const { answered } = await flow({ ...at, next: fresh, seconds: WARM_UP, rate: RATE });
    const flows = [];
    for (let n = 0; n < ROUNDS; n += 1) flows.push(await flow({ ...at, next: fresh, seconds: SECONDS, rate: RATE }));
    const flood = await round({ ...at, next: () => repeated, seconds: SECONDS / ROUNDS });
    const during = await besideFlood({ ...at, fresh, repeated });
    checkKept(collector.database, number + 1, answered);
    return report({ flows: flows.toSorted((a, b) => a.p99 - b.p99), flood, during });
  } finally {
    await collector.stop();
  }
}

/** The same flow while somebody repeats one webhook as fast as it is answered. */
async function besideFlood({ url, connections, fresh, repeated }) {
  const flood = round({ url, next: () => repeated, seconds: SECONDS / 2, connections: 4 });
  const during = await flow({ url, next: fresh, seconds: SECONDS / 2 - 1, rate: RATE, connections });
  await flood;
  return during;
}

/** An answer that is not in the file would make every number above a lie, and a repeat that is there as well. */
function checkKept(database, orders, answered) {
  const db = new Database(database, { readonly: true });
  const kept = db.prepare('SELECT count(*) FROM orders').pluck().get();
  db.close();
  if (kept !== orders || answered === 0) throw new Error(`Of ${orders} orders the store holds ${kept}.`);
}

function report({ flows, flood, during }) {
  const [best] = flows;
  const rows = [
    [`p99 of an answer at ${RATE}/s (even flow)`, `${fixed(best.p99)} ms`, '< 50 ms', best.p99 < 50],
    ['the same while one webhook is repeated without end', `${fixed(during.p99)} ms`, '< 50 ms', during.p99 < 50],
  ];
  printTable(`Webhooks: best of ${ROUNDS} rounds of ${SECONDS} s, orders of ${order(1).length} bytes`, [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  process.stdout.write(
    `\nHere: p50 ${fixed(best.p50)} ms, slowest ${fixed(best.worst)} ms; the rounds' p99: ${flows.map(({ p99 }) => fixed(p99)).join(', ')} ms. ` +
      `Repeats alone: ${whole(flood.perSecond)} answered a second, p99 ${fixed(flood.p99)} ms, each by one read.\n`,
  );
  return rows.every((row) => row[3]);
}

/** An order as WooCommerce posts it, PHP's spelling included. */
function order(number) {
  const at = new Date().toISOString().slice(0, 19);
  const line = (id) => ({
    ...{ id, name: `Product ${id}`, product_id: id, variation_id: 0, quantity: 2, sku: `SKU-${id}`, price: 37.815 },
    ...{ subtotal: '84.03', subtotal_tax: '15.97', total: '75.63', total_tax: '14.37', taxes: [], meta_data: [] },
  });
  const row = {
    ...{ id: number, number: `WS-${number}`, status: 'processing', currency: 'USD', prices_include_tax: true },
    ...{ created_via: 'checkout', date_created_gmt: at, date_modified_gmt: at, date_paid_gmt: at, customer_id: 0 },
    ...{ discount_total: '16.80', discount_tax: '3.20', shipping_total: '4.20', shipping_tax: '0.80' },
    ...{ cart_tax: '28.74', total_tax: '29.54', total: '185.00', customer_note: 'caf\u00e9 / first floor' },
    billing: {
      first_name: 'Ada',
      last_name: 'Example',
      email: `ada${number}@example.test`,
      country: 'DE',
      city: 'Kiel',
    },
    ...{ line_items: [line(91), line(92)], fee_lines: [], refunds: [] },
    coupon_lines: [{ id: 93, code: 'ten', discount: '16.80', discount_tax: '3.20' }],
    meta_data: [{ id: 1, key: '_ct_clicks', value: `irclickid=QiiWXOVnrQ3SQHl24jQjyxBG-${number}` }],
  };
  return JSON.stringify(row).replaceAll('/', '\\/');
}

function delivery(url, body) {
  const signature = createHmac('sha256', SECRET).update(body).digest('base64');
  const head = [
    'POST /v1/hooks/woo?site=shop HTTP/1.1',
    `host: ${new URL(url).host}`,
    'connection: keep-alive',
    'content-type: application/json',
    'user-agent: WooCommerce/11.2.0 Hookshot (WordPress/6.9)',
    'x-wc-webhook-topic: order.updated',
    `x-wc-webhook-signature: ${signature}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

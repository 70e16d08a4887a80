// The one client of every contender: as lean as it can be, since it shares the machine with the server, and each request with ids of its own.
import { randomBytes } from 'node:crypto';
import { openConnection } from './connection.mjs';

/** As many shoppers' browsers at once as keep a server busy without drowning it; browsers do not pipeline. */
export const CONNECTIONS = 128;

const ID_WIDTH = 12;
const ID_MARK = '#'.repeat(ID_WIDTH);
/** Stands where the moment of the request goes. */
const AT_MARK = 1_111_111_111_111;
/** Prime to 10^12: a counter times this repeats after 10^12 steps only, and comes in no order, as random ids would. */
const SCATTER = 387_420_489;
let serial = Date.now() % 1_000_000;

const touch = () => ({
  visitor: `${ID_MARK}${randomBytes(5).toString('hex')}`,
  touches: [
    {
      param: 'irclickid',
      value: `QiiWXOVnrQ3SQHl24jQjyxBG-${ID_MARK}`,
      at: AT_MARK,
      url: 'https://shop.example/summer/sale?irclickid=QiiWXOVnrQ3SQHl24jQjyxBG&utm_source=partner',
      referrer: 'https://partner.example/review',
    },
  ],
  consent: { marketing: 'granted', source: 'shop' },
  brief: true,
});

const conversion = () => ({
  ...touch(),
  orderId: `O-${ID_MARK}-${randomBytes(4).toString('hex')}`,
  total: '112.00',
  currency: 'USD',
  subtotal: '127.00',
  discount: '15.00',
  shipping: '0.00',
  tax: '0.00',
  coupons: ['15BUCKSOFF'],
  customer: { id: `C-${ID_MARK}` },
  items: [
    { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' },
    { sku: '2DEF6789', name: 'Product Name 2', category: 'Software', quantity: 3, price: '33.00' },
  ],
});

export const bodies = { touch, conversion };

/** What a browser sends that has just landed, headers included. */
function template(route, url) {
  const body = JSON.stringify(bodies[route]());
  const head = [
    `POST /t/shop/${route} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    'connection: keep-alive',
    'content-type: text/plain;charset=UTF-8',
    'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
    'accept: */*',
    'origin: https://shop.example',
    'sec-fetch-site: same-site',
    'sec-fetch-mode: cors',
    'referer: https://shop.example/',
    'accept-encoding: gzip, deflate, br',
    'accept-language: en-US,en;q=0.9',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  return { bytes, ids: placesOf(ID_MARK, bytes), times: placesOf(String(AT_MARK), bytes) };
}

function placesOf(mark, bytes) {
  const places = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) places.push(at);
  return places;
}

/** One round at full speed: every connection sends its next request when its last is answered. `next` makes requests that are no browser's. */
export async function round({ url, route, next = requestMaker(route, url), seconds, connections = CONNECTIONS }) {
  const tally = createTally(url);
  const open = await openAll(url, connections);
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(
    open.map(
      (connection) =>
        new Promise((resolve) => {
          const send = () => {
            const sent = performance.now();
            if (sent >= end) return resolve();
            connection.exchange(next(), (status) => {
              tally.count(status, performance.now() - sent);
              if (status === 0) resolve();
              else send();
            });
          };
          send();
        }),
    ),
  );
  for (const connection of open) connection.close();
  return tally.summary((performance.now() - began) / 1000);
}

/**
 * An even flow of `rate` requests a second, over whichever connections are free. A latency counts from the moment when the request
 * was due: one that had to wait for a free connection waited for the server.
 */
export async function flow({ url, route, next = requestMaker(route, url), seconds, rate, connections = CONNECTIONS }) {
  const tally = createTally(url);
  const open = await openAll(url, connections);
  const free = [...open];
  const began = performance.now();
  const total = Math.floor(seconds * rate);
  let started = 0;
  await new Promise((resolve) => {
    const pump = () => {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate));
      while (started < due && free.length > 0) {
        const connection = free.pop();
        const dueAt = began + (started / rate) * 1000;
        started += 1;
        connection.exchange(next(), (status) => {
          tally.count(status, performance.now() - dueAt);
          if (status !== 0) free.push(connection);
          if (tally.answered() >= total || status === 0) resolve(clearInterval(timer));
        });
      }
    };
    const timer = setInterval(pump, 1);
  });
  for (const connection of open) connection.close();
  return tally.summary((performance.now() - began) / 1000);
}

const openAll = (url, count) => Promise.all(Array.from({ length: count }, () => openConnection(url)));

/** Building each request from objects would cost the client more than the servers' work; ids are written into a copy instead. */
function requestMaker(route, url) {
  const { bytes, ids, times } = template(route, url);
  return () => {
    const request = Buffer.from(bytes);
    serial += 1;
    const id = String((serial * SCATTER) % 10 ** ID_WIDTH).padStart(ID_WIDTH, '0');
    const now = String(Date.now());
    for (const at of ids) request.latin1Write(id, at);
    for (const at of times) request.latin1Write(now, at);
    return request;
  };
}

/** Latencies of what was acknowledged; one refusal makes the round void. */
function createTally(url) {
  const latencies = [];
  const refused = [];
  return {
    count(status, took) {
      if (status >= 200 && status < 300) latencies.push(took);
      else refused.push(status);
    },
    answered: () => latencies.length + refused.length,
    summary(seconds) {
      if (refused.length > 0)
        throw new Error(`${refused.length} requests to ${url} failed, the first with status ${refused[0]}`);
      latencies.sort((a, b) => a - b);
      const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
      const answered = latencies.length;
      return { perSecond: answered / seconds, answered, p50: at(0.5), p99: at(0.99), worst: at(1) };
    },
  };
}

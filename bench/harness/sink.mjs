// The vendor of a benchmark, and what leads to it. It shares the machine's cores with what is measured, so it does no more than answer and remember when.
import { createServer } from 'node:http';
import { runToEnd } from './child.mjs';
import { bin } from './collector.mjs';

/** Answers at once; `heard` says when it heard of which order. */
export async function startSink() {
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

/** A site whose one connection tells the sink. */
export const siteOf = (sinkUrl, limits) => `
sites:
  - id: shop
    domains: [shop.example]
    currency: USD
    consent: granted
    connections:
      - id: sink
        type: postback
        limits: ${limits}
        settings: { url: "${sinkUrl}/p?click={click_id}&order={order_id}", clickParam: [ref] }
`;

/** While a backlog is made, the connection may send one request an hour. */
export const HALTED = '{ perHour: 1 }';
export const OPEN = '{ concurrency: 64 }';

export const orderOf = (orderId) => ({
  orderId,
  total: '112.00',
  currency: 'USD',
  clicks: { ref: `click-${orderId}` },
});

/** Orders of a shop's server, as many as one request may hold. */
export async function postOrders({ url, key }, orders) {
  const response = await fetch(`${url}/v1/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(orders),
  });
  if (!response.ok) throw new Error(`/v1/orders answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

export const keyOf = async ({ env }) => (await runToEnd([bin, 'key', 'create', 'shop'], env)).trim();

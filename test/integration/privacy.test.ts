import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storedBytes } from '../harness/collector.ts';
import { CLICK, openImpactWorld, seedOrder, TOKEN, type ImpactWorld } from '../harness/impact-world.ts';
import { until } from '../harness/until.ts';

/** A vendor that needs the plain e-mail, one that hashes it, one that puts a secret into its address. */
const MORE = `
      - id: cartstack
        type: cartstack
        settings: { key: "invented/cart+key=1", siteId: "abc==", baseUrl: "SANDBOX/cartstack" }
      - id: vt
        type: vtmarketing
        settings: { apiKey: "invented-vt-key-1", baseUrl: "SANDBOX/vtmarketing" }
`;
const EMAIL = 'jane.hidden+shop@example.com';
const PERSONAL = [EMAIL, EMAIL.toUpperCase(), 'jane.hidden%2Bshop', '+15550199', 'Hiddenname', '203.0.113.77'];
const SECRETS = [TOKEN, 'invented/cart+key=1', encodeURIComponent('invented/cart+key=1'), 'invented-vt-key-1'];
const ENCODED = Buffer.from(`IRexample1:${TOKEN}`).toString('base64');

let world: ImpactWorld;
let key: string;
let secret: string;
beforeAll(async () => {
  world = await openImpactWorld({ tail: MORE, env: { CLICKTHREAD_LOG: 'trace', CLICKTHREAD_TRUST_PROXY: 'loopback' } });
  key = await world.collector.key();
  secret = await world.collector.key('--webhook');
});
afterAll(() => world?.close());

describe('after orders with a customer, with failures, refusals and a mistake of the shop', () => {
  beforeAll(async () => {
    const { collector, impact, sandbox } = world;
    const customer = { id: 'C1', email: EMAIL, phone: '+15550199', lastName: 'Hiddenname' };
    const refuse = { answers: [{ kind: 'validation', method: 'POST' }] };
    await impact.script(refuse.answers);
    await fetch(`${sandbox.url}/sandbox/api/vtmarketing/script`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({
        answers: [{ kind: 'status', status: 400, body: `{"errors":[{"message":"${EMAIL} is unknown"}]}` }],
      }),
    });
    const from = { 'x-forwarded-for': '203.0.113.77', 'user-agent': 'Mozilla/5.0 Hiddenagent' };
    await collector.browser('conversion', seedOrder('P1', { customer }), from);
    await collector.browser('conversion', seedOrder('P2', { customer }), from);
    await collector.browser('conversion', seedOrder('P3', { customer, total: 'a lot' }), from);
    await collector.api('POST', '/v1/orders', seedOrder('P4', { customer, total: null }), {
      authorization: `Bearer ${key}`,
    });
    const landing = `https://shop.example/?irclickid=${CLICK}&email=${encodeURIComponent(EMAIL)}&key=wc_order_hidden`;
    const touches = [{ param: 'irclickid', value: CLICK, at: Date.now(), url: landing }];
    await collector.browser('touch', { visitor: 'visitor-0009', touches });
    await until(
      async () => {
        const views = await Promise.all(
          ['P1', 'P2'].map((orderId) => collector.api('GET', `/v1/orders/${orderId}`, undefined, world.bearer)),
        );
        const tried = views.flatMap(({ body }) =>
          (body['deliveries'] as { attempts: object[] }[]).map(({ attempts }) => attempts.length),
        );
        return tried.length === 6 && tried.every((attempts) => attempts > 0);
      },
      { what: 'every report to be told' },
    );
  });

  test('the vendors were told of the customer as each needs it', async () => {
    const state = async (vendor: string) => {
      const answer = await fetch(`${world.sandbox.url}/sandbox/api/${vendor}`);
      return JSON.stringify(((await answer.json()) as { received: unknown }).received);
    };
    expect(await state('cartstack')).toContain('jane.hidden%2Bshop%40example.com');
    expect(await state('vtmarketing')).toContain(EMAIL);
    expect(await state('impact')).not.toContain('jane.hidden');
  });

  test('neither a secret nor a personal field stands in the log', () => {
    const log = world.collector.log();
    for (const hidden of [...SECRETS, ...PERSONAL, ENCODED, key, secret]) expect(log).not.toContain(hidden);
  });

  test('nor in what explain, deliveries, the API and quarantine list show', async () => {
    const { collector } = world;
    const shown = await Promise.all([
      collector.run('explain', 'P1'),
      collector.run('explain', 'P2', '--json'),
      collector.run('deliveries', '--json'),
      collector.run('quarantine', 'list', '--json'),
      collector.run('key', 'list', '--json'),
    ]);
    const api = await collector.api('GET', '/v1/orders/P1', undefined, world.bearer);
    const text = shown.map(({ out, err }) => out + err).join('\n') + api.text;
    expect(text).toContain('[personal]');
    for (const hidden of [...SECRETS, ...PERSONAL, ENCODED, key, secret]) expect(text).not.toContain(hidden);
  });

  test('nor in any byte of the database and its log', () => {
    const bytes = storedBytes(world.collector);
    expect(bytes).toContain('P1');
    for (const hidden of [...SECRETS, ...PERSONAL, ENCODED, key, secret, 'wc_order_hidden', 'Hiddenagent'])
      expect(bytes).not.toContain(hidden);
  });
});

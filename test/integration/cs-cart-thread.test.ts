import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY, openCsCartWorld, type CsCartWorld } from '../harness/cs-cart-world.ts';
import { until } from '../harness/until.ts';

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';

const connections = (sandboxUrl: string): string => `
    connections:
      - id: impact
        type: impact
        settings: { accountSid: IRexample1, authToken: invented-token, campaignId: "1000", actionTrackerId: "9876", baseUrl: "${sandboxUrl}/impact" }
      - id: cscart
        type: cs-cart
        settings: { listName: CS-Cart customers, url: "${sandboxUrl}/cs-cart", apiKey: "${KEY}", adminEmail: ops@shop.example, currency: EUR, agreedField: newsletter, perSecond: 50 }
      - id: apifon
        type: apifon
        settings: { clientId: sandbox-client, clientSecret: sandbox-client-secret, from: cscart, perSecond: 100, baseUrl: "${sandboxUrl}/apifon" }
`;

let world: CsCartWorld;
beforeAll(async () => {
  world = await openCsCartWorld({ connections, site: '    release: shop' });
  await world.impact.settings({ verdictDelayMs: 50, accountSid: 'IRexample1', authToken: 'invented-token' });
});
afterAll(() => world?.close());

interface Synced {
  outcome: { result: string; progress: { told: number } };
  lists: { connection: string; result: string; counts: Record<string, number>; problems: string[] }[];
}

async function sync(): Promise<Synced> {
  const { code, err, json } = await world.run('sync', 'cscart', '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return json as Synced;
}

/** Reports about an order that impact.com received; questions for verdicts left out. */
async function received(orderId: string): Promise<string[]> {
  const calls = (await world.impact.state()).received.filter(({ method }) => method !== 'GET');
  return calls.flatMap(({ method, body }) => {
    const form = new URLSearchParams(body);
    return form.get('OrderId') === orderId ? [[method, form.get('Amount')].filter(Boolean).join(' ')] : [];
  });
}

const settled = (orderId: string, kind: string, state: string) =>
  until(async () => (await world.order(orderId)).deliveries.some((one) => one.kind === kind && one.state === state), {
    what: `the ${kind} of ${orderId} to be ${state}`,
  });

/** Subscribed e-mail addresses at Apifon. */
const subscribed = (): unknown[] =>
  [...world.apifon.lists.subscribers.values()].filter((one) => one.subscribed).map(({ fields }) => fields['email']);

test('Apifon’s credentials are tested before anything is carried to it', async () => {
  await world.control('apifon').settings({ clientSecret: 'another-secret' });
  const failed = await world.run('connection', 'test', 'apifon');
  expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('1 of 1 connection failed') as string });
  expect(failed.out).toContain('check client id and client secret in Settings → API');
  await world.control('apifon').settings({ clientSecret: 'sandbox-client-secret' });
  const passed = await world.run('connection', 'test');
  expect(passed.err).toBe('');
  expect(passed.out).toContain('ok    Apifon answers');
});

test('Apifon gets the list with those who agreed, and leaves alone whom it has blocked', async () => {
  const people = [
    ['yes@mail.example', 'Y'],
    ['no@mail.example', 'N'],
    ['blocked@mail.example', 'Y'],
  ] as const;
  for (const [email, newsletter] of people)
    await world.merchant('POST', 'users', { email, phone: '', extra: { newsletter } });
  world.apifon.lists.blocked.set('blocked@mail.example', 'HARD_BOUNCE');
  const { outcome, lists } = await sync();
  expect(outcome).toMatchObject({ result: 'enabled', progress: { told: 0 } });
  expect(lists).toMatchObject([
    { connection: 'apifon', result: 'done', counts: { created: 1, blocked: 1, rejected: 0 } },
  ]);
  expect(JSON.stringify(lists)).not.toContain('@');
  expect([...world.apifon.lists.lists.values()].map(({ fields }) => fields['title'])).toEqual(['CS-Cart customers']);
  expect(subscribed()).toEqual(['yes@mail.example']);
});

test('an order that a partner sent: released by CS-Cart, corrected, cancelled; impact.com hears of each once', async () => {
  const { id } = await world.merchant('POST', 'orders', { status: 'O', total: '112.00', email: 'jane@example.com' });
  const orderId = String(id);
  const sale = { orderId, total: '112.00', currency: 'EUR', visitor: 'visitor-0001', clicks: { irclickid: CLICK } };
  expect(await world.collector.browser('conversion', sale)).toMatchObject({ status: 200 });
  await settled(orderId, 'conversion', 'waiting');
  expect(await received(orderId)).toEqual([]);

  await world.merchant('PATCH', `orders/${orderId}`, { status: 'P' });
  await sync();
  await settled(orderId, 'conversion', 'confirmed');
  await world.merchant('PATCH', `orders/${orderId}`, { total: '90.00' });
  await sync();
  await settled(orderId, 'modification', 'confirmed');
  await world.merchant('PATCH', `orders/${orderId}`, { status: 'I' });
  await sync();
  await settled(orderId, 'reversal', 'confirmed');
  const all = await received(orderId);
  expect(all.map((call) => call.split(' ')[0])).toEqual(['POST', 'PUT', 'DELETE']);

  // Resynchronized twice more, history changed meanwhile: nothing new is said.
  await world.merchant('PATCH', 'orders/1', { status: 'I', total: '1.00' });
  for (let again = 0; again < 2; again++) expect((await sync()).outcome.progress.told).toBe(0);
  const later = { ...sale, orderId: 'later' };
  await world.collector.browser('conversion', later);
  await settled('later', 'conversion', 'waiting');
  expect(await received(orderId)).toEqual(all);
  const posts = (await world.impact.state()).received.filter(({ method }) => method !== 'GET');
  expect(posts).toHaveLength(3);
});

test('who takes the agreement back is unsubscribed there, and who is erased here is deleted there', async () => {
  const users = await world.merchant('POST', 'users', {
    email: 'gone@mail.example',
    phone: '',
    extra: { newsletter: 'Y' },
  });
  await sync();
  expect(subscribed().sort()).toEqual(['gone@mail.example', 'yes@mail.example']);
  const first = Number(users['id']) - 3;
  await world.merchant('PATCH', `users/${first}`, { extra: { newsletter: 'N' } });
  await world.run('erase', '--email', 'gone@mail.example');
  const { lists } = await sync();
  expect(lists).toMatchObject([{ counts: { unsubscribed: 1, removed: 1, created: 0 } }]);
  expect(subscribed()).toEqual([]);
  expect([...world.apifon.lists.subscribers.values()].map(({ fields }) => fields['email'])).toEqual([
    'yes@mail.example',
  ]);
});

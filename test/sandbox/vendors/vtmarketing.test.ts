/** VTmarketing in the sandbox: raw key, JSON types, users first, one order per user and order id. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/server.ts';
import { vtmarketing } from '../../../sandbox/vendors/vtmarketing/index.ts';
import { controlOf } from '../control.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: [vtmarketing], clock: () => Date.parse('2026-11-20T12:00:00Z') });
});
const control = controlOf(() => sandbox, 'vtmarketing');
beforeEach(async () => {
  await control.reset();
  await control.settings({ users: ['jane@example.com'] });
});
afterAll(() => sandbox.stop());

const GENERIC = { orderId: 'A1', total: 435.5, status: 'paid', coupons: ['c1'], currency: 'RON', total_shipping: 12 };
const ITEMS = [{ id: '12345', quantity: 1 }];

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${sandbox.url}/vtmarketing${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: 'invented-key', 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}
const order = (generic: object = {}, email = 'jane@example.com', items: unknown = ITEMS) => ({
  user: { email },
  event: { confirmation: { generic: { ...GENERIC, ...generic }, items } },
});
const send = (body: unknown, headers?: Record<string, string>) => call('POST', '/v1/event/', body, headers);
const failed = (status: number, description: unknown) =>
  expect.objectContaining({ status, body: { errors: [{ message: expect.any(String), description }] } });

describe('an order', () => {
  it('is created and recorded, a repetition counted', async () => {
    const answer = await send(order());
    expect([answer.status, answer.body]).toEqual([
      200,
      { results: { message: 'Event created', email: 'Event was created for the specified user' } },
    ]);
    await send(order());
    const { recorded, counts } = await control.state();
    expect(recorded).toEqual([
      {
        ...{
          at: '2026-11-20T12:00:00.000Z',
          email: 'jane@example.com',
          orderId: 'A1',
          total: 435.5,
          currency: 'RON',
          status: 'paid',
        },
        ...{ coupons: ['c1'], items: ITEMS, notes: [], event: order().event, duplicates: 1 },
      },
    ]);
    expect(counts).toEqual({ requests: 2, orders: 1, events: 2, duplicates: 1, refused: 0, users: 0, subscribed: 0 });
  });

  it('without an id gives no error, is noted, and never a duplicate', async () => {
    await send(order({ orderId: undefined }));
    await send(order({ orderId: undefined }));
    expect((await control.state()).recorded).toMatchObject([
      { notes: ['no orderId: the order cannot be told from another'] },
      { orderId: '' },
    ]);
  });

  it('of nothing is an order', async () => {
    expect((await send(order({ total: 0, total_shipping: 0 }, 'jane@example.com', []))).status).toBe(200);
  });

  it('notes unknown fields and a total without the shipping', async () => {
    await send(order({ orderid: 'A1', total: 1 }));
    expect((await control.state()).recorded).toMatchObject([
      { notes: ['ignored, not documented: orderid', 'total does not include the shipping'] },
    ]);
  });

  it.each([
    ['with a total in a string', order({ total: '435.50' }), 'generic.total has the wrong type'],
    ['without a total', order({ total: undefined }), 'generic.total is required'],
    ['with a numeric order id', order({ orderId: 1 }), 'generic.orderId has the wrong type'],
    ['with coupons in a string', order({ coupons: 'c1' }), 'generic.coupons has the wrong type'],
    ['with an unknown currency', order({ currency: 'lei' }), 'generic.currency has the wrong type'],
    [
      'with a quantity in a string',
      order({}, undefined, [{ id: '1', quantity: '1' }]),
      'items[0].quantity has the wrong type',
    ],
    ['with an item without an id', order({}, undefined, [{ quantity: 1 }]), 'items[0].id is required'],
    ['with items that are no list', order({}, undefined, {}), 'items must be a list'],
    [
      'of two kinds',
      { user: { email: 'jane@example.com' }, event: { confirmation: {}, update: {} } },
      expect.stringContaining('single key'),
    ],
    ['without an event', { user: { email: 'jane@example.com' } }, 'Please send event information along with user'],
    ['without a user', { event: order().event }, 'Please send the user with an email'],
    ['that is not JSON', '{"user":', 'Send a JSON object as application/json'],
  ])('%s is refused', async (_, body, description) => {
    expect(await send(body)).toEqual(failed(400, description));
    expect((await control.state()).recorded).toEqual([]);
  });

  it('as a form is refused', async () => {
    expect((await send('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(400);
  });

  it('of an unknown user is refused until the user is made', async () => {
    const john = order({}, 'john@example.com');
    expect(await send(john)).toEqual(failed(404, 'This email does not exist in our database.'));
    expect((await call('PUT', '/v1/user/john%40example.com', {})).status).toBe(404);
    expect(await call('PUT', '/v1/user/john%40example.com?upsert=true', { city: 'Cluj' })).toMatchObject({
      status: 200,
      body: {
        results: [{ message: 'User created', email: 'john@example.com' }],
        object: { _id: expect.stringMatching(/^[0-9a-f]{24}$/) },
      },
    });
    expect((await send(john)).status).toBe(200);
  });
});

it('nobody is subscribed but by isSubscribed itself', async () => {
  await call('PUT', '/v1/user/jane%40example.com?upsert=true', { isSubscribed: 'yes' });
  await send(order());
  expect((await call('GET', '/v1/user/jane%40example.com')).body).toMatchObject({ results: [{ isSubscribed: false }] });
  expect((await control.state()).counts).toMatchObject({ users: 1, subscribed: 0 });
  await call('PUT', '/v1/user/jane%40example.com', { isSubscribed: true });
  expect((await control.state()).counts).toMatchObject({ subscribed: 1 });
});

it('users can be created by POST, and bad addresses are refused', async () => {
  expect((await call('POST', '/v1/user/', { email: 'ann@example.com' })).status).toBe(200);
  expect((await call('GET', '/v1/user/ann%40example.com')).status).toBe(200);
  expect((await call('GET', '/v1/user/nobody%40example.com')).status).toBe(404);
  expect((await call('PUT', '/v1/user/ann?upsert=true', {})).status).toBe(400);
  expect((await call('PUT', '/v1/user/%zz?upsert=true', {})).status).toBe(400);
});

it.each([
  ['no key', '', 'Send the API key in the Authorization header'],
  ['a bearer key', 'Bearer invented-key', 'Send the API key as it is, without a scheme'],
  ['a wrong key', 'other', 'The API key is not valid'],
])('refuses %s', async (_, authorization, description) => {
  await control.settings({ apiKey: 'invented-key' });
  expect(await send(order(), { authorization })).toEqual(failed(401, description));
  expect((await control.state()).received[0]?.headers['authorization'] ?? '').not.toContain('invented');
});

it('redirects from the wrong form of the address, whichever is set', async () => {
  const wrong = await call('POST', '/v1/event', order());
  expect([wrong.status, wrong.headers.get('location')]).toEqual([301, `${sandbox.url}/vtmarketing/v1/event/`]);
  await control.settings({ slash: 'without' });
  expect((await send(order())).status).toBe(301);
  expect((await call('POST', '/v1/event', order())).status).toBe(200);
  await control.settings({ slash: 'either' });
  expect((await send(order())).status).toBe(200);
  expect((await call('POST', '/v1/Event/', order())).status).toBe(404);
});

it('can be scripted to refuse as the real one words it', async () => {
  await control.script([{ kind: 'validation' }, { kind: 'unauthorized' }, { kind: 'forbidden' }]);
  expect(await send(order())).toEqual(failed(400, 'Please send event information along with user'));
  expect((await send(order())).status).toBe(401);
  expect((await send(order())).status).toBe(403);
});

/** CartStack in the sandbox: always 200, the exact codes and texts, carts that a purchase closes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cartstack } from '../../../sandbox/vendors/cartstack.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/server.ts';
import { controlOf } from '../control.ts';

let sandbox: Sandbox;
let now = Date.parse('2026-11-20T12:00:00Z');
beforeAll(async () => {
  sandbox = await startSandbox({ vendors: [cartstack], clock: () => now });
});
const control = controlOf(() => sandbox, 'cartstack');
beforeEach(async () => {
  await control.reset();
});
afterAll(() => sandbox.stop());

const GOOD = { key: 'invented', siteid: 'kXYZabcd==', email: 'jane+shop@example.com', total: '112.00' };

async function confirm(changes: Record<string, string> = {}): Promise<unknown> {
  const query = new URLSearchParams({ ...GOOD, ...changes }).toString();
  const response = await fetch(`${sandbox.url}/cartstack/ss/v1/?${query}`);
  expect(response.status).toBe(200);
  return response.json();
}

describe('a purchase', () => {
  it('is confirmed with 100, recorded once, and closes the cart', async () => {
    expect(await confirm()).toEqual({ resp: 100 });
    expect(await confirm()).toEqual({
      resp: 102,
      err_txt: 'No cart exists for this email address. Please create a cart first before marking a purchase.',
    });
    const { recorded, counts, received } = await control.state();
    expect(recorded).toEqual([
      {
        at: '2026-11-20T12:00:00.000Z',
        email: 'jane+shop@example.com',
        total: '112.00',
        siteid: 'kXYZabcd==',
        notes: [],
      },
    ]);
    expect(counts).toEqual({ requests: 2, purchases: 1, refused: 1 });
    expect(received[0]).toMatchObject({
      path: '/ss/v1/?key=***&siteid=kXYZabcd%3D%3D&email=jane%2Bshop%40example.com&total=112.00',
      fields: { key: '***' },
    });
  });

  it('needs no total', async () => {
    expect(await confirm({ total: '' })).toEqual({ resp: 100 });
  });

  it('can be made again once the cart is open again', async () => {
    await control.settings({ reopenAfterMs: 1_000 });
    await confirm();
    now += 1_000;
    expect(await confirm()).toEqual({ resp: 100 });
  });

  it.each([
    ['without a key', { key: '' }, 101, 'missing required field (api key, site id, or email)'],
    ['without a site id', { siteid: '' }, 101, 'missing required field (api key, site id, or email)'],
    ['without an e-mail', { email: '' }, 101, 'missing required field (api key, site id, or email)'],
    ['with a broken e-mail', { email: 'jane' }, 101, 'Invalid Email Address'],
    ['with a foreign site id', { siteid: 'other' }, 102, 'Not a valid site id.'],
    ['with a wrong key', { key: 'other' }, 103, 'API Key does not match'],
    ['with a total that is no number', { total: '112,00' }, 102, 'general error'],
  ])('%s is answered by its code', async (_, changes, resp, text) => {
    await control.settings({ key: GOOD.key, siteId: GOOD.siteid });
    expect(await confirm(changes)).toEqual({ resp, err_txt: text });
    expect((await control.state()).recorded).toEqual([]);
  });
});

it('an e-mail whose plus was not encoded is invalid, a site id whose == was not is noted', async () => {
  const raw = async (query: string) => (await fetch(`${sandbox.url}/cartstack/ss/v1/?${query}`)).json();
  expect(await raw('key=k&siteid=s&email=jane+shop@example.com')).toMatchObject({ resp: 101 });
  expect(await raw('key=k&siteid=s==&email=jane@example.com&orderid=1')).toEqual({ resp: 100 });
  expect((await control.state()).recorded).toMatchObject([
    { notes: ['siteid was not percent-encoded', 'orderid is not a parameter of this call'] },
  ]);
});

it('only listed e-mails have carts where that is set, and only test addresses are tracked in test mode', async () => {
  const missing = { resp: 102, err_txt: `Cart not found for email address [${GOOD.email}]` };
  await control.settings({ carts: 'listed' });
  expect(await confirm()).toEqual(missing);
  await control.settings({ cartEmails: [GOOD.email], testMode: true });
  expect(await confirm()).toEqual(missing);
  await control.settings({ testEmails: ['JANE+shop@example.com'] });
  expect(await confirm()).toEqual({ resp: 100 });
});

it('can answer as text, under another spelling, and with any code', async () => {
  await control.settings({ respAs: 'string', textKey: 'Err_Txt' });
  await control.script([
    { kind: 'code', resp: 102, text: 'Purchase Insert Failed' },
    { kind: 'unauthorized' },
    { kind: 'validation' },
  ]);
  expect(await confirm()).toEqual({ resp: '102', Err_Txt: 'Purchase Insert Failed' });
  expect(await confirm()).toEqual({ resp: '103', Err_Txt: 'API Key does not match' });
  expect(await confirm()).toEqual({ resp: '101', Err_Txt: 'Invalid Email Address' });
  expect(await confirm()).toEqual({ resp: '100' });
});

it('knows one address and one method', async () => {
  expect((await fetch(`${sandbox.url}/cartstack/ss/v2/`)).status).toBe(404);
  expect((await fetch(`${sandbox.url}/cartstack/ss/v1/`, { method: 'POST' })).status).toBe(405);
});

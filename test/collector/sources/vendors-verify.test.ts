/** The vendors' own packages as judges: what they sign is let in here, what they refuse is refused, and they let in what the sandbox signs. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { SignedWebhook } from '../../../collector/kit/source.ts';
import { signMessage, verifyMessage } from '../../../collector/lib/standard-webhook.ts';
import bigcommerce from '../../../collector/sources/bigcommerce/index.ts';
import stripe from '../../../collector/sources/stripe/index.ts';
import { startSandbox } from '../../../sandbox/server.ts';
import { controlOf } from '../../sandbox/control.ts';

const TIME = 1_764_000_000;
const BODY = String.raw`{"id":1042,"total":"107.10","note":"caf\u00e9 \/ x ✓"}`;

// The packages ask the machine's clock.
const machineClock = vi.spyOn(Date, 'now');
beforeEach(() => void machineClock.mockReturnValue(TIME * 1000));
afterAll(() => void machineClock.mockRestore());

/** Whether it is let in: the packages throw at what is not. */
function lets(verify: () => unknown): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}

/** An address that keeps what is posted to it, as it came. */
async function openLetterBox() {
  const letters: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => void parts.push(part));
    request.on('end', () => {
      letters.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return { letters, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/hooks/source?site=shop` };
}

async function openSandbox() {
  const sandbox = await startSandbox({ clock: () => TIME * 1000 });
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

const send = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('Stripe’s own package', () => {
  const [SECRET, FORMER] = ['whsec_EXAMPLE', 'whsec_FORMER'];
  const sign = (secret: string, { body = BODY, time = TIME } = {}): string =>
    Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: time });
  const [, signature] = sign(SECRET).split(',v1=') as [string, string];
  const [, former] = sign(FORMER).split(',v1=') as [string, string];

  test.each<[what: string, letsIn: boolean, header: string, more?: { body?: string; now?: number; secret?: string }]>([
    ['signed by the secret', true, sign(SECRET)],
    ['signed by both while the secret is rolled, the present one last', true, `t=${TIME},v1=${former},v1=${signature}`],
    [
      'signed by both while the secret is rolled, the present one first',
      true,
      `t=${TIME},v1=${signature},v1=${former}`,
    ],
    ['signed beside an older scheme', true, `${sign(SECRET)},v0=${'0'.repeat(64)}`],
    ['with the time behind the signature', true, `v1=${signature},t=${TIME}`],
    ['five minutes old', true, sign(SECRET), { now: TIME + 300 }],
    ['ahead of our clock', true, sign(SECRET), { now: TIME - 3600 }],
    ['in the last moment of that second', true, sign(SECRET), { now: TIME + 300.999 }],
    ['five minutes and a second old', false, sign(SECRET), { now: TIME + 301 }],
    ['a day old', false, sign(SECRET), { now: TIME + 86_400 }],
    ['signed by the former secret alone', false, sign(FORMER)],
    ['signed by the secret without its prefix', false, sign('EXAMPLE')],
    ['checked with another endpoint’s secret', false, sign(SECRET), { secret: 'whsec_OTHER' }],
    ['with an older scheme alone', false, `t=${TIME},v0=${signature}`],
    ['without a time', false, `v1=${signature}`],
    ['with a time that is none', false, `t=soon,v1=${signature}`],
    ['with a time made younger', false, `t=${TIME + 400},v1=${signature}`, { now: TIME + 500 }],
    ['with a signature cut short', false, `t=${TIME},v1=${signature.slice(0, -1)}`],
    ['with an empty signature', false, `t=${TIME},v1=`],
    ['without any header', false, ''],
    ['written again by a proxy', false, sign(SECRET), { body: JSON.stringify(JSON.parse(BODY)) }],
    ['with a newline behind it', false, sign(SECRET), { body: `${BODY}\n` }],
    ['with another amount', false, sign(SECRET), { body: BODY.replace('107.10', '1.10') }],
    ['without its body', false, sign(SECRET), { body: '' }],
  ])('and ours agree on a body %s', (_, letsIn, header, { body = BODY, now = TIME, secret = SECRET } = {}) => {
    const theirs = lets(() =>
      Stripe.webhooks.constructEvent(Buffer.from(body), header, secret, undefined, undefined, now * 1000),
    );
    const problem = (stripe.webhook as SignedWebhook).verify(
      { headers: header === '' ? {} : { 'stripe-signature': header }, body: Buffer.from(body), now: now * 1000 },
      { webhookSecret: secret },
    );
    expect({ theirs, ours: problem === undefined }).toEqual({ theirs: letsIn, ours: letsIn });
  });

  test('lets in what the sandbox posts, and no other body under its signature', async () => {
    const box = await openLetterBox();
    const sandbox = await openSandbox();
    await controlOf(() => sandbox, 'stripe').settings({ webhookSecret: SECRET });
    await send(`${sandbox.url}/stripe/merchant/endpoint`, { url: box.url });
    await send(`${sandbox.url}/stripe/merchant/checkouts`, { metadata: { order_id: 'SÖ-1042' } });
    const { headers, body } = box.letters[0]!;
    const event = Stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), SECRET);
    expect(event).toMatchObject({
      type: 'checkout.session.completed',
      data: { object: { metadata: { order_id: 'SÖ-1042' } } },
    });
    const other = Buffer.concat([body, Buffer.from(' ')]);
    expect(lets(() => Stripe.webhooks.constructEvent(other, String(headers['stripe-signature']), SECRET))).toBe(false);
  });
});

describe('the package of Standard Webhooks', () => {
  /** BigCommerce signs with the text itself, which the package takes in base64 or by name. */
  const TEXT = 'test-secret-not-real';
  const BASE64 = Buffer.from(TEXT).toString('base64');
  const judge = new Webhook(`whsec_${BASE64}`);
  const sign = (webhook: Webhook, { id = 'msg_1', time = TIME, body = BODY } = {}): string =>
    webhook.sign(id, new Date(time * 1000), body);
  const [present, former] = [sign(judge), sign(new Webhook('another secret', { format: 'raw' }))];

  test('reads the secret as a text, in base64 and behind its prefix alike', () => {
    for (const webhook of [new Webhook(TEXT, { format: 'raw' }), new Webhook(BASE64)])
      expect(sign(webhook)).toBe(present);
  });

  interface Change {
    id?: string;
    timestamp?: string;
    body?: string;
    now?: number;
  }
  const later = (seconds: number): Change => ({ now: TIME + seconds });

  test.each<[what: string, letsIn: boolean, signature: string, change?: Change]>([
    ['signed by the secret', true, present],
    ['signed by both while the secret changes', true, `${former} ${present}`],
    ['signed beside another version', true, `v1a,${present.slice(3)} ${present}`],
    ['five minutes old', true, present, later(300)],
    ['in the last moment of that second', true, present, later(300.999)],
    ['five minutes ahead of our clock', true, present, later(-300)],
    ['more than five minutes old', false, present, later(301)],
    ['more than five minutes ahead of our clock', false, present, later(-301)],
    ['signed by the former secret alone', false, former],
    ['signed in another version alone', false, present.replace('v1,', 'v1a,')],
    ['without a version', false, present.slice(3)],
    ['without a signature', false, ''],
    ['under another id', false, present, { id: 'msg_2' }],
    ['without an id', false, present, { id: '' }],
    ['with a time made younger', false, present, { timestamp: String(TIME + 1) }],
    ['with a time that is none', false, present, { timestamp: 'soon' }],
    ['without a time', false, present, { timestamp: '' }],
    ['written again by a proxy', false, present, { body: JSON.stringify(JSON.parse(BODY)) }],
    ['with a newline behind it', false, present, { body: `${BODY}\n` }],
    ['with another amount', false, present, { body: BODY.replace('107.10', '1.10') }],
  ])('and ours, BigCommerce’s and the server API’s, agree on a body %s', (_, letsIn, signature, change = {}) => {
    const { id = 'msg_1', timestamp = String(TIME), body = BODY, now = TIME } = change;
    machineClock.mockReturnValue(now * 1000);
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    const sender = { storeHash: 'examplehash', accessToken: 'a token', clientSecret: TEXT };
    const delivery = { headers, body: Buffer.from(body), now: now * 1000 };
    const message = { id, timestamp, signature, body };
    expect({
      theirs: lets(() => judge.verify(Buffer.from(body), headers)),
      bigCommerce: (bigcommerce.webhook as SignedWebhook).verify(delivery, sender) === undefined,
      text: verifyMessage(message, TEXT, now * 1000).ok,
      prefixed: verifyMessage(message, `whsec_${BASE64}`, now * 1000).ok,
    }).toEqual({ theirs: letsIn, bigCommerce: letsIn, text: letsIn, prefixed: letsIn });
  });

  test('lets in what an alert signs', () => {
    const signature = signMessage({ id: 'msg_1', timestamp: String(TIME), body: BODY }, `whsec_${BASE64}`);
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(TIME), 'webhook-signature': signature };
    expect(judge.verify(BODY, headers)).toEqual(JSON.parse(BODY));
  });

  test('lets in what the sandbox’s BigCommerce posts, and no other body under its signature', async () => {
    const box = await openLetterBox();
    const sandbox = await openSandbox();
    await controlOf(() => sandbox, 'bigcommerce').settings({ clientSecret: TEXT });
    const store = `${sandbox.url}/bigcommerce`;
    const hook = { scope: 'store/order/created', destination: box.url, is_active: true };
    await send(`${store}/stores/examplehash/v3/hooks`, hook, { 'x-auth-token': 'sandbox-token' });
    await send(`${store}/merchant/orders`, {});
    const { headers, body } = box.letters[0]!;
    const given = headers as Record<string, string>;
    expect(judge.verify(body, given)).toMatchObject({ scope: 'store/order/created', data: { id: 1042 } });
    expect(lets(() => judge.verify(Buffer.concat([body, Buffer.from(' ')]), given))).toBe(false);
  });
});

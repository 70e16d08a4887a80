/** What strangers, proxies and wrong settings make of a shop's signed body: each shop lets in the very bytes that were signed, and says in words why it lets in no others. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HookDelivery, SignedWebhook } from '../../../collector/kit/source.ts';
import { signBytes } from '../../../collector/lib/hash.ts';
import { signMessage } from '../../../collector/lib/standard-webhook.ts';
import { sources } from '../../../collector/sources/index.ts';

const TIME = 1_764_000_000;
const SECRET = 'a-secret-of-this-test';
const OTHER = 'another-secret';
/** Escapes as PHP writes them, an umlaut as it is: whoever parses and writes it again makes other bytes. */
const BODY = Buffer.from(String.raw`{"id": 1042, "total":"107.10", "note":"caf\u00e9 \/ Größe"}`);

type Headers = Record<string, string>;

/** How each shop signs, and the settings that hold the secret. */
const SHOPS: Record<
  string,
  { sign: (body: Buffer, secret: string, time: number) => Headers; settings: (secret: string) => object }
> = {
  woocommerce: {
    sign: (body, secret) => ({ 'x-wc-webhook-signature': signBytes(secret, body, 'base64') }),
    settings: (webhookSecret) => ({ webhookSecret }),
  },
  shopify: {
    sign: (body, secret) => ({ 'x-shopify-hmac-sha256': signBytes(secret, body, 'base64') }),
    settings: (webhookSecret) => ({ webhookSecret, shop: 'example.myshopify.com' }),
  },
  stripe: {
    sign: (body, secret, time) => ({
      'stripe-signature': `t=${time},v1=${signBytes(secret, Buffer.concat([Buffer.from(`${time}.`), body]), 'hex')}`,
    }),
    settings: (webhookSecret) => ({ webhookSecret }),
  },
  bigcommerce: {
    sign: (body, secret, time) => {
      const message = { id: 'msg_1', timestamp: String(time), body: body.toString('utf8') };
      const signature = signMessage(message, secret);
      return { 'webhook-id': message.id, 'webhook-timestamp': message.timestamp, 'webhook-signature': signature };
    },
    settings: (clientSecret) => ({ clientSecret, storeHash: 'examplehash', accessToken: 'a token' }),
  },
  paddle: {
    sign: (body, secret, time) => ({
      'paddle-signature': `ts=${time};h1=${signBytes(secret, Buffer.concat([Buffer.from(`${time}:`), body]), 'hex')}`,
    }),
    settings: (webhookSecret) => ({ webhookSecret }),
  },
  'lemon-squeezy': {
    sign: (body, secret) => ({ 'x-signature': signBytes(secret, body, 'hex') }),
    settings: (webhookSecret) => ({ webhookSecret }),
  },
};

/** Those that sign a time. */
const TIMED = new Set(['stripe', 'bigcommerce', 'paddle']);

const written = (space?: number): Buffer => Buffer.from(JSON.stringify(JSON.parse(BODY.toString()), undefined, space));

const MUTATIONS: [what: string, body: Buffer][] = [
  ['parsed and written again', written()],
  ['written again with line breaks', written(2)],
  ['with a byte order mark before it', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BODY])],
  ['with a newline behind it', Buffer.concat([BODY, Buffer.from('\n')])],
  ['in another character set', Buffer.from(BODY.toString('utf8'), 'latin1')],
  ['with its escapes read', Buffer.from(BODY.toString().replace(String.raw`\/`, '/'))],
  ['compressed', gzipSync(BODY)],
  ['cut short', BODY.subarray(0, -1)],
  ['with another amount', Buffer.from(BODY.toString().replace('107.10', '1.10'))],
  ['of nothing', Buffer.alloc(0)],
];

describe.each(Object.entries(SHOPS))('%s', (name, { sign, settings }) => {
  const webhook = sources.find((source) => source.name === name)!.webhook as SignedWebhook;
  const judge = (headers: Headers, body: Buffer, { secret = SECRET, late = 0 } = {}) => {
    const delivery: HookDelivery = { headers, body, now: (TIME + late) * 1000 };
    return webhook.verify(delivery, settings(secret) as never);
  };
  const signed = sign(BODY, SECRET, TIME);

  test('lets in the very bytes, whatever other headers a proxy adds', () => {
    expect(judge(signed, BODY)).toBeUndefined();
    const more = { 'content-type': 'application/json; charset=iso-8859-1', 'x-forwarded-for': '192.0.2.1' };
    expect(judge({ ...signed, ...more }, BODY)).toBeUndefined();
  });

  test.each(MUTATIONS)('refuses a body %s, in words', (_, body) => {
    const problem = judge(signed, body);
    expect(problem?.field).toBe(Object.keys(signed).at(-1));
    expect(problem?.message).toMatch(/.{20}/);
  });

  test.each<[what: string, headers: Headers]>([
    ['without its headers', {}],
    ['with an empty signature', Object.fromEntries(Object.keys(signed).map((header) => [header, '']))],
    ['with a signature of something else', Object.fromEntries(Object.keys(signed).map((header) => [header, 'x,=;.']))],
    ['signed by another secret', sign(BODY, OTHER, TIME)],
    [
      'whose signature was cut',
      Object.fromEntries(Object.entries(signed).map(([key, value]) => [key, value.slice(0, -2)])),
    ],
  ])('refuses one %s, in words', (_, headers) => {
    expect(judge(headers, BODY)?.message).toMatch(/.{20}/);
    expect(JSON.stringify(judge(headers, BODY))).not.toContain(SECRET);
  });

  test.runIf(TIMED.has(name))('refuses one that is repeated the next day, and one whose time was made younger', () => {
    expect(judge(signed, BODY, { late: 86_400 })?.message).toMatch(/.{20}/);
    const younger = Object.fromEntries(
      Object.entries(signed).map(([key, value]) => [key, value.replaceAll(String(TIME), String(TIME + 86_400))]),
    );
    expect(judge(younger, BODY, { late: 86_400 })?.message).toMatch(/.{20}/);
  });
});

test('WooCommerce’s secret may have been copied as WordPress stores it, escaped once', () => {
  const webhook = sources.find(({ name }) => name === 'woocommerce')!.webhook as SignedWebhook;
  const secret = `a&b<c>"d'`;
  const headers = { 'x-wc-webhook-signature': signBytes(secret, BODY, 'base64') };
  for (const webhookSecret of [secret, 'a&amp;b&lt;c&gt;&quot;d&#039;'])
    expect(webhook.verify({ headers, body: BODY, now: TIME * 1000 }, { webhookSecret })).toBeUndefined();
});

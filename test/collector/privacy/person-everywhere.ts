/** One person in every place of a data folder, put there by the product's own doors, and all the ways in which they may be spelled. */
import { createHash } from 'node:crypto';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import { createIngest } from '../../../collector/ingest/ingest.ts';
import { emailKey } from '../../../collector/ingest/draft.ts';
import { shopCommand } from '../../../collector/intake/read-shop-order.ts';
import { readPatch } from '../../../collector/intake/validate-patch.ts';
import { customerHash } from '../../../collector/model/contact.ts';
import { type ErasedOf, erasePerson } from '../../../collector/privacy/erase.ts';
import type { Subject } from '../../../collector/model/upkeep/subject.ts';
import { configured, conversion, type Installation, NOON } from '../cli/commands/setup.ts';

export const OLD = 'Jane.Roe+shop@mail.example';
export const NEW = 'jane.roe@work.example';
export const PHONE = '+30 694 123-4567';
export const CUSTOMER = 'customer-jane-778';
export const VISITOR = 'visitor-of-jane-0001';
export const JOE = 'joe.roe@mail.example';
export const CONTACTS = { site: 'shop', connection: 'cscart' };

export type World = Awaited<ReturnType<typeof fill>>;

/** Jane everywhere, and Joe beside her. */
export async function fill() {
  const installation = await configured();
  await installation.run(['connection', 'add', 'vt', '--type', 'vtmarketing', '--set', 'apiKey=k', '--no-test']);
  const open = installation.open();
  const { store, seal, door } = open;
  const sites = cachedSites({ store, seal });
  const ingest = createIngest({ store, sites, seal, clock: () => NOON });
  const site = (await sites()).byId.get('shop')!;
  const shop = (order: object) => ingest.ingest([shopCommand(order, site, NOON).command]);
  const patch = (orderId: string, said: object, by?: string) =>
    ingest.ingest([{ type: 'change', site: 'shop', orderId, patch: readPatch(said).patch!, ...(by ? { by } : {}) }]);
  const url = `https://shop.example/account/${encodeURIComponent(OLD)}?email=${encodeURIComponent(OLD)}&irclickid=x`;
  const touches = [{ param: 'irclickid', value: 'click-jane', at: NOON - 1000, url }];
  const customer = { id: CUSTOMER, email: OLD, phone: PHONE, firstName: 'Jane' };
  await door.receive([
    {
      route: 'conversion',
      site: 'shop',
      body: conversion({ visitor: VISITOR, customer, touches, custom: { note: `for ${OLD}` } }),
    },
    // Joe's order, and his landing on a page that speaks of Jane.
    {
      ...{ route: 'conversion', site: 'shop' },
      body: conversion({
        ...{
          orderId: 'JOE-1',
          visitor: 'visitor-of-joe',
          customer: { id: 'joe-1', email: JOE },
          custom: { giftTo: OLD },
        },
        touches: [
          { ...touches[0]!, value: 'click-joe', url: `https://shop.example/gift/${OLD.toUpperCase()}?irclickid=y` },
        ],
      }),
    },
    // Refused: no total; the address escaped, percent-encoded, and Joe's.
    {
      route: 'conversion',
      site: 'shop',
      body: `{"orderId":"R1","customer":{"email":"${OLD.replace('@', '\\u0040')}"}}`,
    },
    { route: 'sale', site: 'shop', body: `order_id=R2&email=${encodeURIComponent(OLD)}` },
    { route: 'conversion', site: 'shop', body: `{"orderId":"R3","customer":{"email":"${JOE}"}}` },
  ]);
  await shop({ orderId: 'O1234567', total: '112.00', currency: 'USD', customer: { id: CUSTOMER, email: NEW } });
  await patch('O1234567', { total: '100.00', currency: 'USD', reason: `asked by ${NEW}` }, 'Ann');
  await patch('LATER', { status: 'refunded', reason: `${OLD} wrote` });
  // An id of the shop that is the address.
  await shop({ orderId: 'BY-ID', total: '20.00', currency: 'USD', customer: { id: OLD.toLowerCase() } });
  await exchange(store);
  await store.keepComparison({
    ...{ site: 'shop', connection: 'impact', id: 'compared', at: NOON, actor: 'Ann', summary: '{}' },
    differences: JSON.stringify([{ orderId: OLD, problem: 'missing here', note: `there it is bought by ${OLD}` }]),
  });
  await contact({ store, seal }, OLD, 'first');
  await contact({ store, seal }, NEW, 'second');
  return { ...installation, ...open, ingest, site, shop, patch };
}

/** Impact was asked and answered with the person's name; the report waits for its next try. */
async function exchange(store: Awaited<ReturnType<Installation['open']>>['store']): Promise<void> {
  const claim = { site: 'shop', connection: 'impact', now: NOON + 10_000_000, leaseMs: 1000, limit: 10, owner: 'test' };
  const claimed = (await store.claim(claim)).find(({ delivery }) => delivery.orderId === 'O1234567')!;
  const request = { method: 'POST' as const, url: `https://v.example/c/${OLD}?e=${OLD}`, body: OLD };
  const response = { status: 503, headers: {}, body: `busy with ${OLD}` };
  const attempt = { at: NOON, purpose: 'report' as const, request, response, outcome: 'retry', took: 5 };
  const reason = `busy with ${OLD}`;
  const change = { state: 'due' as const, reason, nextAt: NOON + 1000, attempts: 1 };
  await store.settle(
    [{ id: claimed.delivery.id, site: 'shop', fence: claimed.fence, change, attempts: [{ ...attempt, reason }] }],
    NOON,
  );
}

export async function contact(
  { store, seal }: Pick<ReturnType<Installation['open']>, 'store' | 'seal'>,
  email: string,
  digest: string,
) {
  await store.createSync(CONTACTS, NOON);
  await store.changeSync(CONTACTS, { from: ['untested'], to: 'tested', reason: '', now: NOON, tested: 'settings' });
  const want = { from: ['tested', 'syncing'] as const, to: 'syncing' as const, owner: digest, now: NOON, ttl: 0 };
  const lease = (await store.acquireSync(CONTACTS, want))!;
  const row = {
    ...{ customerId: '77', emailHash: emailKey(seal, email), customerHash: customerHash('77', seal), digest },
    ...{ personal: seal.seal(JSON.stringify({ email, phone: PHONE })), active: true, agreed: true },
    ...{ joinedAt: NOON, seenAt: NOON },
  };
  await store.saveSync(lease, { now: NOON, customers: [row] });
}

export const erase = (
  { store, seal }: Pick<World, 'store' | 'seal'>,
  by: Subject['by'],
  value: string,
  dryRun = false,
): Promise<ErasedOf[]> => erasePerson({ by, value, sites: ['shop'], store, seal, now: NOON, actor: 'test', dryRun });

const base64At = (value: string): string[] =>
  [0, 1, 2].map((offset) => {
    const text = Buffer.from('x'.repeat(offset) + value)
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(Math.ceil((offset * 8) / 6), -1);
  });

/** What would tell of the person: whole and in pieces, as anybody spells it. */
export function spellings(): string[] {
  const digest = (kind: string, value: string): string => createHash(kind).update(value).digest('hex');
  const written = [OLD, NEW, CUSTOMER, VISITOR].flatMap((one) => [one, one.toLowerCase(), one.toUpperCase()]);
  const encoded = written.flatMap((one) => [
    one,
    encodeURIComponent(one),
    one.replace('@', '%40'),
    one.replace('@', '\\u0040'),
  ]);
  const hashed = [OLD.toLowerCase(), NEW].flatMap((one) => ['md5', 'sha1', 'sha256'].map((kind) => digest(kind, one)));
  const digits = PHONE.replace(/\D/g, '');
  return [
    ...new Set([...encoded, ...written.flatMap(base64At), ...hashed, PHONE, digits, digits.slice(2), '123-4567']),
  ];
}

import { expect, test } from 'vitest';
import type { PartnerStory, SharedStory } from '../../../../wire/admin/partner-story.ts';
import { days } from '../../../../collector/lib/duration.ts';
import { CLICK, NOON } from '../../cli/commands/setup.ts';
import { type AdminWorld, openAdmin } from '../setup.ts';

/** What only the shop and the buyer may know, each findable by its spelling. */
const PRIVATE = {
  email: 'jane.secretive@example.com',
  customerId: 'CUSTOMER-77',
  phone: '+15550100',
  name: 'Secret Slippers',
  visitor: 'visitor-of-the-story',
  otherClick: 'net-click-of-somebody-else',
  otherOrder: 'NOT-THIS-ONE',
  page: 'page-with-words',
  code: 'PARTNER10',
};

async function openStory({ clock = () => NOON, exclusive = true } = {}): Promise<AdminWorld> {
  const world = await openAdmin({}, clock);
  const { type, settings } = (await world.ask('GET', '/sites/shop/connections/net')).body;
  const kept = await world.ask('PUT', '/sites/shop/connections/net', { type, settings, enabled: true, exclusive });
  expect({ status: kept.status, body: kept.body }).toMatchObject({ status: 200 });
  const touches = [
    {
      param: 'transaction_id',
      value: PRIVATE.otherClick,
      at: NOON - days(2),
      url: `https://shop.example/${PRIVATE.page}`,
    },
    { param: 'irclickid', value: CLICK, at: NOON - days(1), url: `https://shop.example/${PRIVATE.page}` },
    { param: 'irclickid', value: 'too-old-a-click', at: NOON - days(9) },
  ];
  const order = {
    ...{ total: '112.00', currency: 'USD', visitor: PRIVATE.visitor, touches, customer: { email: PRIVATE.email } },
    items: [{ sku: 'S-1', name: PRIVATE.name, quantity: 1, price: '112.00' }],
  };
  for (const orderId of ['SHARED-1', PRIVATE.otherOrder])
    await world.write.receive([{ route: 'conversion', site: 'shop', body: JSON.stringify({ ...order, orderId }) }]);
  return world;
}

const share = async (world: AdminWorld, more: object = {}): Promise<SharedStory> => {
  const asked = { site: 'shop', connection: 'impact', ...more };
  const { status, body } = await world.ask('POST', '/orders/SHARED-1/shares', asked);
  expect({ status, body }).toMatchObject({ status: 201 });
  return body as unknown as SharedStory;
};
/** As the page reads it: without any sign-in. */
const read = (world: AdminWorld, link: string) => {
  const [, site, token] = /#\/story\/([^/]+)\/([\w-]+)$/.exec(link)!;
  return world.ask('POST', '/story', { site, token }, {});
};

test('a partner’s manager reads the decision, their own clicks and reports, and nothing of anybody else', async () => {
  const world = await openStory();
  const { link, expiresAt } = await share(world);
  expect(link).toMatch(/^https:\/\/t\.shop\.example\/admin\/#\/story\/shop\/[\w-]{43}$/);
  expect(expiresAt).toBe(new Date(NOON + days(7)).toISOString());
  const { status, body, text, headers } = await read(world, link);
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(body as unknown as PartnerStory).toMatchObject({
    ...{ shop: 'Example Shop', orderId: 'SHARED-1', partner: 'impact', credited: 'yours' },
    touches: [
      { kind: 'partner', yours: { click: 'irclickid=too-old-a-click', won: false, why: 'window' } },
      { kind: 'partner', yours: null },
      { kind: 'partner', yours: { click: `irclickid=${CLICK}`, won: true, why: 'newest' } },
    ],
    reports: [{ kind: 'conversion', state: expect.any(String) }],
  });
  const own = Object.entries(PRIVATE).filter(([, value]) => text.includes(value));
  expect(own).toEqual([]);
  expect(text).not.toMatch(/tok\/en|IRxxx|9876|net/);
});

test('who lost learns why, without the name of who won', async () => {
  const world = await openStory();
  const { link } = await share(world, { connection: 'net' });
  const { body, text } = await read(world, link);
  expect(body).toMatchObject({ credited: 'another', partner: 'net' });
  expect((body as unknown as PartnerStory).touches[1]).toMatchObject({ yours: { won: false, why: 'newer' } });
  expect(text).not.toMatch(/impact|irclickid/);
  expect(text).not.toContain(CLICK);
});

test('a programme outside the contest reads that the order is its own, too', async () => {
  const world = await openStory({ exclusive: false });
  const { body } = await read(world, (await share(world, { connection: 'net' })).link);
  expect(body).toMatchObject({ credited: 'yours', touches: [{}, { yours: { won: true, why: 'apart' } }, {}] });
});

test('it ends with its time, or when somebody ends it; each deed stands in the audit log, the secret nowhere', async () => {
  let now = NOON;
  const world = await openStory({ clock: () => now });
  const first = await share(world);
  const second = await share(world, { days: 1 });
  const listed = await world.ask('GET', '/orders/SHARED-1/shares?site=shop');
  expect(listed.body).toMatchObject({ shares: [{ connection: 'impact' }, { madeBy: 'admin API' }] });
  expect((await world.ask('DELETE', `/orders/SHARED-1/shares/${first.id}?site=shop`)).status).toBe(204);
  expect((await world.ask('DELETE', `/orders/SHARED-1/shares/${first.id}?site=shop`)).status).toBe(404);
  expect((await read(world, first.link)).status).toBe(404);
  expect((await read(world, second.link)).status).toBe(200);
  now += days(1);
  expect((await read(world, second.link)).body).toMatchObject({ errors: [{ field: 'link' }] });
  const log = await world.ask('GET', '/audit');
  expect(log.text).toMatch(/story unshare.*story share/);
  for (const { link } of [first, second]) expect(log.text + listed.text).not.toContain(link.split('/').at(-1));
});

test('a link of another site, of an order that is none, for a stranger or for ever is refused with its reason', async () => {
  const world = await openStory();
  const refused = async (order: string, body: object) => {
    const answer = await world.ask('POST', `/orders/${order}/shares`, body);
    return [answer.status, (answer.body.errors as { field: string }[]).map(({ field }) => field)];
  };
  expect(await refused('NONE', { site: 'shop', connection: 'impact' })).toEqual([404, ['orderId']]);
  expect(await refused('SHARED-1', { connection: 'impact' })).toEqual([404, ['orderId']]);
  expect(await refused('SHARED-1', { site: 'shop', connection: 'nobody', days: 0 })).toEqual([
    422,
    ['connection', 'days'],
  ]);
  const { link } = await share(world);
  for (const wrong of [`${link}x`, link.replace('/shop/', '/other/')])
    expect((await read(world, wrong)).status).toBe(404);
  expect((await world.ask('POST', '/story', { site: ['shop'], token: {} }, {})).status).toBe(404);
});

test('the command line makes the same link', async () => {
  const world = await openStory();
  const made = await world.run(['explain', 'SHARED-1', '--share', 'impact', '--days', '3'], {
    env: { CLICKTHREAD_PUBLIC_URL: 'https://t.shop.example' },
  });
  expect(made).toMatchObject({ error: undefined });
  const { body } = await read(world, made.out.trim());
  expect(body).toMatchObject({ orderId: 'SHARED-1', expiresAt: new Date(NOON + days(3)).toISOString() });
  const refused = await world.run(['explain', 'SHARED-1', '--share', 'nobody']);
  expect(refused.error).toBe('No link was made: connection must be one of this site: impact, net.');
});

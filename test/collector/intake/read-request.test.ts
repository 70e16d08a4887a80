import { describe, expect, test, vi } from 'vitest';
import { makeHandover } from '../../../tag/late/handover.ts';
import { encodeJourney } from '../../../wire/journey.ts';
import { readRequest, type IntakeRequest } from '../../../collector/intake/read-request.ts';
import { mayPost } from '../../../collector/configuration/site-pages.ts';
import { shopCommand } from '../../../collector/intake/read-shop-order.ts';
import { IMPACT, siteOf } from '../../harness/sites.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const site = await siteOf();
const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const touches = [{ param: 'irclickid', value: CLICK, at: NOW - 60_000 }];

const request = (route: IntakeRequest['route'], body: unknown, more: Partial<IntakeRequest> = {}): IntakeRequest => ({
  ...{ route, site: 'shop', body: typeof body === 'string' ? body : JSON.stringify(body) },
  ...more,
});
const read = (route: IntakeRequest['route'], body: unknown, more: Partial<IntakeRequest> = {}, at = site) =>
  readRequest(request(route, body, more), at, NOW);
const refusalOf = (result: ReturnType<typeof read>) => ('refusal' in result ? result.refusal : undefined);
const commandOf = (result: ReturnType<typeof read>) => ('command' in result ? result.command : undefined);

const order = { orderId: 'O1', total: '10.00', visitor: 'visitor-1' };

test('what a browser and what the shop say of the time is read in the site’s time zone', async () => {
  const bucharest = await siteOf([IMPACT], 'timezone: Europe/Bucharest');
  const local = { ...order, placedAt: '2026-11-20 11:00', clickedAt: '2026-11-20' };
  const commands = [
    commandOf(read('conversion', local, {}, bucharest)),
    commandOf(read('sale', local, {}, bucharest)),
    shopCommand(local, bucharest, NOW).command,
  ];
  for (const command of commands)
    expect(command).toMatchObject({
      valid: {
        order: { placedAt: Date.parse('2026-11-20T09:00:00Z') },
        clickedAt: Date.parse('2026-11-19T22:00:00Z'),
      },
    });
});

describe('what a page’s own call says', () => {
  const foundIn = (result: ReturnType<typeof read>) => ('found' in result ? result.found : undefined);

  test.each(['1.234,50 €', '1 234,50', '€1,234.50'])('may write its total as people do: %s', (total) => {
    const found = foundIn(read('conversion', { ...order, total, currency: 'EUR', now: NOW }));
    expect(found).toMatchObject({
      refuseWith: [],
      orders: [{ valid: { order: { total: 123_450, currency: 'EUR' } } }],
    });
    // It is the page's own word, and none of what was found in it.
    expect(found!.orders[0]).not.toHaveProperty('found');
  });

  test('takes along whom the page identified, and the order says it better', () => {
    const identity = { customerId: '7', email: 'old@example.com', signature: 'none', signedAt: 'never' };
    const customer = { email: 'jane@example.com' };
    const command = commandOf(read('conversion', { ...order, identity, customer, now: NOW }));
    expect(command).toMatchObject({
      valid: { order: { customerId: '7', personal: { email: 'jane@example.com' } } },
      warnings: [{ field: 'identity' }],
    });
  });

  test('may be written by a page whose lists turn themselves into texts', () => {
    const items = [{ sku: 'A', quantity: 1, price: '10.00' }];
    const command = commandOf(
      read('conversion', { ...order, items: JSON.stringify(items), touches: JSON.stringify(touches) }),
    );
    expect(command).toMatchObject({
      touches: [{ value: CLICK }],
      valid: { order: { items: [{ sku: 'A' }] } },
      warnings: [],
    });
    expect(commandOf(read('conversion', { ...order, items: '[broken' }))).toMatchObject({
      warnings: [{ field: 'items' }],
    });
  });

  test('has the device’s clock beside it, which is nothing to warn of', () => {
    expect(commandOf(read('conversion', { ...order, now: NOW }))).toMatchObject({ warnings: [] });
  });
});

describe('who may report', () => {
  test('an unknown site is 404 and its body is not kept', () => {
    expect(refusalOf(readRequest(request('conversion', order), undefined, NOW))).toEqual({
      status: 404,
      problems: [{ field: 'site', message: expect.stringContaining('no site "shop"') }],
      keep: false,
    });
  });
  test('a page of another host is 403, said with what to add', () => {
    expect(refusalOf(read('conversion', order, { origin: 'https://evil.example' }))).toEqual({
      status: 403,
      problems: [{ field: 'origin', message: expect.stringMatching(/evil\.example.*"domains" or "linked"/) }],
      keep: true,
    });
  });
  test.each([
    ['https://shop.example', true],
    ['https://www.shop.example', true],
    ['http://shop.example:8080', true],
    ['https://checkout.example', true],
    ['https://SHOP.example', true],
    ['https://shop.example.', true],
    ['https://www.shop.example.:8443', true],
    ['https://shop.example..', false],
    ['https://notshop.example', false],
    ['https://shop.example.evil.com', false],
    ['https://evil.com/shop.example', false],
    ['chrome-extension://shop.example', false],
    ['file://shop.example', false],
    ['shop.example', false],
    ['not an address', false],
  ])('pages of %s: %s', (origin, may) => {
    expect(mayPost(site, origin)).toBe(may);
  });
  test.each([
    ['*.pay.example', 'https://secure.pay.example', true],
    ['*.pay.example', 'https://pay.example', true],
    ['*.pay.example', 'https://notpay.example', false],
    ['Pay.Example:8443', 'https://pay.example:8443', true],
    ['pay.example:8443', 'https://pay.example', false],
    ['pay.example:8443', 'https://secure.pay.example:8443', true],
    ['*.pay.example:8443', 'https://secure.pay.example:8443', true],
    ['*.pay.example:8443', 'https://secure.pay.example:8444', false],
  ])('of a linked "%s", pages of %s: %s', (entry, origin, may) => {
    expect(mayPost({ ...site, config: { ...site.config, linked: [entry] } }, origin)).toBe(may);
  });
});

describe('bodies that can not be read', () => {
  test.each([
    ['', 'body', /is not JSON/],
    ['{"orderId":', 'body', /is not JSON/],
    ['orderId=1', 'body', /is not JSON/],
    ['[]', 'body', /must be a JSON object/],
    ['null', 'body', /must be a JSON object/],
    ['"text"', 'body', /must be a JSON object/],
  ])('%j is 400', (body, field, message) => {
    for (const route of ['touch', 'conversion', 'fired', 'sale'] as const) {
      const refusal = refusalOf(read(route, body));
      expect(refusal?.status).toBe(400);
      expect(refusal?.problems).toEqual([{ field, message: expect.stringMatching(message) }]);
    }
  });
  test('an order that is no JSON is kept, a touch is not, and nothing is nothing', () => {
    expect(refusalOf(read('conversion', '{'))?.keep).toBe(true);
    expect(refusalOf(read('touch', '{'))?.keep).toBe(false);
    expect(refusalOf(read('conversion', ''))?.keep).toBe(false);
  });
});

describe('a touch', () => {
  test('becomes a command with the parameter in lower case and the value as it came', () => {
    const body = { visitor: 'visitor-1', touches: [{ ...touches[0], param: 'IRClickID' }] };
    expect(commandOf(read('touch', body))).toEqual({
      ...{ type: 'touch', site: 'shop', visitor: '~visitor-1', hint: 'visitor-1', brief: true },
      touches: [{ param: 'irclickid', value: CLICK, at: NOW - 60_000, kind: 'partner' }],
    });
  });
  test("the visitor that the browser's cookie names beats the one in the body", () => {
    expect(commandOf(read('touch', { visitor: 'visitor-1', touches }, { visitor: 'visitor-2' }))).toMatchObject({
      visitor: 'visitor-2',
    });
  });
  test.each([
    ['a semicolon', 'abc; max-age=1'],
    ['a line break', 'abc\r\nSet-Cookie: x=1'],
    ['a quote', 'abc"onerror'],
    ['an angle bracket', '<script>'],
    ['an emoji', 'abc🛒'],
    ['a space', 'a b'],
    ['nothing', ''],
    ['10 kB', 'x'.repeat(10_240)],
  ])('a click id with %s is 400 and names its place', (_name, value) => {
    expect(
      refusalOf(read('touch', { visitor: 'visitor-1', touches: [{ param: 'irclickid', value, at: NOW }] })),
    ).toEqual({
      status: 400,
      problems: [{ field: 'touches[0].value', message: expect.stringContaining('is no click id') }],
      keep: false,
    });
    expect(refusalOf(read('touch', { visitor: 'visitor-1', clicks: { irclickid: value } }))?.problems[0]?.field).toBe(
      'clicks.irclickid',
    );
  });
  test.each([undefined, '', 'short', 'x'.repeat(65), 'with space', 7])('visitor %j is refused', (visitor) => {
    expect(refusalOf(read('touch', { visitor, touches }))?.problems).toEqual([
      { field: 'visitor', message: expect.stringContaining('8 to 64') },
    ]);
  });
  test('who knows the journey is told nothing, and who brings no cookie is told nothing ever', () => {
    const brief = { visitor: 'visitor-1', touches, brief: true };
    const cookie = { visitor: 'visitor-9' };
    expect(commandOf(read('touch', brief, cookie))).toMatchObject({ brief: true });
    expect(commandOf(read('touch', { ...brief, brief: false }, cookie))).not.toHaveProperty('brief');
    expect(commandOf(read('touch', { ...brief, touches: [] }, cookie))).not.toHaveProperty('brief');
    expect(commandOf(read('touch', { visitor: 'visitor-1', touches: [] }))).toMatchObject({ brief: true });
  });
  test('a hand-over brings the touches of its token, whatever stands beside it; what an older tag made is none', () => {
    vi.stubGlobal('__CT_SERVED__', true);
    const handover = makeHandover(encodeJourney({ visitor: 'visitor-9', touches }));
    expect(
      commandOf(read('touch', { visitor: 'visitor-1', handover, touches: [{ param: 'irclickid', value: 'EVIL' }] })),
    ).toMatchObject({
      visitor: '~visitor-1',
      handover: expect.stringMatching(/^[\da-f]{32}$/),
      touches: [{ value: CLICK, at: NOW - 60_000 }],
    });
    expect(commandOf(read('touch', { give: handover }, { visitor: 'visitor-9' }))).toMatchObject({
      type: 'give',
      visitor: 'visitor-9',
    });
    for (const old of ['once-1', '12345678901234567890', handover.slice(1), '-', '^', {}])
      expect(refusalOf(read('touch', { visitor: 'visitor-1', handover: old, touches }))?.status).toBe(409);
  });
  test('nothing is kept of a visitor who said no', () => {
    expect(commandOf(read('touch', { visitor: 'visitor-1', touches, consent: { marketing: 'denied' } }))).toMatchObject(
      {
        touches: [],
      },
    );
  });
});

describe('a conversion', () => {
  test('carries order, touches, consent and what the browser showed', () => {
    const consent = { marketing: 'granted', source: 'tcf', at: NOW - 5 };
    const result = read(
      'conversion',
      { ...order, touches, consent },
      { ip: '203.0.113.9', userAgent: 'Browser/1', gpc: true },
    );
    expect(commandOf(result)).toEqual({
      ...{ type: 'order', site: 'shop', reporter: 'browser', page: 'own', warnings: [], visitor: '~visitor-1' },
      touches: [{ param: 'irclickid', value: CLICK, at: NOW - 60_000, kind: 'partner' }],
      consent: { ...consent, gpc: true },
      ...{ ip: '203.0.113.9', userAgent: 'Browser/1' },
      valid: expect.objectContaining({
        order: expect.objectContaining({ orderId: 'O1', total: 1000, currency: 'USD' }),
      }),
    });
  });
  test('takes the journey of the cookie where the body has none', () => {
    const journey = encodeJourney({ visitor: 'visitor-9', touches });
    expect(commandOf(read('conversion', { orderId: 'O1', total: 1 }, { journey }))).toMatchObject({
      visitor: '~visitor-9',
      touches: [{ param: 'irclickid', value: CLICK }],
    });
  });
  test('a tampered touch costs a warning, never the sale', () => {
    const result = read('conversion', { ...order, touches: [{ param: 'irclickid', value: 'a;b', at: 1 }] });
    expect(commandOf(result)).toMatchObject({ touches: [], warnings: [{ field: 'touches[0].value' }] });
  });
  test('a refused order is 422, names every field, and is kept', () => {
    expect(refusalOf(read('conversion', { orderId: '', total: 'x', currency: 'XX' }))).toEqual({
      status: 422,
      problems: ['orderId', 'currency', 'total'].map((field) => ({ field, message: expect.any(String) })),
      keep: true,
    });
  });
  test("a browser's own opt-out counts on every kind of site that doesn't ignore it", async () => {
    for (const consent of ['auto', 'wait', 'granted'])
      expect(
        commandOf(read('conversion', order, { gpc: true }, await siteOf([IMPACT], `consent: ${consent}`))),
        consent,
      ).toMatchObject({ consent: { marketing: 'denied', source: 'gpc' } });
    const ignoring = await siteOf([IMPACT], 'gpc: ignore');
    expect(commandOf(read('conversion', order, { gpc: true }, ignoring))).not.toHaveProperty('consent');
  });
  test('a site that requires signed orders refuses and keeps an unsigned one', async () => {
    const strict = await siteOf([IMPACT], 'signedOrders: required');
    expect(refusalOf(read('conversion', order, {}, strict))).toMatchObject({
      status: 422,
      problems: [{ field: 'signature' }],
      keep: true,
    });
  });
});

test('a site that takes nothing without a script refuses pixel and form, keeps what they said, and takes its tag’s reports', async () => {
  const site = await siteOf([IMPACT], 'withoutScript: refused');
  expect(refusalOf(read('sale', order, {}, site))).toMatchObject({
    status: 403,
    problems: [{ field: 'withoutScript' }],
    keep: true,
  });
  expect(commandOf(read('conversion', order, {}, site))).toMatchObject({ type: 'order' });
  expect(commandOf(read('sale', order, {}, await siteOf([IMPACT])))).toMatchObject({ type: 'order' });
});

describe('a report of firing', () => {
  test('names order and delivery; hostile details are cleaned', () => {
    expect(
      commandOf(read('fired', { orderId: 'O1', delivery: 'd1', ok: false, detail: `blocked\n${'x'.repeat(300)}🛒` })),
    ).toEqual({
      ...{ type: 'fired', site: 'shop', orderId: 'O1', delivery: 'd1', ok: false },
      detail: `blocked${'x'.repeat(193)}`,
    });
  });
  test.each([{}, { orderId: 'O1' }, { orderId: 1, delivery: 'd' }, { orderId: 'O1', delivery: 'x'.repeat(129) }])(
    '%j is 400',
    (body) => {
      expect(refusalOf(read('fired', body))).toMatchObject({ status: 400, keep: false });
    },
  );
});

test('clicks that a page sends beside an order are kept under the names that the site captures, and no other', () => {
  const clicks = { irclickid: CLICK, email: 'jane@shop.example', gclid: 'g1' };
  const command = commandOf(read('conversion', { ...order, clicks }));
  expect(command).toMatchObject({
    valid: { clicks: [{ param: 'irclickid' }, { param: 'gclid' }] },
    warnings: [{ field: 'clicks.email', message: expect.stringContaining('left out') }],
  });
  expect(JSON.stringify(command)).not.toContain('jane@');
});

import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../collector/kit/destination.ts';
import { classifyAnswer } from '../../../collector/relay/outcome.ts';
import { answer, connect, customer, reportOf } from './seed-report.ts';
import type { Order } from '../../../collector/model/order.ts';
import cartstack from '../../../collector/destinations/cartstack.ts';
import { testContract } from './contract.ts';
import { rawSettings } from './seed-report.ts';

testContract(cartstack, { settings: rawSettings['cartstack']!, namedBy: 'e-mail' });

function requested(order: Partial<Order> = {}, more: Record<string, unknown> = {}) {
  const { definition, settings } = connect('cartstack', more);
  return definition.conversion!(reportOf({ personal: customer, ...order }), settings);
}

const { definition, settings } = connect('cartstack');
const report = reportOf({ personal: customer });
const read = (response: ReturnType<typeof answer>) => classifyAnswer({ definition, settings, report, response });

describe('a confirmation', () => {
  test('is one GET, everything encoded', () => {
    expect(requested()).toEqual({
      method: 'GET',
      url: 'https://api.cartstack.com/ss/v1/?key=ck%2Fsecret%2Bkey%3D1&siteid=a2V5cGFk%3D%3D&email=Jane%2Bshop%40Example.com&total=112.00',
      headers: { Accept: 'application/json' },
    });
  });

  test.each<[string, Partial<Order>, string]>([
    ['total', { subtotal: 12700, shipping: 500, tax: 200, total: 11900 }, '119.00'],
    ['subtotal', { subtotal: 12700, shipping: 500, tax: 200, total: 11900 }, '127.00'],
    ['subtotal', { shipping: 500, tax: 200, total: 11900 }, '112.00'],
    ['net', { subtotal: 12700, shipping: 500, tax: 200, total: 11900 }, '112.00'],
    ['total', { total: 0 }, '0.00'],
  ])('by the basis %s of %o is %s', (totalBasis, order, total) => {
    expect(new URL(requested(order, { totalBasis }).url).searchParams.get('total')).toBe(total);
  });
});

describe('an answer', () => {
  const cartNotFound = 'Cart not found for email address [jane+shop@example.com]';
  test.each<[string, ReturnType<typeof answer>, Partial<Outcome>]>([
    ['100', answer(200, { resp: 100 }), { state: 'delivered', reason: 'CartStack has recorded the purchase' }],
    ['"100" as text', answer(200, { resp: '100' }), { state: 'delivered' }],
    ['100 whatever HTTP says', answer(500, { Resp: 100 }), { state: 'delivered' }],
    [
      '101 for the e-mail',
      answer(200, { resp: 101, err_txt: 'Invalid Email Address' }),
      { state: 'rejected', reason: expect.stringContaining('e-mail address of this order') },
    ],
    [
      '101 for the configuration',
      answer(200, { resp: 101, err_txt: 'missing required field (api key, site id, or email)' }),
      { state: 'rejected', reason: expect.stringContaining('check API key and site id') },
    ],
    [
      '102 without a cart',
      answer(200, { resp: 102, err_txt: cartNotFound }),
      { state: 'no_match', retryOnceAfter: 600_000 },
    ],
    [
      '102 in the other casing',
      answer(200, {
        resp: '102',
        Err_Txt: 'No cart exists for this email address. Please create a cart first before marking a purchase.',
      }),
      { state: 'no_match' },
    ],
    ['102 for the site id', answer(200, { resp: 102, errTxt: 'Not a valid site id.' }), { state: 'held' }],
    [
      '102 for a failed insert',
      answer(200, { resp: 102, err_txt: 'Purchase Insert Failed' }),
      { state: 'retry', reason: expect.stringContaining('nothing was counted') },
    ],
    ['102 without a text', answer(200, { resp: 102 }), { state: 'retry', limit: 5 }],
    ['103', answer(200, { resp: 103, err_txt: 'API Key does not match' }), { state: 'held' }],
    ['an unknown code', answer(200, { resp: 999 }), { state: 'rejected' }],
    ['no verdict', answer(200, ''), { state: 'retry', ambiguous: true, limit: 1 }],
    ['a page', answer(200, '<html>maintenance</html>'), { state: 'retry', ambiguous: true, limit: 1 }],
    ['unavailable', answer(503, '<html>'), { state: 'retry', reason: 'CartStack is unavailable (503)' }],
    ["a gateway's time-out", answer(504), { state: 'retry', ambiguous: true, limit: 1 }],
  ])('%s', (_title, response, expected) => {
    const outcome = read(response);
    expect(outcome).toMatchObject(expected);
    expect(outcome.reason).not.toMatch(/jane/i);
  });

  test('a time-out after sending is repeated once, then left to a person', () => {
    const failure = {
      ok: false,
      kind: 'timeout',
      sent: true,
      message: 'api.cartstack.com did not answer within 10 s',
    } as const;
    const given = { definition, settings, report, failure };
    expect(classifyAnswer(given)).toMatchObject({
      state: 'retry',
      ambiguous: true,
      limit: 1,
      reason: expect.stringContaining('may have arrived'),
    });
    expect(classifyAnswer({ ...given, ambiguousBefore: 1 })).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining("can't recognise a repeat"),
    });
    expect(classifyAnswer({ ...given, failure: { ...failure, sent: false }, ambiguousBefore: 1 })).toEqual({
      state: 'retry',
      reason: failure.message,
    });
  });
});

describe('the connection test', () => {
  test('takes "cart not found" for an answer of a working connection', () => {
    const { request, verdict } = definition.test!;
    expect(new URL(request(settings)!.url).searchParams.get('email')).toMatch(/\.invalid$/);
    expect(verdict(answer(200, { resp: 102, err_txt: 'Cart not found for email address [x]' }), settings).ok).toBe(
      true,
    );
    expect(verdict(answer(200, { resp: 100 }), settings).ok).toBe(true);
    expect(verdict(answer(200, { resp: 103 }), settings)).toEqual({
      ok: false,
      message: expect.stringContaining('API key'),
    });
    expect(verdict(answer(500), settings)).toEqual({ ok: false, message: expect.stringContaining('500') });
    expect(definition.testAdvice).toMatch(/test mode/);
  });
});

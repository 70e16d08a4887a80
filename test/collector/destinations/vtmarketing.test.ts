import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../collector/kit/destination.ts';
import { classifyAnswer } from '../../../collector/relay/outcome.ts';
import { answer, connect, customer, reportOf } from './seed-report.ts';
import type { Order } from '../../../collector/model/order.ts';
import vtmarketing from '../../../collector/destinations/vtmarketing.ts';
import { testContract } from './contract.ts';
import { rawSettings } from './seed-report.ts';

testContract(vtmarketing, {
  settings: rawSettings['vtmarketing']!,
  remedied: answer(404, { errors: [{ message: 'User not found' }] }),
});

const headers = { Authorization: 'vt-secret-key-1', 'Content-Type': 'application/json' };
const { definition, settings } = connect('vtmarketing');

function event(order: Partial<Order> = {}, more: Record<string, unknown> = {}) {
  const connected = connect('vtmarketing', more);
  return JSON.parse(definition.conversion!(reportOf({ personal: customer, ...order }), connected.settings).body!);
}

describe('a confirmation event', () => {
  test('has real numbers, the raw key and the order whole', () => {
    const order = {
      currency: 'RON',
      total: 40033,
      shipping: 2200,
      coupons: ['coupon1', 'coupon2'],
      personal: { ...customer, country: 'Romania', city: 'Cluj' },
    };
    const { body, ...request } = definition.conversion!(reportOf(order), settings);
    expect(request).toEqual({ method: 'POST', url: 'https://api.vtcdn.net/v1/event/', headers });
    expect(JSON.parse(body!)).toEqual({
      user: {
        email: 'Jane+shop@Example.com',
        tel: '+15550100',
        firstname: 'Jane',
        lastname: 'Doe',
        country: 'Romania',
        city: 'Cluj',
      },
      event: {
        confirmation: {
          generic: {
            orderId: 'O1234567',
            total: 400.33,
            status: 'approved',
            coupons: ['coupon1', 'coupon2'],
            currency: 'RON',
            total_shipping: 22,
            phone: '+15550100',
          },
          items: [
            { id: '1ABC2345', quantity: 2 },
            { id: '9ZXY7654', quantity: 3 },
          ],
        },
      },
    });
  });

  test('leaves out what is not known and keeps a zero', () => {
    const sent = event({ total: 0, shipping: 0, coupons: [], items: [], personal: { email: ' jane@example.com ' } });
    expect(sent).toEqual({
      user: { email: 'jane@example.com' },
      event: {
        confirmation: {
          generic: { orderId: 'O1234567', total: 0, status: 'approved', currency: 'USD', total_shipping: 0 },
        },
      },
    });
  });

  test('takes the feed id from the field that the setting names', () => {
    expect(event({}, { feedId: 'name' }).event.confirmation.items[0]).toEqual({ id: 'Product Name 1', quantity: 2 });
    expect(
      event({ items: [{ sku: 'a', quantity: 1, price: 1 }] }, { feedId: 'name' }).event.confirmation,
    ).not.toHaveProperty('items');
  });

  test('goes to the address without slash where the account wants that', () => {
    const { settings: plain } = connect('vtmarketing', { trailingSlash: false, baseUrl: 'http://127.0.0.1:9/vt' });
    expect(definition.conversion!(reportOf({ personal: customer }), plain).url).toBe('http://127.0.0.1:9/vt/v1/event');
  });
});

const unknownUser = {
  errors: [{ message: 'User not found', description: 'This email does not exist in our database.' }],
};

describe('an unknown user', () => {
  test.each([400, 404])('is added with %i, its subscription untouched, and only then', (status) => {
    const report = reportOf({ personal: { ...customer, email: 'a/b+c@example.com' } });
    expect(definition.remedy!(answer(status, unknownUser), report, settings)).toEqual({
      reason: 'VTmarketing does not know the user: adding it, then once again',
      request: {
        method: 'PUT',
        url: 'https://api.vtcdn.net/v1/user/a%2Fb%2Bc%40example.com?upsert=true',
        headers,
        body: JSON.stringify({ tel: '+15550100', firstname: 'Jane', lastname: 'Doe' }),
      },
    });
    for (const other of [answer(404), answer(500, unknownUser), answer(200)]) {
      expect(definition.remedy!(other, report, settings)).toBeUndefined();
    }
  });
});

describe('an answer', () => {
  test.each<[string, ReturnType<typeof answer>, Partial<Outcome>]>([
    [
      'created',
      answer(200, { results: { message: 'Event created', email: 'Event was created for the specified user' } }),
      { state: 'delivered', reason: 'VTmarketing has created the event' },
    ],
    [
      'errors with 200',
      answer(200, { errors: [{ message: 'Bad' }] }),
      { state: 'rejected', reason: 'VTmarketing refused the event: Bad' },
    ],
    ['another 2xx', answer(202), { state: 'rejected', reason: expect.stringContaining('only 200') }],
    [
      'a refusal',
      answer(400, {
        errors: [
          { message: 'Missing event information', description: 'Please send event information along with user' },
        ],
      }),
      {
        state: 'rejected',
        reason:
          'VTmarketing refused the event: Missing event information: Please send event information along with user',
      },
    ],
    ['a refusal without words', answer(422), { state: 'rejected', reason: 'VTmarketing refused the event: 422' }],
    [
      'the user still unknown',
      answer(404, unknownUser),
      { state: 'rejected', reason: expect.stringContaining('still does not know') },
    ],
    ['a wrong key', answer(401), { state: 'held', reason: expect.stringContaining('API key') }],
    ['a wrong address', answer(404, 'not found'), { state: 'held', reason: expect.stringContaining('trailingSlash') }],
    ['a redirect to the other slash', answer(308), { state: 'held', reason: expect.stringContaining('trailingSlash') }],
    ['slow down', answer(429, '', { 'retry-after': '3' }), { state: 'retry', after: 3000 }],
    ['unavailable', answer(500), { state: 'retry' }],
  ])('%s', (_title, response, expected) => {
    expect(classifyAnswer({ definition, settings, report: reportOf({ personal: customer }), response })).toMatchObject(
      expected,
    );
  });

  test('that quotes the e-mail is shown without it', () => {
    const response = answer(400, { errors: [{ message: 'jane+shop@example.com is blocked' }] });
    const { reason } = classifyAnswer({ definition, settings, report: reportOf({ personal: customer }), response });
    expect(reason).toBe('VTmarketing refused the event: [personal] is blocked');
  });
});

describe('the connection test', () => {
  test('sends an empty event, whose refusal proves the key', () => {
    const { request, verdict } = definition.test!;
    expect(request(settings)).toEqual({ method: 'POST', url: 'https://api.vtcdn.net/v1/event/', headers, body: '{}' });
    expect(verdict(answer(400, { errors: [{ message: 'Missing event information' }] }), settings).ok).toBe(true);
    expect(verdict(answer(200), settings).ok).toBe(true);
    expect(verdict(answer(403), settings)).toEqual({ ok: false, message: expect.stringContaining('account manager') });
    expect(verdict(answer(301), settings)).toEqual({ ok: false, message: expect.stringContaining('trailingSlash') });
    expect(verdict(answer(503), settings).ok).toBe(false);
  });
});

/** What a page said that may be an order, as reports, refusals and nothing. */
import { describe, expect, test } from 'vitest';
import { readFoundReports } from '../../../collector/intake/read-found.ts';

const entry = (more: object = {}, event = 'purchase') => ({
  source: 'layer',
  name: 'dataLayer',
  data: { event, ecommerce: { transaction_id: 'T1', value: '10.00', currency: 'EUR', ...more } },
});
const beside = {
  visitor: 'visitor-1',
  consent: { marketing: true },
  journey: 'x',
  touches: [],
  page: 'https://shop.example/thanks',
};
const read = (found: unknown[], more: object = {}) => readFoundReports({ ...beside, found, ...more }, 'USD');

test('an order of a layer is a report with what the tag knows beside it', () => {
  expect(read([entry({ value: '10,00 €' })], { customer: { id: 'C1' }, now: 1 })).toEqual({
    reports: [
      {
        body: { ...beside, now: 1, orderId: 'T1', total: '10.00', currency: 'EUR', customer: { id: 'C1' } },
        trackers: ['ga4'],
        also: [],
        warnings: [],
      },
    ],
    ignored: [],
  });
});

test('the page’s own call in the same body is one of the places that say it', () => {
  const { reports } = read([entry({ transaction_id: '8142' })], { orderId: 'S-8142', total: '10.00', currency: 'EUR' });
  expect(reports).toMatchObject([{ body: { orderId: 'S-8142' }, trackers: ['call', 'ga4'], also: ['8142'] }]);
});

test.each([
  ['a layer', { ...entry(), data: JSON.stringify(entry().data) }, 'ga4'],
  ['an attribute', { source: 'attribute', data: '{"orderId":"T1","total":"10.00","currency":"EUR"}' }, 'attribute'],
])('an entry of %s may come as the text of its JSON', (_where, one, tracker) => {
  const { reports, refused } = read([one]);
  expect(reports).toMatchObject([{ body: { orderId: 'T1', total: '10.00', currency: 'EUR' }, trackers: [tracker] }]);
  expect(refused).toBeUndefined();
});

test('what a refused text says stands in the body that is kept, so that the person in it is found and hidden', () => {
  const data = { orderId: 'T1', total: 'free', customer: { email: 'jane@shop.example' } };
  const { refused } = read([{ source: 'attribute', data: JSON.stringify(data) }]);
  expect(refused?.body).toMatchObject({ found: [{ source: 'attribute', data }] });
});

test('what says of itself that it is no sale is ignored, and it is said', () => {
  const refund = entry({ items: [{ item_id: 'A', price: 10 }] }, 'refund');
  expect(read([refund])).toEqual({
    reports: [],
    ignored: [{ field: 'event', message: 'is no sale: the event is called "refund" (found in the page: layer)' }],
  });
  expect(read([entry({}, 'view_item')])).toEqual({ reports: [], ignored: [] });
});

describe('what names an order and can’t be read', () => {
  test.each(['{"orderId":"A1","total":}', "{'orderId':'A1'}", '{', `${'['.repeat(101)}${']'.repeat(101)}`])(
    'is an attribute that a template broke: %.30s',
    (data) => {
      const { reports, refused } = read([{ source: 'attribute', data }]);
      expect(reports).toEqual([]);
      expect(refused).toEqual({
        body: { ...beside, found: [{ source: 'attribute', data }] },
        problems: [
          { field: 'orderId', message: expect.stringContaining('data-clickthread-order is no JSON') as string },
        ],
      });
      // A layer holds anything; nobody meant that.
      expect(read([{ source: 'layer', data }])).toEqual({ reports: [], ignored: [] });
    },
  );

  test('is a warning where the layer says the order well', () => {
    const { reports, refused } = read([entry(), { source: 'attribute', data: '{' }]);
    expect(reports[0]!.warnings).toMatchObject([{ field: 'orderId' }]);
    expect(refused).toBeUndefined();
  });

  test('keeps its own body and the field, the same at every attempt', () => {
    const wrong = entry({ value: '12.00 USD / 11.00 EUR' });
    const { reports, refused } = read([entry({ transaction_id: 'T2' }), wrong], { now: 1 });
    expect(reports).toHaveLength(1);
    expect(refused).toEqual({
      body: { ...beside, found: [wrong] },
      problems: [{ field: 'total', message: expect.stringContaining('more than one number') as string }],
    });
    expect(read([wrong], { now: 2 }).refused?.body).toEqual(refused?.body);
  });

  test('is a warning where another place of the page says the same order well', () => {
    for (const wrong of [entry({ value: 'free' }), entry({ transaction_id: 'undefined' })]) {
      const { reports, refused } = read([wrong, entry()]);
      expect(refused).toBeUndefined();
      expect(reports[0]?.warnings).toHaveLength(1);
    }
  });
});

/** Which currency an order of a page is in: its own, its items', what stands in the total, what the page says, the site's, in this order. */
import { describe, expect, it } from 'vitest';
import type { Found } from '../../wire/found.ts';
import { readFound } from '../../wire/order-reader.ts';

const layer = (...entries: unknown[]): Found[] => entries.map((data) => ({ source: 'layer', name: 'dataLayer', data }));
const purchase = (more: object = {}, event: unknown = 'purchase') => ({
  event,
  ecommerce: { transaction_id: 'T1', value: '10.00', currency: 'EUR', ...more },
});
const item = { item_id: 'A', item_name: 'a', quantity: 1, price: '10.00' };
const ordersOf = (found: Found[], currency?: string) =>
  readFound(found, currency === undefined ? {} : { currency }).orders.map(({ order }) => order);

describe('the currency', () => {
  it.each<[string, object, string | undefined]>([
    ['of the items counts before the site’s', { currency: undefined, items: [{ ...item, currency: 'GBP' }] }, 'GBP'],
    [
      'of items that disagree does not',
      {
        currency: undefined,
        items: [
          { ...item, currency: 'GBP' },
          { ...item, currency: 'EUR' },
        ],
      },
      'USD',
    ],
    ['that stands in the total counts', { currency: undefined, value: '10,00 €' }, 'EUR'],
    ['of a code in the total counts', { currency: '', value: 'PLN 10.00' }, 'PLN'],
    ['undefined is the site’s', { currency: 'undefined' }, 'USD'],
    ['in lower case with blanks is read', { currency: ' eur ' }, 'EUR'],
    ['as a sign is read', { currency: '€' }, 'EUR'],
    ['as a sign of letters is read', { currency: 'zł' }, 'PLN'],
    ['as one of several dollars is read', { currency: 'A$' }, 'AUD'],
    ['of letters in the total counts', { currency: '', value: '1 250,00 Kč' }, 'CZK'],
    ['of one of several dollars in the total counts', { currency: '', value: 'NZ$10.00' }, 'NZD'],
    ['of a code before its sign in the total counts', { currency: '', value: 'CAD $10.00' }, 'CAD'],
    ['of no dollar that is known is the site’s', { currency: '', value: 'J$ 10.00' }, 'USD'],
    ['of a word in the total is the site’s', { currency: '', value: '10.00 all in' }, 'USD'],
    ['of an item by another key counts', { currency: undefined, items: [{ ...item, item_currency: 'GBP' }] }, 'GBP'],
    ['of an item as UA writes it counts', { currency: undefined, items: [{ ...item, currencyCode: 'GBP' }] }, 'GBP'],
    ['as people call it is read', { currency: 'TL' }, 'TRY'],
    ['that several countries call so is not guessed', { currency: 'lei' }, undefined],
    ['that several countries write so is not guessed', { currency: '$' }, undefined],
    ['that is none is not replaced by a guess', { currency: 'BTC' }, undefined],
  ])('%s', (_, more, currency) => {
    const { orders, refused } = readFound(layer(purchase(more)), { currency: 'USD' });
    expect(orders[0]?.order.currency).toBe(currency);
    if (currency === undefined) expect(refused).toMatchObject([{ problems: [{ field: 'currency' }] }]);
  });
});

describe('a currency that the page says beside the order', () => {
  const bare = purchase({ currency: undefined });
  const call = ['event', 'purchase', { transaction_id: 'T1', value: '10.00' }];
  it.each<[string, unknown[], string]>([
    ['beside its `ecommerce`', [{ ...bare, currency: 'GBP' }], 'GBP'],
    ['beside it, as a code of a theme', [{ ...bare, currencyCode: 'gbp' }], 'GBP'],
    ['beside it, and is an object', [{ ...bare, currency: { code: 'GBP' } }], 'USD'],
    ['with the configuration', [['config', 'G-1', { currency: 'GBP' }], call], 'GBP'],
    ['for all calls', [['set', { currency: 'GBP' }], call], 'GBP'],
    ['for all calls, by name', [['set', 'currency', 'GBP'], call], 'GBP'],
    ['for one tracker and all pushes', [['config', 'G-1', { currency: 'GBP' }], bare], 'GBP'],
    ['and the order says another', [['set', { currency: 'GBP' }], purchase()], 'EUR'],
    ['of a step before', [{ event: 'begin_checkout', ecommerce: { value: '9.00', currency: 'GBP' } }, bare], 'USD'],
  ])('%s', (_, entries, currency) => {
    expect(ordersOf(layer(...entries), 'USD')).toMatchObject([{ total: '10.00', currency }]);
  });
});

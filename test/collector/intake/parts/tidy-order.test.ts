import { describe, expect, test } from 'vitest';
import { codeOfNumber } from '../../../../collector/intake/parts/currency-numbers.ts';
import { readFoundReports } from '../../../../collector/intake/read-found.ts';
import { readOrder } from '../../../../collector/intake/validate-order.ts';
import { formatMoney } from '../../../../collector/lib/money.ts';
import { currencyCodes } from '../../../../wire/currency-digits.ts';

const NOW = Date.UTC(2026, 10, 27, 12);
const base = { orderId: 'O1', total: '112.00', currency: 'USD' };

/** What is read of an order: total and currency, or the fields that are refused; and the lines. */
function read(more: object, site = 'USD') {
  const { valid, problems, warnings } = readOrder({ ...base, ...more }, { now: NOW, currency: site });
  const refused = problems.map(({ field }) => field).join();
  const lines = valid?.order.items.map(({ sku, quantity, price, scale = 0 }) => [
    ...[sku, quantity, price / 10 ** (scale + valid.order.digits!)],
  ]);
  return {
    read: valid ? `${formatMoney({ ...valid.order, minor: valid.order.total })} ${valid.order.currency}` : refused,
    ...{ lines, warned: warnings.map(({ field }) => field).join(), valid, problems },
  };
}

describe('a currency', () => {
  test('has one number, and every currency that an order may carry has one', () => {
    const numbers = Array.from({ length: 1000 }, (_, number) => codeOfNumber(number)).filter(
      (code) => code !== undefined,
    );
    // The guilder of Curaçao left its number to the one of the Caribbean.
    expect(numbers.toSorted()).toEqual(currencyCodes().filter((code) => code !== 'ANG'));
  });

  test.each<[unknown, string, string]>([
    ['978', 'USD', '112.00 EUR'],
    [978, 'USD', '112.00 EUR'],
    [' 036 ', 'USD', '112.00 AUD'],
    [36, 'USD', '112.00 AUD'],
    ['usd ', 'EUR', '112.00 USD'],
    ['$', 'CAD', '112.00 CAD'],
    ['$', 'EUR', 'currency'],
    ['kr.', 'SEK', '112.00 SEK'],
    ['Lei', 'RON', '112.00 RON'],
    ['999', 'USD', 'currency'],
    ['9780', 'USD', 'currency'],
    ['dollars', 'USD', 'currency'],
  ])('%j of a site in %s is %s', (currency, site, expected) => {
    expect(read({ currency }, site).read).toBe(expected);
  });
});

describe('an amount', () => {
  test.each<[string, object, string]>([
    ['with its currency', { total: { value: '112.00', currency: 'USD' } }, '112.00 USD'],
    ['as PayPal names it', { total: { value: '112.00', currency_code: 'USD' } }, '112.00 USD'],
    ['as Shopify names it', { total: { amount: '112.0', currencyCode: 'USD' } }, '112.00 USD'],
    [
      'that alone says the currency',
      { total: { amount: '112.00', currency: 'eur' }, currency: undefined },
      '112.00 EUR',
    ],
    ['with a number for a currency', { total: { value: '112.00', currency: '978' }, currency: 978 }, '112.00 EUR'],
    ['in cents, and said so', { total: { centAmount: 11200, currencyCode: 'USD', fractionDigits: 2 } }, '112.00 USD'],
    ['in cents of a currency without', { total: { centAmount: 112, currencyCode: 'JPY' }, currency: 'JPY' }, '112 JPY'],
    ['with decimals as a number', { total: { value: 112.5, currency: 'USD' } }, '112.50 USD'],
    ['whole, without decimals to have', { total: { value: 112, currency: 'JPY' }, currency: 'JPY' }, '112 JPY'],
    ['that may be cents or not', { total: { amount: 11200, currency: 'USD' } }, 'total'],
    ['in another currency', { total: { value: '112.00', currency: 'EUR' } }, 'total'],
    ['in an unknown currency', { total: { value: '112.00', currency: 'BTC' } }, 'total'],
    ['in pieces', { total: { units: '112', nanos: 0 } }, 'total'],
    ['below zero', { total: { value: '-112.00', currency: 'USD' } }, 'total'],
    ['in words, in another currency', { total: '112,00 €' }, 'total'],
    ['in words, with another code', { total: 'GBP 112.00' }, 'total'],
    ['in words, in a currency of that sign', { total: '$112.00' }, '112.00 USD'],
    ['in words, in another pound', { total: '£112.00', currency: 'EGP' }, '112.00 EGP'],
    ['in words, with its own code', { total: 'USD 112.00' }, '112.00 USD'],
    ['beside words that are no currency', { total: 'ALL INCL 112.00' }, '112.00 USD'],
  ])('%s is read or refused, never guessed', (_what, more, expected) => {
    expect(read(more).read).toBe(expected);
    const [report] = readFoundReports({ ...base, ...more }, 'USD').reports;
    const page = report ? read({ ...base, currency: undefined, ...report.body }).read : 'total';
    expect(page).toBe(expected);
  });

  test('beside the total it is read, or left out with a word: a detail costs no sale', () => {
    const { valid, warned } = read({
      ...{ tax: { value: '10.00', currency: 'USD' }, shipping: { amount: 500, currency: 'USD' }, discount: '5,00 €' },
      items: [
        { sku: 'A', price: { value: '1.00', currency: 'EUR' } },
        { sku: 'B', price: '2,00 €' },
        { sku: 'C', price: { value: '3.00' } },
      ],
    });
    expect(valid!.order).toMatchObject({ tax: 1000, items: [{ sku: 'C', price: 300 }] });
    expect(warned).toBe('items[0].price,items[1].price,discount,shipping');
  });
});

describe('a quantity', () => {
  const item = (more: object) => ({ items: [{ sku: 'A', price: '20.00', quantity: 1, ...more }] });
  test.each<[string, object, unknown[]]>([
    ['a thousand pieces', { total: '30000.00', ...item({ quantity: '1,500' }) }, ['A', 1500, 20]],
    ['goods by weight', { total: '30.00', ...item({ quantity: '1,500 kg' }) }, ['A', 1.5, 20]],
    ['goods by weight, with a dot', { total: '30.00', ...item({ quantity: '1.500' }) }, ['A', 1.5, 20]],
    ['pieces in words', { total: '40.00', ...item({ quantity: '2 pcs' }) }, ['A', 2, 20]],
    ['none', { total: '0.00', ...item({ quantity: 0 }) }, ['A', 0, 20]],
    ['a piece that came back', { total: '80.00', ...item({ quantity: -1 }) }, ['A', 1, -20]],
    ['pieces that came back, in words', { total: '80.00', ...item({ quantity: '-2 pcs' }) }, ['A', 2, -20]],
    [
      'one that came back, less its discount',
      { total: '80.00', ...item({ quantity: -1, discount: '5.00' }) },
      ['A', 1, -15],
    ],
  ])('%s', (_what, more, line) => {
    expect(read(more).lines).toEqual([line]);
    const [report] = readFoundReports({ ...base, ...more }, 'USD').reports;
    expect(read(report!.body).lines).toEqual([line]);
  });

  test.each<[string, object]>([
    ['that may be a thousand or a fraction', { total: '90000000.00', ...item({ quantity: '1,500' }) }],
    ['of an order of nothing', { total: '0.00', ...item({ quantity: '1,500' }) }],
    ['below zero of a price below zero', item({ quantity: -1, price: '-20.00' })],
    ['that is no number', item({ quantity: 'two' })],
  ])('%s leaves the line out, with a word', (_what, more) => {
    expect(read(more)).toMatchObject({ lines: [], warned: 'items[0].quantity' });
    const [report] = readFoundReports({ ...base, ...more }, 'USD').reports;
    expect(read(report!.body).lines).toEqual([]);
    expect(report!.warnings.map((one) => one.field)).toEqual([expect.stringMatching(/^items\[0\]/)]);
  });
});

test('a customer’s id in letters that are composed otherwise is the same customer', () => {
  const ids = ['Jos\u00e9-7', 'Jose\u0301-7', 'Jos\u00e9\u200b-7'].map(
    (id) => read({ customer: { id } }).valid!.order.customerId,
  );
  expect(new Set(ids).size).toBe(1);
});

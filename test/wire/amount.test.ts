/** Amounts as carts of many countries write them: read by a rule, or refused, never guessed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readAmount, type AmountRules } from '../../wire/amount.ts';

const read = (given: unknown, rules?: AmountRules): string | undefined => {
  const reading = readAmount(given, rules);
  return 'amount' in reading ? reading.amount : undefined;
};

it.each([
  [112, '112'],
  [0, '0'],
  [19.95, '19.95'],
  [1e-7, '0.00000010'],
  ['0.00', '0.00'],
  ['9080', '9080'],
  ['33.50', '33.50'],
  ['1.234,56', '1234.56'],
  ['1,234.56', '1234.56'],
  ['1 234,56', '1234.56'],
  ['1\u00a0234,5 lei', '1234.5'],
  ['1\u202f234,50 €', '1234.50'],
  ['1.234.567', '1234567'],
  ['1,234', '1234'],
  ['1,23,456', '123456'],
  ['1,23,456.78', '123456.78'],
  ['1,234.567', '1234.567'],
  ['1234.567', '1234.567'],
  ['0.125', '0.125'],
  ['12,5', '12.5'],
  ["1'234.50", '1234.50'],
  ['1’234.50', '1234.50'],
  ['$9', '9'],
  ['$1,234', '1234'],
  ['£1,234.50', '1234.50'],
  ['€ 19,95', '19.95'],
  ['49,9 lei', '49.9'],
  ['Lei. 12,50', '12.50'],
  ['Rs.500', '500'],
  ['.50', '0.50'],
  ['12,-', '12'],
  ['12.–', '12'],
  ['12,00 €.', '12.00'],
  ['USD 1,234,567.89', '1234567.89'],
  ['49.90 (incl. VAT)', '49.90'],
  ['-0.00', '0.00'],
  ['١٬٢٣٤٫٥٠', '1234.50'],
  ['۱۲٫۵۰', '12.50'],
  ['１２．５０', '12.50'],
  ['१,२३,४५६.५०', '123456.50'],
  ['১২৩.৫০ ৳', '123.50'],
  ['๑๒.๕๐', '12.50'],
  ['\u200f١٢٣٫٤٥ د.إ.\u200f', '123.45'],
  // Signs that hold a dot, and letters beyond ASCII behind one that shortens.
  ['S/.12', '12'],
  ['S/. 1,234.50', '1234.50'],
  ['B/.5', '5'],
  ['د.إ.12.50', '12.50'],
  ['12\u00a0345,00 Kč', '12345.00'],
  ['100 Kčs', '100'],
  // No cents: a colón, a cedi, roubles, a word that begins like one.
  ['¢12,50', '12.50'],
  ['GH¢ 50', '50'],
  ['500 p.', '500'],
  ['12.50 Grand total', '12.50'],
  ['$12.50 CAD', '12.50'],
  ['12 kr', '12'],
  ['12 Mt', '12'],
  ['1.234,-', '1234'],
  ['1.234,– €', '1234'],
  ["1'234.–", '1234'],
  ['1 299:-', '1299'],
  ['12,=', '12'],
  ['Gesamt-Summe 12,50', '12.50'],
  // As templates escape them, and with the markup that carts print.
  ['&#36;12.50', '12.50'],
  ['&#x20AC;12.50', '12.50'],
  ['1&nbsp;234,50&nbsp;&euro;', '1234.50'],
  [
    '<span class="woocommerce-Price-amount amount"><bdi>1.234,50&nbsp;<span class="woocommerce-Price-currencySymbol">&euro;</span></bdi></span>',
    '1234.50',
  ],
])('reads %j as %s', (given, amount) => expect(read(given)).toBe(amount));

it.each<[unknown, string]>([
  ['', 'no number'],
  ['Free shipping', 'no number'],
  ['n/a', 'no number'],
  ['23,47 лв. (12,00 €)', 'more than one number'],
  ['49.90 (incl. 20% VAT)', 'more than one number'],
  ['12.00 USD / 11.00 EUR', 'more than one number'],
  ['2 items, $49.90', 'more than one number'],
  ['1e3', 'more than one number'],
  ['(12.00)', 'below zero'],
  ['($12.00)', 'below zero'],
  ['12.00-', 'below zero'],
  ['12,00 -€', 'below zero'],
  ['-5', 'below zero'],
  ['−5,00', 'below zero'],
  ['€ -5,00', 'below zero'],
  [-1, 'below zero'],
  ['1.234', 'a thousand or a fraction'],
  ['12.34.56', 'grouped oddly'],
  ['1,2345,678', 'grouped oddly'],
  ['20%', 'a share'],
  ['1.5k', 'shortened'],
  ...[
    '150rb',
    '1,5 jt',
    '1,5tr',
    '12,5 тыс. руб.',
    '3 млн',
    '1.5 crore',
    '2 lakh',
    '1.5万',
    '10만원',
    '12 $ M',
    '12.50 CR',
    '%12',
  ].map((text): [string, string] => [text, 'shortened']),
  // Footnotes, raised cents, halves.
  ...['12¹', '12⁹⁹ €', '1½', '12.50 ②'].map((text): [string, string] => [text, 'raised digits']),
  ...['99¢', '50 cents', '1250c', '50p', '99 ct', '75 коп.', '500 fils', '50 öre', '90 paise', '25 kuruş'].map(
    (text): [string, string] => [text, 'in cents'],
  ),
  ['<del>15.00</del> 12.00', 'more than one number'],
  ['12.00 (<15.00>)', 'more than one number'],
  ['12<sup>99</sup> €', 'more than one number'],
  ['12,00- EUR', 'below zero'],
  ['12.00-EUR', 'below zero'],
  ['&minus;12.00', 'below zero'],
  ['&#8722;12.00', 'below zero'],
  ['9'.repeat(16), 'larger than any order'],
  [NaN, 'no amount'],
  [Infinity, 'no amount'],
  [1e21, 'no amount'],
  [null, 'no amount'],
  [undefined, 'no amount'],
  [{}, 'no amount'],
  [[], 'no amount'],
  [true, 'no amount'],
])('refuses %j: %s', (given, reason) => {
  expect(readAmount(given)).toEqual({ problem: expect.stringContaining(reason) as string });
});

it.each<[string, AmountRules, string | undefined]>([
  ['12.990', { digits: 0 }, '12990'],
  ['$12.990', { digits: 0 }, '12990'],
  ['1.250.000', { digits: 0 }, '1250000'],
  ['1.300', { digits: 0 }, '1300'],
  ['1,300', { digits: 0 }, '1300'],
  ['150.000', { digits: 2 }, undefined],
  ['1.234', { digits: 2 }, undefined],
  ['1,234', { digits: 2 }, '1234'],
  ['12.345', { digits: 3 }, '12.345'],
  ['12,345', { digits: 3 }, undefined],
  ['12.345', { digits: 2, price: true }, '12.345'],
  ['1,234', { digits: 2, price: true }, '1234'],
])('one separator before three digits, %j with %j: %s', (given, rules, amount) => {
  expect(read(given, rules)).toBe(amount);
});

it.each([
  ['-10.00', '-10.00'],
  ['(10,00)', '-10.00'],
  [-10, '-10'],
  ['-0', '0'],
])('reads %j as %s where a line may take off', (given, amount) => expect(read(given, { signed: true })).toBe(amount));

it('never throws, and never gives a digit that is not in the text', () => {
  const odd = fc.string({ unit: fc.constantFrom(..."0123456789.,'- ()€$%kek".split('')), maxLength: 20 });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string(), odd), (given) => {
      const amount = read(given);
      if (amount === undefined || typeof given !== 'string') return;
      // But for those of markup, a heading's `<h1>`.
      const digits = (text: string) =>
        text
          .replace(/<[/!]?[a-z-][^<>]*>/gi, '')
          .normalize('NFKC')
          .replace(/\D/g, '');
      expect(digits(amount).replace(/^0+/, '')).toBe(digits(given).replace(/^0+/, ''));
    }),
    { numRuns: 2000 },
  );
});

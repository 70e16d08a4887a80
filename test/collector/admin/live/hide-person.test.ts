/** What a refused request shows on a screen: the fault stays legible, the customer does not. */
import { expect, test } from 'vitest';
import { hidePerson } from '../../../../collector/admin/live/hide-person.ts';

const jane = ['jane', 'Jane', 'Doe', '5550100', 'Main Street', 'sig-of-the-shop'];

test.each([
  [
    'JSON',
    JSON.stringify({
      ...{ orderId: 'O1', total: 'free', currency: 'EUR', signature: 'sig-of-the-shop' },
      customer: { id: 'C-1', email: 'jane@shop.example', phone: '+1 555 0100 55', firstName: 'Jane', lastName: 'Doe' },
      custom: { note: 'call +15550100, or write to jane@shop.example', 'jane@shop.example': 1 },
      items: [{ sku: 'A', name: 'Chair', price: 'x' }],
      address: { street: 'Main Street' },
    }),
    ['"orderId": "O1"', '"total": "free"', '"name": "Chair"', '"id": "C-1"'],
  ],
  [
    'JSON that holds the text of JSON, whole or broken',
    JSON.stringify({
      found: [
        { source: 'layer', data: '{"orderId":"O1","total":"free","email":"jane@shop.example","firstName":"Jane"}' },
        { source: 'attribute', data: '{"total":,"lastName":"Doe","street":"Main Street"' },
      ],
    }),
    ['O1', 'free', 'total'],
  ],
  [
    'JSON that was cut off',
    '{"orderId":"O1","total":,"email":"jane@shop.example","firstName":"Jane","lastName": "Doe',
    ['"orderId":"O1"', '"total":,'],
  ],
  [
    'a form',
    'id=O1&amount=free&email=jane%40shop.example&phone=%2B15550100&first_name=Jane&lastName=Doe',
    ['id=O1&amount=free'],
  ],
])('%s keeps what was wrong, and hides who it was', (_kind, body, kept) => {
  const shown = hidePerson(body);
  for (const text of kept) expect(shown).toContain(text);
  for (const word of jane) expect(shown).not.toContain(word);
});

test('an address at the cut is not shown by half', () => {
  const body = `${'a '.repeat(3997)} janedoe@shop.example`;
  expect(hidePerson(body)).not.toContain('jane');
});

test('a request without end is cut, and one of nothing stays nothing', () => {
  expect(hidePerson('x'.repeat(100_000)).length).toBeLessThan(8100);
  expect(hidePerson('')).toBe('');
  expect(hidePerson('null')).toBe('null');
});

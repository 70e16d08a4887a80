/** Numbers of orders, and what templates print when they know none. */
import { expect, it } from 'vitest';
import { readOrderId, sameOrderKey } from '../../wire/order-id.ts';

it.each([
  ['11001', '11001'],
  [11001, '11001'],
  [' #1001 ', '#1001'],
  ['WC-81141-2026', 'WC-81141-2026'],
  ['order-5', 'order-5'],
  ['訂單5', '訂單5'],
  ['A', 'A'],
  ['null-7', 'null-7'],
  ['NONE', 'NONE'],
  ['e\u0301-7', '\u00e9-7'],
  ['WC\u00a07', 'WC 7'],
  ['WC  7 ', 'WC 7'],
  ['0012', '0012'],
  ['O\u200b1002', 'O1002'],
  ['\ufeffO1002\u2060', 'O1002'],
  ['O\u00ad10\u200d02', 'O1002'],
  ['O1002\ufe0f', 'O1002'],
  ['\u115fO1002\u3164', 'O1002'],
  ['Ｏ１００２', 'O1002'],
  ['＃１００２', '#1002'],
  ['WC\u30007', 'WC 7'],
])('takes %j as %s', (given, orderId) => expect(readOrderId(given)).toEqual({ orderId }));

it.each([
  ...['undefined', 'null', 'NaN', 'none', 'None', 'false', 'true', 'unknown', 'n/a', 'N/A', '(not set)', '(none)'],
  ...['[object Object]', '0', '00', '0.0', 'order_id', 'transactionId', 'ORDER-ID', 'Order Number'],
  ...['{{ order.id }}', '{{order_id}}', '${order.id}', '%ORDER_ID%', '%%id%%', '<%= id %>', '<?php echo $id ?>'],
  ...['[order_id]', '{orderId}', '__ORDER__', '$order->id', '#', '---', '?'],
  0,
])('refuses %j by name', (given) => {
  expect(readOrderId(given)).toEqual({
    problem: expect.stringMatching(/names no order: the page's template/) as string,
  });
});

it('refuses a number that has lost digits', () => {
  expect(readOrderId(2 ** 53)).toEqual({ problem: expect.stringMatching(/send it as a text/) as string });
});

it.each([NaN, Infinity, 1.5, {}, [], true])('refuses %j for its type', (given) => {
  expect(readOrderId(given)).toEqual({ problem: 'must be a string or a whole number' });
});

it.each([undefined, null, ''])('says that %j is missing', (given) => {
  expect(readOrderId(given)).toEqual({ problem: expect.stringContaining('is missing') as string });
});

it.each(['  ', 'a\nb', 'x'.repeat(129)])('refuses %j for its characters', (given) => {
  expect(readOrderId(given)).toEqual({ problem: expect.stringContaining('1 to 128 characters') as string });
});

it.each(['\u200e', '\u200f', '\u061c', '\u202e', '\u2066'])('refuses a number with the direction mark %j', (mark) => {
  expect(readOrderId(`O${mark}1002`)).toEqual({ problem: expect.stringContaining('direction marks') as string });
});

it.each(['\u200b', '\u00ad\u2060', '\u3164'])('refuses a number of nothing but what nobody sees, %j', (id) => {
  expect(readOrderId(id)).toEqual({ problem: expect.stringContaining('1 to 128 characters') as string });
});

it('knows that #1001 and 1001 are one order', () => {
  expect(sameOrderKey('#1001')).toBe(sameOrderKey('1001'));
  expect(sameOrderKey('a-1')).toBe(sameOrderKey('A-1'));
  expect(sameOrderKey('1001')).not.toBe(sameOrderKey('1002'));
});

import { expect, test } from 'vitest';
import { couponKey } from '../../../../collector/lib/text/coupon-code.ts';

test.each([
  ['PARTNER10', 'partner10'],
  ['PARTNER10', ' Partner10\u00a0'],
  ['PARTNER10', 'PARTNER１０'],
  ['PARTNER10', 'PAR\u00adTNER10\u200b'],
  ['SOMMER 20', 'sommer\u202f 20'],
  ['ΕΚΠΤΩΣΗ', 'έκπτωση'],
  ['ΠΡΟΪΟΝ', 'προϊόν'],
  ['ΦΙΛΟΣ', 'φίλος'],
  ['STRASSE', 'straße'],
  ['İNDİRİM', 'indirim'],
  ['INDIRIM', 'ındırım'],
  ['СКИДКА', 'скидка'],
  ['CAFÉ', 'cafe\u0301'],
])('%j and %j are one code', (one, other) => {
  expect(couponKey(one)).toBe(couponKey(other));
});

test.each([
  ['CAFÉ', 'CAFE'],
  ['PARTNER10', 'PARTNER1O'],
  ['PARTNER10', 'PARTNER 10'],
  ['PARTNER10', 'PARTNER-10'],
  ['СКИДКИ', 'СКИДКЙ'],
])('%j and %j are two', (one, other) => {
  expect(couponKey(one)).not.toBe(couponKey(other));
});

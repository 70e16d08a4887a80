import { describe, expect, test } from 'vitest';
import { currencyCodes, digitsOf, isCurrency } from '../../wire/currency-digits.ts';

describe('the pinned list of ISO 4217', () => {
  test.each<[number, string]>([
    [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
    [2, 'USD EUR GBP HUF IDR COP ALL LBP IRR MMK PKR RSD TZS UZS LAK SOS SYP YER AFN MGA CRC AMD KPW'],
    [2, 'XCG XAD VED VES SLE ZWG MRU STN BYN'],
    [3, 'BHD IQD JOD KWD LYD OMR TND'],
    [4, 'CLF UYW'],
  ])('%i decimals: %s', (digits, codes) => {
    for (const code of codes.split(' ')) expect([code, isCurrency(code), digitsOf(code)]).toEqual([code, true, digits]);
  });

  test('has every current code once, and those withdrawn since 2015', () => {
    const codes = currencyCodes();
    expect(codes.length).toBe(new Set(codes).size);
    expect(codes.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
    // 179 entries of the list of 2024-06-25, less 13 without decimals; XAD and XCG came since; ANG, BGN and CUC went to list three.
    expect(codes.length).toBe(179 - 13 + 2 + 'HRK LTL MRO SLL STD VEF ZWL BYR'.split(' ').length);
    expect(['HRK', 'BGN', 'ANG', 'BYR'].map((code) => [isCurrency(code), digitsOf(code)])).toEqual([
      [true, 2],
      [true, 2],
      [true, 2],
      [true, 0],
    ]);
  });

  test.each(['usd', 'US', 'XYZ', '', 'ROL', 'TRL', 'DEM', 'XAU', 'XDR', 'XTS', 'XXX', 'constructor'])(
    '%j is no currency of an order',
    (code) => expect(isCurrency(code)).toBe(false),
  );
});

/**
 * Which currencies there are and how many decimals each has: ISO 4217, pinned here so that no upgrade of a runtime can change an amount.
 * Source: list one of SIX, the maintenance agency, published 2026-01-01
 * (https://www.six-group.com/dam/download/financial-information/data-center/iso-currrency/lists/list-one.xml), for what has left it list three.
 * Intl is no source: it knows habits (CLDR), which differ from the standard (IQD, HUF, IDR …) and change with the runtime.
 */

/** Those that don't have two decimals. Funds (CLF, UYI, UYW) included. */
const OTHER: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF BYR',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const TWO =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK ' +
  'DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT ' +
  'LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN ' +
  'QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS ' +
  'VED VES WST XAD XCD XCG YER ZAR ZMW ZWG';

/**
 * Withdrawn since 2015, the age of shops that are still configured with them: an order of 2025 in leva is resent and refunded in leva.
 * Older ones (ROL, TRL, DEM) stay out: who sends them today means their successor, by a factor of up to a million. BYR stands above.
 */
const WITHDRAWN = 'ANG BGN CUC HRK LTL MRO SLL STD VEF ZWL';

/**
 * Decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD, 4 for CLF. Two for whatever isn't listed, so that a page needs the short list alone;
 * whether there is such a currency says {@link isCurrency}.
 */
export function digitsOf(currency: string): number {
  for (const digits of [0, 3, 4]) if (OTHER[digits]!.split(' ').includes(currency)) return digits;
  return 2;
}

/** Every code that an order may carry. Gold, bonds, drawing rights and test codes are in the standard, too, but have no decimals: no shop sells in them. */
export const currencyCodes = (): string[] =>
  [...Object.values(OTHER), TWO, WITHDRAWN].flatMap((codes) => codes.split(' ')).sort();

let known: Set<string> | undefined;

/** Whether the code is a currency that an order may carry. Case matters: `USD`. */
export function isCurrency(code: string): boolean {
  known ??= new Set(currencyCodes());
  return known.has(code);
}

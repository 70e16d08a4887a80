import { describe, expect, test } from 'vitest';
import { readConsent } from '../../../../collector/intake/parts/read-consent.ts';

const NOW = Date.UTC(2026, 10, 20);

describe('an answer in the words of whoever states it', () => {
  test.each<[string, unknown[]]>([
    [
      'granted',
      [true, 'true', 1, '1', 'yes', 'Granted', 'accepted', 'accept_all', 'opt-in', ' ON ', 'ja', 'oui', 'ναι'],
    ],
    ['denied', [false, 'false', 0, '0', 'no', 'Denied', 'rejected', 'opted_out', 'none', 'off', 'nein', 'όχι']],
    ['unknown', ['unknown', '', 'undefined', 'null', '{{consent}}', '%consent%', 'not set', null]],
  ])('%s', (marketing, words) => {
    for (const word of words) {
      expect(readConsent({ marketing: word })?.marketing, JSON.stringify(word)).toBe(marketing);
      if (word !== null && word !== '') expect(readConsent(word)?.marketing, JSON.stringify(word)).toBe(marketing);
    }
  });

  test.each(['maybe', 'analytics', 7, {}, []])('%j is no yes, and is named', (word) => {
    const warned: string[] = [];
    expect(readConsent({ marketing: word }, (field) => void warned.push(field))?.marketing).toBe('denied');
    expect(warned).toEqual(['consent.marketing']);
  });

  test('a word is told what to send instead; the record itself is not', () => {
    const warned: string[] = [];
    for (const marketing of ['yes', 'granted', true, false, 'denied', 'unknown'])
      readConsent({ marketing }, (field, message) => void warned.push(`${field} ${message}`));
    expect(warned).toEqual(['consent.marketing was read as granted: send { "marketing": true } or false']);
  });
});

test.each<[unknown, string | undefined]>([
  [{ ad_storage: 'granted' }, 'granted'],
  [{ ad_storage: 'granted', ad_user_data: 'denied' }, 'denied'],
  [{ ad_storage: 'denied', marketing: true }, 'granted'],
  [{ analytics_storage: 'granted' }, 'unknown'],
  [{}, 'unknown'],
  [[], undefined],
  [null, undefined],
  [undefined, undefined],
])('%j is %s', (input, marketing) => {
  expect(readConsent(input)?.marketing).toBe(marketing);
});

test('its proof is kept in its known shape and nothing else', () => {
  expect(
    readConsent({ marketing: true, source: 'tcf<b>', at: NOW, gpc: true, tcString: 'CPx.-_~1', extra: 'x' }),
  ).toEqual({ marketing: 'granted', source: 'tcfb', at: NOW, gpc: true, tcString: 'CPx.-_~1' });
  expect(readConsent({ marketing: true, tcString: 'a b', at: 'x' })).toEqual({ marketing: 'granted' });
});

import { expect, test } from 'vitest';
import { checkConnection } from '../../../collector/configuration/check-connection.ts';
import { createCatalogue } from '../../../collector/catalogue.ts';
import { rawSettings } from '../destinations/seed-report.ts';

const { findDestination } = createCatalogue();

const problems = (name: string, more: object, allowPrivate = false) =>
  checkConnection(findDestination(name)!, { ...rawSettings[name], ...more }, { allowPrivate }).problems;

test.each<[string, object, string, RegExp]>([
  ['impact', { baseUrl: 'http://api.impact.com' }, 'baseUrl', /must begin with https/],
  ['impact', { baseUrl: 'https://10.0.0.1' }, 'baseUrl', /is not a public address \(private\)/],
  ['sale-pixel', { url: 'http://t.example/?id={orderId}' }, 'url', /must begin with https/],
  ['sale-form', { action: 'https://localhost/log' }, 'action', /is not a public address/],
  ['postback', { url: 'https://192.168.0.1/p?c={click_id}' }, 'url', /is not a public address/],
])('%s with %o is refused', (name, more, field, message) => {
  expect(problems(name, more)).toEqual([{ field, message: expect.stringMatching(message) }]);
  expect(problems(name, more, true)).toEqual([]);
});

test('what the definition finds and what the guard finds are told together', () => {
  expect(problems('impact', { campaignId: 'x', baseUrl: 'http://127.0.0.1:8788/' }).map(({ field }) => field)).toEqual([
    'campaignId',
    'baseUrl',
  ]);
});

// Run with `node --test` in this folder: the published contract, and a table of examples.
import assert from 'node:assert/strict';
import test from 'node:test';
import { destinationContract, sampleReport } from 'clickthread/plugin/contract';
import acme from './acme-partners.mjs';

const settings = { programme: '100200', apiKey: 'acme-secret-key', baseUrl: 'https://api.acme.example' };

for (const { title, check } of destinationContract(acme, {
  settings: { programme: '100200', apiKey: 'acme-secret-key' },
}))
  test(title, check);

test('a conversion is one POST with the goods without tax and shipping', () => {
  const { method, url, headers, body } = acme.conversion(sampleReport(), settings);
  assert.deepEqual(
    { method, url, headers },
    {
      method: 'POST',
      url: 'https://api.acme.example/programmes/100200/orders',
      headers: { authorization: 'Bearer acme-secret-key', 'content-type': 'application/json' },
    },
  );
  assert.deepEqual(JSON.parse(body), {
    click: 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0',
    order: 'O1234567',
    amount: '112.00',
    currency: 'USD',
    placedAt: '2024-08-02T07:55:24.000Z',
  });
});

for (const [status, body, state] of [
  [200, '{"status":"ok"}', 'delivered'],
  [200, '{"status":"no_click"}', 'no_match'],
  [200, '{"status":"bad_key"}', 'held'],
  [200, 'oops', 'retry'],
  [503, '', undefined],
])
  test(`${status} ${body} means ${state ?? 'what the default rules say'}`, () => {
    assert.equal(acme.outcome({ status, headers: {}, body }, sampleReport(), settings)?.state, state);
  });

// Run with `node --test` in this folder: the published contract, and a table of examples.
import assert from 'node:assert/strict';
import test from 'node:test';
import { destinationContract, sampleReport } from 'clickthread/plugin/contract';
import dub from './dub.mjs';

const SECRET = 'dub/secret+key=1';
const settings = {
  apiKey: SECRET,
  baseUrl: 'https://api.dub.co',
  eventName: 'Purchase',
  paymentProcessor: 'custom',
  amountBasis: 'goods',
};
const facts = { commission: 'cm_1' };

for (const { title, check } of destinationContract(dub, { settings: { apiKey: SECRET }, facts })) test(title, check);

test('a sale is direct: click and customer, in minor units, the order as invoice', () => {
  const { method, url, headers, body } = dub.conversion(sampleReport(), settings);
  assert.deepEqual(
    { method, url, key: headers.Authorization },
    {
      method: 'POST',
      url: 'https://api.dub.co/track/sale',
      key: `Bearer ${SECRET}`,
    },
  );
  assert.deepEqual(JSON.parse(body), {
    clickId: 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0',
    customerExternalId: 'BCZ2WVSH674563PDPYOTM3AXDQ',
    amount: 11200,
    currency: 'usd',
    eventName: 'Purchase',
    paymentProcessor: 'custom',
    invoiceId: 'O1234567',
    metadata: { coupons: '15BUCKSOFF' },
  });
});

test('a change goes to the commission that was found by its invoice', () => {
  const ask = dub.prepare.request(sampleReport({}, { kind: 'modification' }), settings);
  assert.equal(ask.url, 'https://api.dub.co/commissions?invoiceId=O1234567');
  const { method, url, body } = dub.modification(sampleReport({}, { kind: 'modification', facts }), settings);
  assert.deepEqual([method, url], ['PATCH', 'https://api.dub.co/commissions/cm_1']);
  assert.deepEqual(JSON.parse(body), { saleAmount: 11200, currency: 'usd' });
});

const fault = (message) => JSON.stringify({ error: { code: 'not_found', message } });

for (const [kind, status, body, state] of [
  ['conversion', 200, '{"customer":{"id":"c"},"sale":{"amount":1}}', 'delivered'],
  ['conversion', 200, '{"customer":null,"sale":null}', 'no_match'],
  ['conversion', 200, '<html>', 'retry'],
  ['conversion', 404, fault('Click event not found for clickId: x'), 'no_match'],
  ['conversion', 409, fault('exists'), 'delivered'],
  ['conversion', 403, fault('Need higher plan.'), 'held'],
  ['reversal', 400, fault('Commission is already refunded.'), 'delivered'],
  ['modification', 200, '<html>', 'retry'],
  ['conversion', 503, '', undefined],
])
  test(`${status} ${body} to a ${kind} means ${state ?? 'what the default rules say'}`, () => {
    assert.equal(dub.outcome({ status, headers: {}, body }, sampleReport({}, { kind }), settings)?.state, state);
  });

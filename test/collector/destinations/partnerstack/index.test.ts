import { describe, expect, test } from 'vitest';
import partnerstack from '../../../../collector/destinations/partnerstack/index.ts';
import type { HttpResponse } from '../../../../collector/model/http.ts';
import type { VendorFacts } from '../../../../collector/model/report.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../../harness/network-world.ts';
import { testContract } from '../contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from '../seed-report.ts';

testContract(partnerstack, { settings: rawSettings['partnerstack']!, facts: { customer: 'known' } });

const { definition, settings } = connect('partnerstack');

test('a sale is a transaction of the customer, in minor units, under the order’s key', () => {
  const { url, headers, body } = definition.conversion!(reportOf(), settings);
  expect(url).toBe('https://api.partnerstack.com/api/v2/transactions');
  expect(headers!['Authorization']).toBe(`Basic ${Buffer.from('pk_1:ps/secret+key=1').toString('base64')}`);
  expect(JSON.parse(body!)).toEqual({
    ...{ customer_key: 'BCZ2WVSH674563PDPYOTM3AXDQ', amount: 11200, currency: 'USD', key: 'order-O1234567' },
  });
});

describe('before a sale', () => {
  const asked = (facts?: VendorFacts) => definition.prepare!.request(reportOf({}, facts ? { facts } : {}), settings);
  const read = (response: HttpResponse, facts?: VendorFacts) =>
    definition.prepare!.read(response, reportOf({}, facts ? { facts } : {}), settings);
  const at = (minute: number, response: HttpResponse) => ({ ...response, receivedAt: minute * 60_000 });
  const signedUp = { customer: 'asked for', signUps: '1', signedUpAt: '0' };

  test('the customer is asked for, and signs up with the click where it is missing', () => {
    expect(asked()).toMatchObject({
      ...{ method: 'GET', url: 'https://api.partnerstack.com/api/v2/customers/BCZ2WVSH674563PDPYOTM3AXDQ' },
    });
    const request = asked({ customer: 'missing' })!;
    expect(request).toMatchObject({
      ...{ method: 'POST', url: 'https://partnerlinks.io/conversion/xid' },
      headers: { Authorization: 'Bearer ps/token+secret=1' },
    });
    expect(JSON.parse(request.body!)).toEqual({ xid: CLICK, customer_key: 'BCZ2WVSH674563PDPYOTM3AXDQ' });
    expect(asked(signedUp)?.method).toBe('GET');
    expect(asked({ customer: 'known' })).toBeUndefined();
  });

  test.each<[string, HttpResponse, VendorFacts | undefined, object | undefined]>([
    ['is known', answer(200, { data: { test: false } }), undefined, { facts: { customer: 'known' } }],
    ['is a page', answer(200, '<html>'), undefined, undefined],
    ['is missing', answer(404), undefined, { facts: { customer: 'missing' } }],
    ['is out of reach', answer(500), signedUp, undefined],
    ['signed up', at(7, answer(200)), { customer: 'missing' }, { facts: { signUps: '1', signedUpAt: '420000' } }],
    ['could not sign up', answer(401), { customer: 'missing' }, undefined],
    ['shows late', at(14, answer(404)), signedUp, { state: 'retry', alone: true }],
    ['never showed', at(15, answer(404)), signedUp, { facts: { customer: 'missing' } }],
    ['never showed thrice', at(15, answer(404)), { ...signedUp, signUps: '3' }, { state: 'no_match' }],
  ])('who %s', (_title, response, facts, expected) => {
    if (expected) expect(read(response, facts)).toMatchObject(expected);
    else expect(read(response, facts)).toBeUndefined();
  });
});

test.each<[number, unknown, string]>([
  [200, { data: { key: 'order-1' } }, 'delivered'],
  [200, '<html>', 'retry'],
  [400, { message: 'A transaction with this key already exists' }, 'delivered'],
  [400, { message: 'amount is missing' }, 'rejected'],
  [404, { message: 'Customer not found' }, 'retry'],
  [422, { message: 'No such customer' }, 'retry'],
])('%i %j is %s', (status, body, state) => {
  expect(definition.outcome!(answer(status, body), reportOf(), settings)?.state).toBe(state);
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'ps_xid', value: 'aB3dE6hI9kL2' };
  const open = (): Promise<NetworkWorld> =>
    openNetworkWorld('partnerstack', {
      folder: folder(),
      settings: rawSettings['partnerstack']!,
      vendor: { trackingToken: 'ps/token+secret=1', publicKey: 'pk_1', secretKey: 'ps/secret+key=1' },
    });

  test('the sale follows once the sign-up shows, minutes later, and is told once', async () => {
    const world = await open();
    await world.buys('N1', click);
    const { attemptLog } = await world.becomes('N1', 'conversion', 'delivered');
    expect(attemptLog.slice(0, 3).map(({ purpose, outcome }) => `${purpose} ${outcome}`)).toEqual([
      ...['lookup found', 'lookup found', 'lookup retry'],
    ]);
    expect(attemptLog.filter(({ purpose }) => purpose === 'report')).toHaveLength(1);
    expect((await world.vendor.state()).counts).toMatchObject({ signUps: 1 });
    expect(await world.recorded('key', 'order-N1')).toMatchObject([
      { click: click.value, amount: 11200, duplicates: 0 },
    ]);
    expect(await world.store.breakers()).toEqual([]);
    await world.changes('N1', { status: 'refunded' });
    await world.becomes('N1', 'reversal', 'by_hand');
  });

  test('a click that is nobody’s signs up thrice, and is no match then', async () => {
    const world = await open();
    await world.vendor.settings({ unknownClicks: [click.value] });
    await world.buys('N3', click);
    await world.becomes('N3', 'conversion', 'no_match');
    expect((await world.vendor.state()).counts).toMatchObject({ signUps: 3, transactions: 0 });
  });

  test('killed between call and settlement it is told again, and counts once', async () => {
    const world = await open();
    await world.vendor.settings({ customerDelayMs: 0 });
    await world.buys('N2', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await world.recorded('key', 'order-N2')).length === 1, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('N2', 'conversion', 'delivered');
    expect(await world.recorded('key', 'order-N2')).toMatchObject([{ duplicates: 1 }]);
  });
});

import { describe, expect, test } from 'vitest';
import tapfiliate from '../../../collector/destinations/tapfiliate.ts';
import type { Report } from '../../../collector/model/report.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from './seed-report.ts';

testContract(tapfiliate, { settings: rawSettings['tapfiliate']! });

const { definition, settings } = connect('tapfiliate');
const sent = (kind: Report['kind'], report: Partial<Report> = {}) => {
  const { method, url, headers, body } = definition[kind]!(reportOf({}, { kind, ...report }), settings);
  return { method, url, key: headers!['X-Api-Key'], body: JSON.parse(body!) as object };
};

test('a conversion goes by the code that won, and by a coupon only without one', () => {
  expect(sent('conversion')).toEqual({
    ...{ method: 'POST', url: 'https://api.tapfiliate.com/1.7/pb/con/c/', key: 'tf/secret+key=1' },
    body: { external_id: 'O1234567', referral_code: CLICK, amount: 112, currency: 'USD' },
  });
  expect(sent('conversion', { click: undefined }).body).toMatchObject({ coupon: '15BUCKSOFF' });
  const nothing = reportOf({ coupons: [] }, { click: undefined });
  expect(definition.refuse!(nothing, settings)).toContain('neither');
});

test('changes go by the order’s number', () => {
  expect(sent('modification')).toMatchObject({
    url: 'https://api.tapfiliate.com/1.7/pb/con/u/',
    body: { external_id: 'O1234567', amount: 112 },
  });
  expect(sent('reversal').body).toEqual({ external_id: 'O1234567', status: 'disapproved' });
});

test.each<[string, Report['kind'], number, unknown, string]>([
  ['recorded', 'conversion', 200, { id: 1 }, 'delivered'],
  ['a page', 'conversion', 200, '<html>', 'retry'],
  ['a repeat', 'conversion', 422, { errors: [{ message: 'external_id already exists' }] }, 'delivered'],
  ['a fault', 'conversion', 422, { message: 'amount is missing' }, 'rejected'],
  ['an unknown code', 'conversion', 404, { message: 'not found' }, 'no_match'],
  ['an unknown order', 'reversal', 404, { message: 'not found' }, 'rejected'],
])('%s is read', (...[, kind, status, body, state]) => {
  expect(definition.outcome!(answer(status, body), reportOf({}, { kind }), settings)?.state).toBe(state);
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'ref', value: 'jane' };
  const open = (vendor: object = {}): Promise<NetworkWorld> =>
    openNetworkWorld('tapfiliate', {
      folder: folder(),
      settings: rawSettings['tapfiliate']!,
      vendor: { apiKey: 'tf/secret+key=1', ...vendor },
    });

  test('an order is told once, changed, and disapproved', async () => {
    const world = await open();
    await world.buys('F1', click);
    await world.becomes('F1', 'conversion', 'delivered');
    await world.changes('F1', { total: '90.00' });
    await world.becomes('F1', 'modification', 'delivered');
    expect(await world.recorded('externalId', 'F1')).toMatchObject([{ by: 'jane', amount: 90, status: 'approved' }]);
    await world.changes('F1', { status: 'refunded' });
    await world.becomes('F1', 'reversal', 'delivered');
    expect(await world.recorded('externalId', 'F1')).toMatchObject([{ status: 'disapproved', duplicates: 0 }]);
  });

  test('a code of nobody is not theirs; killed between call and settlement a sale counts once', async () => {
    const world = await open({ unknownCodes: ['nobody'] });
    await world.buys('F2', { param: 'ref', value: 'nobody' });
    await world.becomes('F2', 'conversion', 'no_match');
    await world.buys('F3', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await world.recorded('externalId', 'F3')).length === 1, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('F3', 'conversion', 'delivered');
    expect(await world.recorded('externalId', 'F3')).toMatchObject([{ duplicates: 1 }]);
  });
});

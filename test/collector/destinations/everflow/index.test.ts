import { describe, expect, test } from 'vitest';
import everflow from '../../../../collector/destinations/everflow/index.ts';
import type { Report } from '../../../../collector/model/report.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../../harness/network-world.ts';
import { testContract } from '../contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from '../seed-report.ts';

testContract(everflow, {
  settings: rawSettings['everflow']!,
  reference: 'conversions',
  facts: { conversion: 'cv1', event: 'false' },
});

const { definition, settings } = connect('everflow');
const facts = { conversion: 'cv1', event: 'true' };

test('a sale is a postback to the tracking domain', () => {
  expect(definition.conversion!(reportOf(), settings)).toEqual({
    method: 'GET',
    url: `https://www.abc123track.com/?nid=42&transaction_id=${CLICK}&amount=112.00&currency=USD&order_id=O1234567&coupon_code=15BUCKSOFF&verification_token=ef%2Fsecret%2Btoken%3D1`,
  });
  const several = reportOf({}, { click: { param: 'c', value: 'aa|bb', at: 0 } });
  expect(definition.conversion!(several, settings).url).toContain('transaction_id=bb&');
});

test('a change goes to the conversion that was found by click and order', () => {
  const ask = definition.prepare!.request(reportOf({}, { kind: 'modification' }), settings)!;
  expect({ ...ask, body: JSON.parse(ask.body!) as object }).toMatchObject({
    ...{ method: 'POST', url: 'https://api.eflow.team/v1/networks/reporting/conversions?page=1&page_size=200' },
    headers: { 'X-Eflow-API-Key': 'ef/secret+key=1' },
    body: { from: '2024-08-01', to: '2024-08-04', query: { search_terms: [{ value: CLICK }] } },
  });
  const change = definition.modification!(reportOf({ total: 9050, discount: 3650 }, { facts }), settings);
  expect(change).toMatchObject({
    ...{ method: 'PUT', url: 'https://api.eflow.team/v1/networks/reporting/conversions/cv1/saleamount' },
    body: '{"sale_amount":90.5,"is_event":true}',
  });
  expect(definition.reversal!(reportOf({}, { facts }), settings)).toMatchObject({
    ...{ method: 'PATCH', url: 'https://api.eflow.team/v1/networks/reporting/conversions' },
    body: '{"conversion_ids":["cv1"],"conversion_status":"rejected"}',
  });
});

test.each<[string, Report['kind'], unknown, object]>([
  ['nothing is asked for later', 'conversion', '', { state: 'unverified', reference: 'conversions' }],
  ['its id is the verdict', 'conversion', { conversion_id: 'cv9' }, { state: 'delivered' }],
  ['true is taken', 'reversal', { result: true }, { state: 'delivered' }],
  ['false is refused', 'modification', { result: false }, { state: 'rejected' }],
  ['a page is in doubt', 'modification', '<html>', { state: 'retry', ambiguous: true }],
])('of an answer %s', (_title, kind, body, expected) => {
  expect(definition.outcome!(answer(200, body), reportOf({}, { kind }), settings)).toMatchObject(expected);
});

test('without the network’s key a postback is unverified for good, and changes are a person’s', () => {
  const plain = connect('everflow', { apiKey: undefined }).settings;
  const told = definition.outcome!(answer(200), reportOf(), plain);
  expect(told).toEqual({ state: 'unverified', reason: 'told; Everflow gives no answer' });
  expect(definition.byHand!('reversal', plain)).toContain('API key of the network');
  expect(definition.byHand!('reversal', settings)).toBeUndefined();
  expect(definition.test!.request(plain)).toBeUndefined();
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: '_ef_transaction_id', value: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' };
  const open = (more: { settings?: object; vendor?: object } = {}): Promise<NetworkWorld> =>
    openNetworkWorld('everflow', {
      folder: folder(),
      settings: { networkId: '42', domain: 'unused.example', apiKey: 'ef/secret+key=1', ...more.settings },
      vendor: { apiKey: 'ef/secret+key=1', ...more.vendor },
    });
  const sale = async (world: NetworkWorld, orderId: string) => (await world.recorded('order_id', orderId))[0];

  test('an order is told, read back, changed and rejected, each once', async () => {
    const world = await open();
    await world.buys('E1', click);
    await world.buys('E0', click);
    expect((await world.becomes('E1', 'conversion', 'confirmed')).reason).toBe('Everflow has it: approved');
    await world.changes('E1', { total: '90.00' });
    const changed = await world.becomes('E1', 'modification', 'delivered');
    expect(changed.facts).toEqual({ conversion: expect.any(String), event: 'false' });
    expect(changed.attemptLog.map(({ purpose, outcome }) => [purpose, outcome])).toEqual([
      ['lookup', 'found'],
      ['report', 'delivered'],
    ]);
    expect(await sale(world, 'E1')).toMatchObject({ sale_amount: 90, status: 'approved', duplicates: 0 });
    await world.changes('E1', { status: 'refunded' });
    expect((await world.becomes('E1', 'reversal', 'confirmed')).reason).toBe('Everflow has it: rejected');
    expect(await sale(world, 'E1')).toMatchObject({ status: 'rejected' });
    // The other order of the same click stands.
    expect(await sale(world, 'E0')).toMatchObject({ status: 'approved' });
  });

  test('a sale that it rejects is declined with its words', async () => {
    const world = await open({ vendor: { unknownClicks: [click.value] } });
    await world.buys('E2', click);
    expect((await world.becomes('E2', 'conversion', 'declined')).reason).toContain('unknown transaction id');
  });

  test('without the key changes wait for a person', async () => {
    const world = await open({ settings: { apiKey: undefined } });
    await world.buys('E3', click);
    await world.becomes('E3', 'conversion', 'unverified');
    await world.changes('E3', { status: 'cancelled' });
    expect((await world.becomes('E3', 'reversal', 'by_hand')).reason).toContain('setting apiKey');
  });

  test('a change before Everflow shows the sale waits alone, and asks no more than it must after a failure', async () => {
    const world = await open({ vendor: { answer: 'ids' } });
    await world.buys('E4', click);
    await world.becomes('E4', 'conversion', 'delivered');
    await world.vendor.script([
      { kind: 'body', body: '{"conversions":[]}', method: 'POST', times: 2 },
      { kind: 'status', status: 503, method: 'PUT' },
    ]);
    await world.changes('E4', { total: '90.00' });
    const { attemptLog } = await world.becomes('E4', 'modification', 'delivered');
    expect(attemptLog.map(({ purpose, outcome }) => `${purpose} ${outcome}`)).toEqual([
      ...['lookup retry', 'lookup retry', 'lookup found', 'report retry', 'report delivered'],
    ]);
    expect(await world.store.breakers()).toEqual([]);
  });

  test('killed between postback and settlement a person is asked, and nothing is told twice', async () => {
    const world = await open({ vendor: { duplicates: 'count' } });
    await world.buys('E5', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await world.vendor.state()).recorded.length === 1, 'the sale in the books');
    await world.livesAgain();
    expect((await world.becomes('E5', 'conversion', 'held')).reason).toContain("can't recognise a repeat");
    expect((await world.vendor.state()).recorded).toHaveLength(1);
  });
});

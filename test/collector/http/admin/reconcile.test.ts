/** A network's report that somebody drops into the dashboard: compared first, its verdicts taken over when they say so. */
import { expect, onTestFinished, test } from 'vitest';
import type { TodoItem } from '../../../../wire/admin/figures.ts';
import { hours } from '../../../../collector/lib/duration.ts';
import { startSandbox } from '../../../../sandbox/server.ts';
import { conversion, NOON } from '../../cli/commands/setup.ts';
import { type AdminWorld, openAdmin } from '../setup.ts';

const RECONCILE = '/sites/shop/connections/impact/reconcile';
const COMPARISONS = '/sites/shop/connections/impact/comparisons';

/** Three orders told to impact.com, of which it says nothing. */
async function told(env: Record<string, string> = {}, clock = () => NOON): Promise<AdminWorld> {
  const world = await openAdmin(env, clock);
  const { write } = world;
  await write.receive(
    ['A1', 'A2', '=A3'].map((orderId) => ({
      ...{ route: 'conversion' as const, site: 'shop', body: conversion({ orderId, visitor: `visitor-${orderId}` }) },
    })),
  );
  const claimed = await write.claim({
    ...{ site: 'shop', connection: 'impact', now: NOON + 1, leaseMs: 1000, limit: 10, owner: 't' },
  });
  const change = { state: 'unverified' as const, reason: 'told', nextAt: null };
  await write.settle(
    claimed.map(({ delivery: { id }, fence }) => ({ id, site: 'shop', fence, change, attempts: [] })),
    NOON + 2,
  );
  return world;
}

const REPORT = 'Order Id,Sale Amount,Status\nA1,112.00,APPROVED\nA2,12.00,APPROVED\n';

test('is compared, and its verdicts are taken over when somebody says so, with their name', async () => {
  const { ask } = await told();
  const todo = async () => (await ask('GET', '/todo')).body.todo as TodoItem[];
  expect(await todo()).toEqual([{ kind: 'unverified', site: 'shop', connection: 'impact', count: 3 }]);
  const compared = await ask('POST', RECONCILE, { report: REPORT });
  expect(compared).toMatchObject({
    status: 200,
    body: { rows: 2, compared: 3, agree: 1, verdicts: 1, settled: 0, columns: { order: 'Order Id' } },
  });
  expect(compared.body.differences).toMatchObject([
    { orderId: 'A2', problem: 'different amount', ours: '112.00 USD', theirs: '12.00' },
    { orderId: '=A3', problem: 'missing there' },
  ]);
  expect((await ask('GET', '/orders/A1')).body).toMatchObject({ deliveries: [{ state: 'unverified' }] });
  expect((await ask('POST', RECONCILE, { report: REPORT, dryRun: false })).body).toMatchObject({ settled: 1 });
  expect((await ask('GET', '/orders/A1')).body).toMatchObject({ deliveries: [{ state: 'confirmed' }] });
  const { audit } = (await ask('GET', '/audit')).body as { audit: object[] };
  expect(audit[0]).toMatchObject({ action: 'reconcile', actor: 'admin API', detail: '{"deliveries":1}' });
  expect(await todo()).toMatchObject([{ kind: 'unverified', count: 2 }]);
});

test('is remembered with what was done about it, and shown again as it was, whatever has moved since', async () => {
  const { ask } = await told();
  const first = (await ask('POST', RECONCILE, { report: REPORT })).body;
  await ask('POST', RECONCILE, { report: REPORT, dryRun: false });
  const listed = (await ask('GET', COMPARISONS)).body.comparisons as object[];
  expect(listed).toMatchObject([
    { by: 'admin API', rows: 2, compared: 3, agree: 1, differing: 2, settled: 1 },
    { id: first.comparison, at: new Date(NOON).toISOString(), settled: 0, verdicts: 1 },
  ]);
  expect(JSON.stringify(listed)).not.toContain('=A3');
  const { differences, columns } = (await ask('GET', `${COMPARISONS}/${String(first.comparison)}`)).body;
  expect([differences, columns]).toEqual([first.differences, first.columns]);
  expect(await ask('GET', '/sites/shop/connections/net/comparisons')).toMatchObject({ body: { comparisons: [] } });
  const other = await ask('GET', `/sites/shop/connections/net/comparisons/${String(first.comparison)}`);
  expect([other.status, other.text]).toEqual([404, expect.stringContaining('there is no comparison')]);
});

test.each(['at once', 'later'])('gives its differences as a file that a spreadsheet does not run, %s', async (when) => {
  const { ask } = await told();
  const comparison = String((await ask('POST', RECONCILE, { report: REPORT })).body.comparison);
  const { text, headers } =
    when === 'later'
      ? await ask('GET', `${COMPARISONS}/${comparison}?format=csv`)
      : await ask('POST', RECONCILE, { report: REPORT, format: 'csv' });
  expect(headers.get('content-disposition')).toBe('attachment; filename="clickthread-impact-differences.csv"');
  expect(text.split('\r\n').map((line) => line.split(',').slice(0, 2))).toEqual([
    ['orderId', 'problem'],
    ['A2', 'different amount'],
    ["'=A3", 'missing there'],
    [''],
  ]);
});

test('may be bigger than what else is asked, and bounds what is expected in it', async () => {
  const { ask } = await told();
  // Long rows rather than many: what is proved is the size of the body.
  const note = 'some further words '.repeat(14);
  const rows = Array.from({ length: 6_000 }, (_, n) => `Z${n},${note},1.00`).join('\n');
  const report = `Order Id,Note,Sale Amount\n${rows}\n`;
  expect(report.length).toBeGreaterThan(1_500_000);
  const { status, body } = await ask('POST', RECONCILE, { report, since: '2026-11-23', until: '2026-11-24' });
  expect([status, body.compared, (body.differences as unknown[]).length]).toEqual([200, 6_000, 6_000]);
});

test('is fetched from the network, and what it has lost is told again when somebody says so, once', async () => {
  const clock = () => NOON + hours(3);
  const sandbox = await startSandbox({ clock });
  onTestFinished(() => sandbox.stop());
  const world = await told({ CLICKTHREAD_ALLOW_PRIVATE: '1' }, clock);
  const settings = {
    accountSid: 'IRxxx',
    campaignId: '1000',
    actionTrackerId: '9876',
    baseUrl: `${sandbox.url}/impact`,
  };
  const saved = await world.ask('PUT', '/sites/shop/connections/impact', { type: 'impact', settings });
  expect([saved.status, saved.text]).toEqual([200, expect.any(String)]);
  const found = await world.ask('POST', RECONCILE, { since: '2d' });
  expect(found).toMatchObject({
    status: 200,
    body: { rows: 0, compared: 3, sent: 0, fetched: { from: '2026-11-20T15:00:00.000Z', requests: 1 } },
  });
  expect(found.body.differences).toMatchObject(
    ['A1', 'A2', '=A3'].map((orderId) => ({ orderId, problem: 'missing there', repair: 'conversion' })),
  );
  expect(world.woken).toEqual([]);
  expect((await world.ask('POST', RECONCILE, { since: '2d', send: true })).body).toMatchObject({ sent: 3 });
  expect(world.woken).toEqual([{ site: 'shop', connection: 'impact' }]);
  expect((await world.ask('GET', '/orders/A1')).body).toMatchObject({
    deliveries: [{ state: 'due', reason: 'it is missing in the report of the network' }],
  });
  expect((await world.ask('POST', RECONCILE, { since: '2d', send: true })).body).toMatchObject({ sent: 0 });
});

test('says in words why a network gives none, and asks nobody', async () => {
  const { ask } = await told();
  const refused = await ask('POST', '/sites/shop/connections/net/reconcile', { since: '30d' });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'report' }] } });
  expect(refused.text).toContain(
    'No way to fetch a report of Postback is known: download it there, and name the file.',
  );
});

test.each([
  [{}, 'report'],
  [{ report: 'ref no,sum\nA1,1\n' }, 'orderColumn'],
  [{ report: REPORT, orderColumn: 'Nr' }, 'report'],
  [{ report: REPORT, since: 'soon' }, 'since'],
])('is refused with the field that is wrong: %j', async (body, field) => {
  const { ask } = await told();
  const refused = await ask('POST', RECONCILE, body);
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  expect(refused.text).not.toContain('--order-column');
});

/** What a network's report has otherwise is told again once, and only as long as nothing has moved since it was found. */
import { expect, test } from 'vitest';
import type { Command } from '../../../../collector/intake/command.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { NETWORKS, openReportWorld } from '../../admin/reconcile/report-world.ts';

const folder = temporaryFolders();
const awin = NETWORKS.find(({ type }) => type === 'awin')!;

async function told() {
  const world = await openReportWorld(awin, { folder: folder() });
  await world.buys('A1', awin.click);
  await world.becomes('A1', 'conversion', 'delivered');
  const repair = async (kind: 'conversion' | 'modification' | 'reversal', more: object = {}): Promise<Command> => {
    const all = await world.deliveries('A1');
    const seen = { deliveries: all.length, changedAt: Math.max(...all.map(({ updatedAt }) => updatedAt)) };
    return {
      ...{ type: 'repair', site: 'shop', orderId: 'A1', connection: 'net', kind, seen, by: 'test' },
      ...more,
    } as Command;
  };
  const results = async (...commands: Command[]) => {
    world.clock.pass(1000);
    const { replies, work } = await world.ingest.ingest(commands);
    return { results: replies.map((reply) => ('result' in reply ? reply.result : reply.type)), work };
  };
  return { ...world, repair, results };
}

test('of two that saw the same, one is told', async () => {
  const world = await told();
  const twice = await world.repair('modification');
  expect(await world.results(twice, twice)).toEqual({
    results: ['told', 'moved'],
    work: [{ site: 'shop', connection: 'net' }],
  });
  await world.becomes('A1', 'modification', 'confirmed');
  // It has arrived: whoever compared before that has seen another state.
  expect((await world.results(twice)).results).toEqual(['moved']);
  expect(await world.deliveries('A1')).toHaveLength(2);
});

test('a sale that is told again is the same report, with the order as it stands', async () => {
  const world = await told();
  const [before] = await world.deliveries('A1');
  const again = await world.repair('conversion');
  await world.results(again);
  expect(await world.deliveries('A1')).toMatchObject([
    {
      id: before!.id,
      seq: 0,
      state: 'due',
      report: before!.report,
      reason: 'it is missing in the report of the network',
    },
  ]);
  await world.becomes('A1', 'conversion', 'delivered');
  expect(await world.recorded('orderReference', 'A1')).toMatchObject([{ duplicates: 1 }]);
  expect((await world.results(again)).results).toEqual(['moved']);
});

test('a reversal is told of an order that is undone, and nothing else; of what stands none is', async () => {
  const world = await told();
  expect((await world.results(await world.repair('reversal'))).results).toEqual(['moved']);
  await world.changes('A1', { status: 'cancelled' });
  await world.becomes('A1', 'reversal', 'confirmed');
  expect((await world.results(await world.repair('conversion'))).results).toEqual(['moved']);
  expect((await world.results(await world.repair('reversal'))).results).toEqual(['told']);
  await world.becomes('A1', 'reversal', 'confirmed');
});

test('an order or a connection that is not known is said so', async () => {
  const { repair, results } = await told();
  const unknown = [await repair('conversion', { orderId: 'Z9' }), await repair('conversion', { connection: 'gone' })];
  expect((await results(...unknown)).results).toEqual(['unknown', 'unknown']);
});

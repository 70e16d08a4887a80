/** What a person asks of a network for its report takes from what the relay may tell it. */
import { expect, test } from 'vitest';
import type { Delivery } from '../../../collector/model/delivery.ts';
import { answered, attemptsOf, openRelay } from '../../harness/relay.ts';
import { postback } from '../../harness/sites.ts';
import { delivery } from '../store/rows.ts';

const AWIN = '{ id: awin, type: awin, settings: { advertiserId: "1001", apiKey: aw-secret-key-1 } }';
const CJ = '{ id: cj, type: cj, limits: { perHour: 10 }, settings: { enterpriseId: "15", actionTrackerId: "40" } }';

test.each<[string, string, string, Delivery['state'], number, number]>([
  ['the minute', AWIN, 'awin', 'delivered', 20, 62_000],
  ['the hour', CJ, 'cj', 'unverified', 10, 3_700_000],
])(
  'a report that is asked for counts against %s of a running relay',
  async (...[, yaml, connection, told, most, wait]) => {
    const world = await openRelay({
      connections: [yaml, postback('free', 'other')],
      answer: () => answered(200, '{"successfulOrders":[{"orderReference":"O1"},{"orderReference":"O2"}]}'),
    });
    const click = { param: connection === 'awin' ? 'awc' : 'cjevent', value: '1001_1_abc', at: world.clock.now() };
    const sale = (orderId: string) => {
      const row = delivery({ id: `sale-${orderId}`, orderId, connection, nextAt: world.clock.now() });
      return { ...row, report: { ...row.report, click } };
    };
    await world.put(sale('O1'));
    world.wake(connection);
    await world.becomes('sale-O1', told);
    for (let asked = 1; asked < most; asked += 1)
      await world.store.noteAsked('shop', connection, world.clock.now() + 1);
    world.clock.pass(11_000);
    const other = { ...sale('O3'), id: 'free-O3', connection: 'free' };
    await world.put(sale('O2'), other);
    world.wake(connection);
    // Of another vendor it goes meanwhile.
    world.wake('free');
    await world.becomes('free-O3', 'delivered');
    expect((await world.row('sale-O2')).state).toBe('due');
    world.pass(wait, connection);
    const free = world.clock.now();
    await world.becomes('sale-O2', told);
    expect((await attemptsOf(world.store, 'O2')).map(({ at }) => at)).toEqual([free]);
  },
);

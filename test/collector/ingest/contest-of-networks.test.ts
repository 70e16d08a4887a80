/** One sale, several networks: who is told what of it, and what `explain` says of each. */
import { expect, onTestFinished, test } from 'vitest';
import { viewOrder } from '../../../collector/admin/order-view.ts';
import { days, minutes } from '../../../collector/lib/duration.ts';
import { manualClock } from '../../harness/clock.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShopInProcess } from '../../harness/in-process.ts';
import { connect, rawSettings } from '../destinations/seed-report.ts';

const folder = temporaryFolders();
const clock = manualClock();
const NOW = clock.now();

const click = (param: string, ago: number, url = 'https://shop.example/hats') => ({
  ...{ param, value: `${param}1a2b3c4d5e6f`, at: NOW - ago, url },
});
const TOUCHES = [
  click('awc', days(4)),
  click('cjevent', days(3)),
  click('ransiteid', days(2)),
  click('clickref', days(1)),
];

/** What each connection is told or not, as `explain` has it, and the requests that leave. */
async function sale(given: { connections?: Record<string, object>; attribution?: object; order?: object }) {
  const { connections = {}, attribution = {}, order = {} } = given;
  const types = { awin: 'awin', cj: 'cj', rk: 'rakuten', pz: 'partnerize' };
  const site = {
    ...{ id: 'shop', domains: ['shop.example'], currency: 'USD', consent: 'granted', attribution },
    connections: Object.entries(types).map(([id, type]) => ({
      ...{ id, type, mode: 'inform', settings: rawSettings[type] },
      ...connections[id],
    })),
  };
  const shop = await openShopInProcess({ clock, folder: folder(), site });
  onTestFinished(async () => {
    await shop.sender.close();
    await shop.store.close();
  });
  const body = { orderId: 'K1', total: '112.00', currency: 'USD', visitor: 'visitor-0001', touches: TOUCHES, ...order };
  await shop.door.receive([{ route: 'conversion', site: 'shop', body: JSON.stringify(body) }]);
  const stored = (await shop.store.order('shop', 'K1'))!;
  const deliveries = await shop.store.deliveriesOf('shop', 'K1');
  const view = viewOrder({ stored, deliveries, events: [], breakers: [] });
  const requestOf = (id: string): string => {
    const { report } = deliveries.find(({ connection }) => connection === id)!;
    const { definition, settings } = connect(types[id as keyof typeof types]);
    return JSON.stringify(definition.conversion!(report, settings));
  };
  return {
    winner: view.attribution.winner?.connection ?? null,
    told: Object.fromEntries(
      view.deliveries.map(({ connection, state, reason }) => [connection, `${state}: ${reason}`]),
    ),
    touches: Object.fromEntries(view.attribution.touches.map(({ param, reason }) => [param, reason])),
    requestOf,
  };
}

test('the winner is told, who has a field for it hears that it lost, and nobody else hears anything', async () => {
  const { winner, told, touches, requestOf } = await sale({});
  expect(winner).toBe('pz');
  expect(told).toEqual({
    awin: 'due: ready to be sent',
    cj: 'due: ready to be sent',
    pz: 'due: ready to be sent',
    rk: expect.stringMatching(
      /^skipped: not told: pz won .*Rakuten Advertising can’t be told that another partner won$/,
    ),
  });
  expect(touches).toMatchObject({ clickref: 'won: newest touch inside 30 days', awc: 'lost: a newer touch won' });
  expect(requestOf('awin')).toContain('\\"channel\\":\\"other\\"');
  expect(requestOf('cj')).toContain('\\"bypassChannel\\":{\\"name\\":\\"partnerize\\"');
  expect(requestOf('pz')).toContain('clickref:clickref1a2b3c4d5e6f');
});

interface Rule {
  rule: string;
  given: Parameters<typeof sale>[0];
  winner: string;
  touches: Record<string, string>;
}

test.each<Rule>([
  {
    rule: 'a code that belongs to one of them',
    given: { attribution: { coupons: { VIP: { connection: 'awin', exclusive: true } } }, order: { coupons: ['vip'] } },
    winner: 'awin',
    touches: {
      awc: 'won: the click of the partner whose code was used',
      clickref: 'lost: the code vip belongs to another partner',
    },
  },
  {
    rule: 'a stand-down',
    given: {
      attribution: { standDown: { mode: 'on' } },
      order: {
        touches: [...TOUCHES.slice(0, 3), click('clickref', days(2) - minutes(5), 'https://shop.example/checkout')],
      },
    },
    winner: 'rk',
    touches: { clickref: 'out: stood down, it landed in the checkout within 30 minutes of ransiteid' },
  },
  {
    rule: 'customers whom a programme does not pay for',
    given: { connections: { pz: { customers: 'new' } }, order: { customer: { isNew: false } } },
    winner: 'rk',
    touches: { clickref: 'out: pz pays for new customers alone' },
  },
  {
    rule: 'a window of its own',
    given: { connections: { pz: { window: '12h' } } },
    winner: 'rk',
    touches: { clickref: 'out: older than the window of 12 hours' },
  },
])('$rule decides, and is said of each', async ({ given, winner, touches }) => {
  const found = await sale(given);
  expect(found.winner).toBe(winner);
  expect(found.touches).toMatchObject(touches);
});

/** A connection that is lost around a commit: whether it happened is not known. It is never acknowledged then, and asked again it happens once. */
import { afterEach, describe, expect, test } from 'vitest';
import { applyConfiguration } from '../../../collector/configuration/apply.ts';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import { createFrontDoor } from '../../../collector/ingest/front-door.ts';
import { createIngest } from '../../../collector/ingest/ingest.ts';
import type { IntakeRequest } from '../../../collector/intake/read-request.ts';
import { createOutcomeStore } from '../../../collector/relay/store-outcomes.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { type Cut, cutWire } from '../../harness/cut-wire.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { postback, testSeal } from '../../harness/sites.ts';
import { attempt, claimAll, NOON, settlement } from './rows.ts';

const { now: clock } = manualClock(NOON);
const CUTS: readonly [Cut, kept: boolean][] = [
  ['before the commit', false],
  ['before its answer', true],
];
const SITE = `
sites:
  - id: shop
    domains: [shop.example]
    currency: USD
    consent: granted
    release: browser
    connections:
      - ${postback('net', 'irclickid')}
`;
const SALE: IntakeRequest = {
  ...{
    route: 'conversion',
    site: 'shop',
    origin: 'https://shop.example',
    visitor: 'visitor-of-the-shop-0000000000000000',
  },
  body: JSON.stringify({
    ...{ orderId: 'O1', total: '10.00', currency: 'USD', visitor: 'page-visitor-1', consent: { marketing: 'granted' } },
    touches: [{ param: 'irclickid', value: 'click-1', at: NOON - 60_000 }],
  }),
};

describe.skipIf(noPostgres)(`a commit of which nothing is heard ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  });

  async function given() {
    const url = await server.migratedDatabase();
    const wire = await cutWire(url);
    ends.push(() => wire.end());
    const store = await openPostgresStore({ url: wire.url, clock });
    ends.push(() => store.close());
    await applyConfiguration({
      ...{ text: SITE, env: () => undefined, store, seal: testSeal, now: NOON },
      ...{ actor: 'test', allowPrivate: true },
    });
    const sites = cachedSites({ store, seal: testSeal });
    const ingest = createIngest({ store, sites, seal: testSeal, clock });
    return { wire, store, door: createFrontDoor({ ingest, sites, clock }) };
  }
  const rowsIn = async (store: Awaited<ReturnType<typeof given>>['store']) =>
    Object.fromEntries((await store.counts()).map(({ table, rows }) => [table, rows]));

  test.each(CUTS)(
    'of an order, cut %s: it is refused, and reported again it is one order, one touch, one report',
    async (cut, kept) => {
      const { wire, store, door } = await given();
      const isCut = wire.cutNext(cut);
      await expect(door.receive([SALE])).rejects.toThrow();
      await isCut;
      expect(await rowsIn(store)).toMatchObject({ orders: kept ? 1 : 0, delivery: kept ? 1 : 0, touch: kept ? 1 : 0 });
      const { answers } = await door.receive([SALE]);
      expect(answers[0]).toMatchObject({ status: 200 });
      expect(JSON.parse(answers[0]!.body)).toMatchObject({ orderId: 'O1', result: kept ? 'duplicate' : 'accepted' });
      expect(await rowsIn(store)).toMatchObject({ orders: 1, delivery: 1, touch: 1 });
      expect(await store.deliveriesOf('shop', 'O1')).toMatchObject([{ kind: 'conversion', connection: 'net' }]);
    },
  );

  test.each(CUTS)('of what a vendor has answered, cut %s: it is written down once', async (cut) => {
    const { wire, store, door } = await given();
    await door.receive([SALE]);
    const [claimed] = await claimAll(store, NOON, { connection: 'net' });
    const faults: string[] = [];
    const outcomes = createOutcomeStore({
      ...{ store, clock, wake: () => undefined },
      log: { error: (_fields, message) => void faults.push(message) },
    });
    const isCut = wire.cutNext(cut);
    const told = outcomes.settle(settlement(claimed!, { state: 'delivered', nextAt: null, attempts: 1 }, [attempt()]));
    await isCut;
    await told;
    expect(faults).toHaveLength(1);
    expect(await store.deliveriesOf('shop', 'O1')).toMatchObject([
      { state: 'delivered', attempts: 1, attemptLog: [{ outcome: 'delivered' }] },
    ]);
    expect(await rowsIn(store)).toMatchObject({ attempt: 1 });
  });

  test.each(CUTS)(
    'of a claim, cut %s: nobody sends by it, and the next one gets it when its lease has ended',
    async (cut, kept) => {
      const { wire, store, door } = await given();
      await door.receive([SALE]);
      const isCut = wire.cutNext(cut);
      await expect(claimAll(store, NOON, { connection: 'net' })).rejects.toThrow();
      await isCut;
      expect(await claimAll(store, NOON, { connection: 'net' })).toHaveLength(kept ? 0 : 1);
      expect(await claimAll(store, NOON + 60_000, { connection: 'net' })).toHaveLength(1);
    },
  );
});

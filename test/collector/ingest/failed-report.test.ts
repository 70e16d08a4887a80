/** A report that can't be decided or written costs no other of its group anything; it is kept for the operator, and does not come again. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { applyConfiguration } from '../../../collector/configuration/apply.ts';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import { createFrontDoor } from '../../../collector/ingest/front-door.ts';
import { createIngest } from '../../../collector/ingest/ingest.ts';
import type { IntakeRequest } from '../../../collector/intake/read-request.ts';
import type { Seal } from '../../../collector/lib/seal.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import type { Stores } from '../../../collector/store/store.ts';
import { createGroupCommit } from '../../../collector/writer/group-commit.ts';
import { manualClock } from '../../harness/clock.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { migratedFile } from '../../harness/migrated-file.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { testSeal } from '../../harness/sites.ts';
import { NOON } from '../store/rows.ts';

const { now: clock } = manualClock(NOON);
const BAD = 'bad@shop.example';
const SITE = { id: 'shop', domains: ['shop.example'], currency: 'USD', consent: 'granted', release: 'browser' };
/** One that wants the address of each order. */
const CONNECTION = {
  id: 'net',
  type: 'postback',
  settings: { url: 'https://net.example/p?c={click_id}&e={email_sha256}', clickParam: ['irclickid'] },
};

const sale = (orderId: string, email: string): IntakeRequest => ({
  ...{ route: 'conversion', site: 'shop', origin: 'https://shop.example' },
  body: JSON.stringify({
    orderId,
    total: '10.00',
    currency: 'USD',
    visitor: `visitor-of-${orderId}`,
    customer: { email },
  }),
});

interface Faulty {
  store: Stores;
  seal: Seal;
}
const never = (): never => {
  throw new Error('no decision');
};

/** Its address alone; the whole body can be kept. */
const isBad = (text: string | Buffer): boolean => text.includes(BAD) && !text.includes('orderId');

/** Where the fault of the order BAD lies. */
const FAULTS: [where: string, make: (given: Faulty) => Faulty][] = [
  [
    'in what it wants to know',
    ({ store, seal }) => ({
      store,
      seal: { ...seal, hash: (text) => (isBad(text) ? never() : seal.hash(text)) },
    }),
  ],
  [
    'in its decision',
    ({ store, seal }) => ({
      store,
      seal: { ...seal, seal: (text) => (isBad(text) ? never() : seal.seal(text)) },
    }),
  ],
  [
    'in what it would write',
    ({ store, seal }) => ({
      seal,
      store: {
        ...store,
        transactEach: (parts, how) =>
          store.transactEach(parts, {
            ...how,
            decide: (known, some) => {
              const decided = how.decide(known, some);
              for (const { order } of decided.changes.orders)
                if (order.orderId === 'BAD') order.currency = null as unknown as string;
              return decided;
            },
          }),
      },
    }),
  ],
];

const folder = temporaryFolders();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let end = ends.pop(); end; end = ends.pop()) await end();
});

async function receiverOf(store: Stores, make: (given: Faulty) => Faulty) {
  ends.push(() => store.close());
  await applyConfiguration({
    ...{ text: JSON.stringify({ sites: [{ ...SITE, connections: [CONNECTION] }] }), env: () => undefined, store },
    ...{ seal: testSeal, now: NOON, actor: 'test', allowPrivate: true },
  });
  const sites = cachedSites({ store, seal: testSeal });
  const faulty = make({ store, seal: testSeal });
  const ingest = createIngest({ ...faulty, sites, clock });
  return createGroupCommit(createFrontDoor({ ingest, sites, clock }).receive);
}

async function isOneReportsMatter(store: Stores, make: (given: Faulty) => Faulty): Promise<void> {
  const receive = await receiverOf(store, make);
  const ids = ['O1', 'O2', 'O3', 'BAD', 'O5', 'O6'];
  const touch = { ...sale('T', ''), route: 'touch' as const };
  const touches = [{ param: 'irclickid', value: 'abc', at: NOON }];
  const requests = [
    ...ids.map((id) => sale(id, id === 'BAD' ? BAD : `${id}@shop.example`)),
    { ...touch, body: JSON.stringify({ visitor: 'visitor-0009', touches }) },
  ];
  const { answers } = await receive(requests);
  const statuses = answers.map(({ status }) => (status < 300 ? 'taken' : status));
  expect(statuses).toEqual(['taken', 'taken', 'taken', 422, 'taken', 'taken', 'taken']);
  // Who refuses must be readable by the page: else it would be sent again and again.
  expect(answers[3]).toMatchObject({ readableBy: 'https://shop.example' });
  expect(answers[3]!.body).toContain('could not be recorded');
  for (const id of ids) expect((await store.order('shop', id))?.order.orderId, id).toBe(id === 'BAD' ? undefined : id);
  const kept = await store.quarantine({ limit: 10 });
  expect(kept.map(({ route, errors, body }) => [route, errors[0]!.field, testSeal.open(body)])).toEqual([
    ['conversion', 'body', requests[3]!.body],
  ]);
}

test.each(FAULTS)('SQLite: a fault %s is one report’s matter', (_where, make) => {
  const file = join(folder(), 'clickthread.db');
  migratedFile(file);
  return isOneReportsMatter(openSqliteStore({ file, clock }), make);
});

describe.skipIf(noPostgres)(`PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  test.each(FAULTS)('a fault %s is one report’s matter', async (_where, make) =>
    isOneReportsMatter(await openPostgresStore({ url: await server.migratedDatabase(), clock }), make),
  );
});

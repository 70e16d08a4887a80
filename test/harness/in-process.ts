/** A shop in this process: ingest and the door to the world over a real store, with one clock for all that only the test moves. */
import { join } from 'node:path';
import { applyConfiguration } from '../../collector/configuration/apply.ts';
import { cachedSites } from '../../collector/configuration/sites.ts';
import { createFrontDoor } from '../../collector/ingest/front-door.ts';
import { createIngest } from '../../collector/ingest/ingest.ts';
import { createSender } from '../../collector/outbound/send.ts';
import { openSqliteStore } from '../../collector/store/sqlite/store.ts';
import type { Store } from '../../collector/store/store.ts';
import type { ManualClock } from './clock.ts';
import { migratedFile } from './migrated-file.ts';
import { testSeal } from './sites.ts';

/** `site` as the configuration file has it. Sender and store are closed by the caller. */
export async function openShopInProcess({ clock, folder, site }: { clock: ManualClock; folder: string; site: object }) {
  const store = openSqliteStore({ file: migratedFile(join(folder, 'clickthread.db')), clock: clock.now });
  const configure = (wanted: object): Promise<unknown> =>
    applyConfiguration({
      ...{ text: JSON.stringify({ sites: [wanted] }), env: () => undefined, store, seal: testSeal, now: clock.now() },
      ...{ actor: 'test', allowPrivate: true },
    });
  await configure(site);
  const sites = cachedSites({ store, seal: testSeal });
  const ingest = createIngest({ store, sites, seal: testSeal, clock: clock.now });
  const door = createFrontDoor({ ingest, sites, clock: clock.now });
  const sender = createSender({ allowPrivate: true, clock: clock.now });
  return { store, sites, ingest, door, sender, configure };
}

/** Lets time go by, but not while a report is on its way: a slow machine would make leases run out. Says whether it did. */
export async function passTime(store: Pick<Store, 'deliveries'>, clock: ManualClock, ms: number): Promise<boolean> {
  const isOnItsWay = (await store.deliveries({ states: ['sending'] })).length > 0;
  if (!isOnItsWay) clock.pass(ms);
  return !isOnItsWay;
}

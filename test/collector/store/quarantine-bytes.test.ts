import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { freshId, NOON, write } from './rows.ts';

const folder = temporaryFolders();
const MB = 1024 * 1024;

const refused = (route: string, name: string) => ({
  ...{ id: freshId(), site: 'shop', at: NOON, route, errors: [], seen: 1 },
  ...{ body: Buffer.alloc(MB), fingerprint: name },
});

test('what browsers sent is kept up to so many bytes, the newest; what the shop sent is not pushed out by it', async () => {
  const store = openSqliteStore({ file: join(folder(), 'clickthread.db'), clock: () => NOON });
  await write(store, { quarantine: [refused('orders', 'of the shop')] });
  for (let n = 0; n < 100; n += 1) await write(store, { quarantine: [refused('conversion', `bait ${n}`)] });
  const kept = await store.quarantine({ limit: 1000 });
  const names = kept.map(({ fingerprint }) => fingerprint);
  expect(names).toContain('of the shop');
  expect(names[0]).toBe('bait 99');
  expect(kept.length).toBeGreaterThan(50);
  expect(kept.length).toBeLessThanOrEqual(65);
  await store.close();
  // A hundred megabytes are written.
}, 60_000);

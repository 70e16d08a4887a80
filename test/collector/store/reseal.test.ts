import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createSeal } from '../../../collector/lib/seal.ts';
import { resealFile } from '../../../collector/store/sqlite/file/reseal.ts';
import { SEALED_COLUMNS } from '../../../collector/store/rows/sealed-columns.ts';
import { opensWith, readSeal } from '../../../collector/store/sqlite/file/sealed.ts';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { NOON, storedOrder, write } from './rows.ts';

const folder = temporaryFolders();
const [OLD, NEW] = ['the key until today, long enough', 'the key from now on, long enough'];

/** A file with orders whose personal fields are sealed: more than are read at once. */
async function sealedFile(): Promise<string> {
  const file = join(folder(), 'clickthread.db');
  const seal = createSeal(OLD);
  const store = openSqliteStore({ file, clock: () => NOON, seal });
  const orders = Array.from({ length: 1203 }, (_, n) => storedOrder(`O${n}`, { personal: seal.seal(`person ${n}`) }));
  await write(store, { orders });
  await store.close();
  return file;
}

const personalOf = async (file: string, key: string): Promise<string[]> => {
  const store = openSqliteStore({ file, clock: () => NOON });
  const seal = readSeal(file, key);
  const texts = [];
  for (let n = 0; n < 1203; n += 1) texts.push(seal.open((await store.order('shop', `O${n}`))!.personal!));
  await store.close();
  return texts;
};

test('every column of bytes is known as a sealed one: a new one would be left behind by a rotation', async () => {
  const db = new Database(await sealedFile());
  const columns = db
    .prepare(
      `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'BLOB'`,
    )
    .pluck()
    .all();
  db.close();
  expect(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).toSorted()).toEqual(columns.toSorted());
});

test('afterwards the new key opens everything and the old one nothing; hashes are what they were', async () => {
  const file = await sealedFile();
  const resealed = resealFile({ file, from: OLD, to: NEW, now: NOON, actor: 'test' });
  // The check and the key of the hashes are sealed, too.
  expect(resealed).toBe(1205);
  expect(await personalOf(file, NEW)).toEqual(Array.from({ length: 1203 }, (_, n) => `person ${n}`));
  expect([opensWith(file, OLD), opensWith(file, NEW)]).toEqual([false, true]);
  expect(readSeal(file, NEW).hash('jane@example.com')).toBe(createSeal(OLD).hash('jane@example.com'));
  // And again, as a shop does every year.
  resealFile({ file, from: NEW, to: OLD, now: NOON, actor: 'test' });
  expect(readSeal(file, OLD).hash('jane@example.com')).toBe(createSeal(OLD).hash('jane@example.com'));
  expect(await personalOf(file, OLD)).toHaveLength(1203);
});

test('one that ends in its middle leaves everything sealed with the old key', async () => {
  const file = await sealedFile();
  const db = new Database(file);
  db.prepare("UPDATE orders SET personal = ? WHERE order_id = 'O999'").run(
    createSeal('a third key, from nowhere').seal('x'),
  );
  db.close();
  expect(() => resealFile({ file, from: OLD, to: NEW, now: NOON, actor: 'test' })).toThrow(/does not open/);
  expect([opensWith(file, OLD), opensWith(file, NEW)]).toEqual([true, false]);
});

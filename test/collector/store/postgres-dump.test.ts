import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSeal } from '../../../collector/lib/seal.ts';
import { openPool } from '../../../collector/store/postgres/database.ts';
import { dumpDatabase, restoreDump } from '../../../collector/store/postgres/dump.ts';
import { agreeOnKey } from '../../../collector/store/postgres/keys/sealed.ts';
import { migrateDatabase } from '../../../collector/store/postgres/migrate.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { noPgDump, postgresServer } from '../../harness/postgres.ts';
import { NOON } from './rows.ts';

const folder = temporaryFolders();
const KEY = 'a key of sixteen characters or more';

describe.skipIf(noPgDump)(`copies of PostgreSQL ${noPgDump ?? ''}`, () => {
  const server = postgresServer();
  const env = { PATH: `${server.programs}${delimiter}${process.env.PATH}` };

  /** A database with a sealed value and a row that is told apart, copied. */
  async function copied(): Promise<{ url: string; file: string }> {
    const url = await server.freshDatabase();
    const db = openPool({ url });
    await migrateDatabase({ db, clock: () => NOON });
    await agreeOnKey(db, 'here', createSeal(KEY));
    await db.run("INSERT INTO message (site, id, at) VALUES ('shop', 'm1', 1)");
    await db.run("INSERT INTO turn (site, key, at) VALUES ('shop', 'held', 1)");
    await db.end();
    const file = join(folder(), 'copy.dump');
    expect((await dumpDatabase({ url, env, to: file })).bytes).toBeGreaterThan(1000);
    return { url, file };
  }

  test('are put back whole into an empty database, and into no other', async () => {
    const { url, file } = await copied();
    await expect(dumpDatabase({ url, env, to: file })).rejects.toThrow(/exists already/);
    const fresh = await server.freshDatabase();
    expect(await restoreDump({ url: fresh, env, from: file, key: KEY })).toEqual({ orders: 0 });
    const db = openPool({ url: fresh });
    expect(await db.rows('SELECT id FROM message')).toEqual([{ id: 'm1' }]);
    expect(await db.rows('SELECT key FROM turn')).toEqual([]);
    expect(await migrateDatabase({ db, clock: () => NOON })).toEqual([]);
    await db.end();
    await expect(restoreDump({ url, env, from: file, key: KEY })).rejects.toThrow(
      /has tables already. Make an empty database .* Nothing was changed/,
    );
  });

  test('that another key has sealed say so', async () => {
    const { file } = await copied();
    const other = { url: await server.freshDatabase(), env, from: file, key: 'another key, long enough as well' };
    await expect(restoreDump(other)).rejects.toThrow(/was sealed with another key/);
  });

  test('are refused in words where there is none, where it is another file, and where it is cut', async () => {
    const { file } = await copied();
    const url = await server.freshDatabase();
    const restore = (from: string) => restoreDump({ url, env, from, key: KEY });
    await expect(restore(join(folder(), 'none'))).rejects.toThrow(/does not exist/);
    const letter = join(folder(), 'letter');
    writeFileSync(letter, 'this is a letter and no copy of a database');
    await expect(restore(letter)).rejects.toThrow(/pg_restore failed: .*input file/);
    const cut = join(folder(), 'cut');
    writeFileSync(cut, readFileSync(file).subarray(0, -300));
    await expect(restore(cut)).rejects.toThrow(/pg_restore failed/);
    const db = openPool({ url });
    expect(await db.rows('SELECT 1 FROM pg_tables WHERE schemaname = current_schema()')).toEqual([]);
    await db.end();
  });

  test('are not made by halves: without the program, or where the password is wrong, it is said and no file is left', async () => {
    const { url } = await copied();
    const to = join(folder(), 'copy.dump');
    await expect(dumpDatabase({ url, env: { PATH: folder() }, to })).rejects.toThrow(
      /pg_dump is not installed here.*postgresql-client/,
    );
    const wrong = new URL(url);
    wrong.password = 'a-wrong-secret';
    const error = await dumpDatabase({ url: wrong.href, env, to }).catch((fault: Error) => fault);
    expect(String(error)).toMatch(/pg_dump failed: .*password authentication failed/);
    expect(String(error)).not.toContain('a-wrong-secret');
    expect(existsSync(to) || existsSync(`${to}.part`)).toBe(false);
  });
});

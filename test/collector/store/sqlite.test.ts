import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { build } from 'esbuild';
import { describe, expect, test, vi } from 'vitest';
import { migrations, type Migration } from '../../../collector/store/migrations/index.ts';
import { migrateTables } from '../../../collector/store/sqlite/migrate.ts';
import { openDatabase } from '../../../collector/store/sqlite/open.ts';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { migratedFile } from '../../harness/migrated-file.ts';
import { storeContract } from './contract.ts';
import { delivery, NOON, storedOrder, touch, write } from './rows.ts';

const folder = temporaryFolders();
const clock = manualClock(NOON);
let file = '';

storeContract({
  name: 'SQLite',
  clock,
  async open() {
    file = migratedFile(join(folder(), 'clickthread.db'));
    return openSqliteStore({ file, clock: clock.now });
  },
  openAgain: async () => openSqliteStore({ file, clock: clock.now }),
  async otherProcess() {
    vi.resetModules();
    const { newId } = await import('../../../collector/lib/id.ts');
    const { openSqliteStore: open } = await import('../../../collector/store/sqlite/store.ts');
    return { store: open({ file, clock: clock.now }), newId };
  },
});

const freshFile = (): string => join(folder(), 'clickthread.db');

describe('the file', () => {
  test('is opened with a write-ahead log and an fsync for every commit', () => {
    const db = openDatabase(freshFile());
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });

  test('is refused where it can not be safe, with what to do', () => {
    expect(() => openDatabase(':memory:')).toThrow(/journal_mode=memory.*local file system that supports WAL/s);
  });

  test('opened for reading sees commits and writes nothing', async () => {
    const at = freshFile();
    const store = openSqliteStore({ file: at, clock: clock.now });
    const reader = openSqliteStore({ file: at, clock: clock.now, readonly: true });
    await write(store, { orders: [storedOrder()] });
    expect((await reader.order('shop', 'O1'))?.order.orderId).toBe('O1');
    await expect(write(reader, { orders: [storedOrder('O2')] })).rejects.toThrow(/readonly/);
    await Promise.all([reader.close(), store.close()]);
  });
});

describe('migrations', () => {
  const names = migrations.map(({ id, name }) => `${String(id).padStart(4, '0')}-${name}`);
  const open = (at: string) => new Database(at);
  /** A file that an older version left: all migrations but the newest. */
  const older = (at: string): void => {
    const db = open(at);
    db.exec('CREATE TABLE migration (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL)');
    for (const migration of migrations.slice(0, -1)) {
      db.exec(migration.sqlite);
      db.prepare('INSERT INTO migration VALUES (?, ?, ?)').run(migration.id, migration.name, NOON);
    }
    db.close();
  };

  test('are numbered upwards, no number twice', () => {
    const ids = migrations.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });

  test('a dry run names what is missing and changes nothing', () => {
    const db = open(freshFile());
    expect(migrateTables({ db, file: 'unused', now: NOON, dryRun: true })).toEqual(names);
    expect(db.prepare('SELECT COUNT(*) FROM sqlite_master').pluck().get()).toBe(0);
    db.close();
  });

  test('are applied once, and a new file needs no backup', () => {
    const at = freshFile();
    const db = open(at);
    expect(migrateTables({ db, file: at, now: NOON })).toEqual(names);
    expect(migrateTables({ db, file: at, now: NOON })).toEqual([]);
    expect(existsSync(`${at}.before-1`)).toBe(false);
    db.close();
  });

  test('an older file is backed up whole before the newest one is applied', () => {
    const at = freshFile();
    older(at);
    const db = open(at);
    db.prepare("INSERT INTO message (site, id, at) VALUES ('shop', 'msg-1', 1)").run();
    const [before, newest] = migrations.slice(-2) as [Migration, Migration];
    expect(migrateTables({ db, file: at, now: NOON })).toEqual([names.at(-1)]);
    db.close();
    const backup = open(`${at}.before-${newest.id}`);
    expect(backup.prepare('SELECT id FROM message').pluck().all()).toEqual(['msg-1']);
    expect(backup.prepare('SELECT MAX(id) FROM migration').pluck().get()).toBe(before.id);
    backup.close();
  });

  test('one that fails leaves the file as it was, and the next try makes a fresh backup', () => {
    const at = freshFile();
    older(at);
    const db = open(at);
    const [before, newest] = migrations.slice(-2) as [Migration, Migration];
    db.exec("CREATE TRIGGER barred BEFORE INSERT ON migration BEGIN SELECT RAISE(ABORT, 'barred'); END");
    expect(() => migrateTables({ db, file: at, now: NOON })).toThrow(/failed; the file is as it was before/);
    expect(db.prepare('SELECT MAX(id) FROM migration').pluck().get()).toBe(before.id);
    db.exec('DROP TRIGGER barred');
    db.prepare("INSERT INTO message (site, id, at) VALUES ('shop', 'written meanwhile', 1)").run();
    migrateTables({ db, file: at, now: NOON });
    db.close();
    const backup = open(`${at}.before-${newest.id}`);
    expect(backup.prepare('SELECT id FROM message').pluck().all()).toEqual(['written meanwhile']);
    backup.close();
  });

  test('a file of the first version keeps every row, and goes on', async () => {
    const at = freshFile();
    const db = open(at);
    db.exec('CREATE TABLE migration (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL)');
    for (const { id, name, sqlite } of migrations.slice(0, 1)) {
      db.exec(sqlite);
      db.prepare('INSERT INTO migration VALUES (?, ?, ?)').run(id, name, NOON);
    }
    // Written as that version did: these tables have got columns since.
    const [first, second] = [touch({ at: NOON - 1 }), touch({ value: 'def', extra: { irpid: '7' } })];
    const [stored, told] = [storedOrder('O1', { personal: Buffer.from([1, 2]) }), delivery()];
    const insertTouch = db.prepare(
      'INSERT INTO touch (site, visitor, at, param, value, id, kind, url, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    for (const { site, visitor, at: landed, param, value, id, kind, url, extra } of [first, second])
      insertTouch.run(site, visitor, landed, param, value, id, kind, url ?? null, extra ? JSON.stringify(extra) : null);
    const { personal: _sealedApart, ...body } = stored.order;
    db.prepare(
      `INSERT INTO orders (site, order_id, status, body, personal, reporter, shop_confirmed, visitor, attribution, received_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      ...['shop', 'O1', 'approved', JSON.stringify(body), stored.personal, 'browser', 0, 'visitor-1'],
      ...[JSON.stringify(stored.attribution), NOON, NOON],
    );
    db.prepare(
      `INSERT INTO delivery (id, site, order_id, connection, kind, seq, state, reason, report, next_at, deadline_at, attempts, polls, ambiguous, created_at, updated_at)
       VALUES (@id, @site, @orderId, @connection, @kind, @seq, @state, @reason, @report, @nextAt, @deadlineAt, @attempts, @polls, 0, @createdAt, @updatedAt)`,
    ).run({ ...told, report: JSON.stringify(told.report), ambiguous: 0 });
    db.close();

    const store = openSqliteStore({ file: at, clock: clock.now });
    const again = { ...told, id: 'another id' };
    await expect(write(store, { deliveries: [again] })).rejects.toThrow(/UNIQUE/);
    await write(store, { touches: [{ ...first, id: 'seen again' }], orders: [stored], deliveries: [told] });
    const ids = (await store.touchesOf('shop', 'visitor-1')).map(({ id }) => id);
    expect(ids).toEqual([first.id, second.id]);
    expect(await store.order('shop', 'O1')).toEqual(stored);
    expect(await store.deliveriesOf('shop', 'O1')).toEqual([{ ...told, attemptLog: [] }]);
    await store.close();
  });

  test('data of a newer version is refused in words', () => {
    const at = freshFile();
    const db = open(at);
    migrateTables({ db, file: at, now: NOON });
    db.prepare('INSERT INTO migration VALUES (9999, ?, 1)').run('future');
    db.close();
    expect(() => openSqliteStore({ file: at, clock: clock.now })).toThrow(
      /written by a newer Clickthread.*Start the newer/,
    );
  });
});

describe('other processes', () => {
  /** Writes one order after the other on its own, bundled because Node 20 reads no TypeScript, and prints each id once it is committed. */
  const startWriter = async (at: string): Promise<ChildProcess> => {
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const bundle = join(folder(), 'writer.mjs');
    await build({
      ...{ bundle: true, platform: 'node', format: 'esm', outfile: bundle, absWorkingDir: root, logLevel: 'error' },
      // The driver is native: the bundle asks for it where the repository has it.
      external: ['better-sqlite3'],
      entryPoints: ['test/collector/store/writing-process.ts'],
    });
    // A bundle outside the repository finds no packages, so it is read from the standard input beside them.
    return spawn(process.execPath, ['--input-type=module', '-', at], {
      cwd: root,
      stdio: [openSync(bundle, 'r'), 'pipe', 'inherit'],
    });
  };

  test('one that holds the write lock makes a write fail after the time-out, and keep nothing', async () => {
    const at = freshFile();
    const store = openSqliteStore({ file: at, clock: clock.now });
    const holder = openDatabase(at);
    holder.exec('BEGIN EXCLUSIVE');
    await expect(write(store, { orders: [storedOrder()] })).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    holder.exec('ROLLBACK');
    holder.close();
    expect(await store.order('shop', 'O1')).toBeUndefined();
    await write(store, { orders: [storedOrder()] });
    expect(await store.order('shop', 'O1')).toBeDefined();
    await store.close();
  });

  test('one that is killed while it writes leaves every commit that it acknowledged', async () => {
    const at = freshFile();
    const child = await startWriter(at);
    let acknowledged = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      acknowledged += chunk.toString();
      if (acknowledged.split('\n').length > 200) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const ids = acknowledged.split('\n').slice(0, -1);
    expect(ids.length).toBeGreaterThan(150);
    const store = openSqliteStore({ file: at, clock: clock.now });
    for (const id of ids) expect((await store.order('shop', id))?.order.orderId).toBe(id);
    await store.close();
  });
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { databaseFile } from '../../../../collector/environment.ts';
import { monotonicClock } from '../../../../collector/lib/clock.ts';
import { openPool } from '../../../../collector/store/postgres/database.ts';
import { openPostgresStore } from '../../../../collector/store/postgres/store.ts';
import { acquireServeLock } from '../../../../collector/store/sqlite/file/serve-lock.ts';
import { openSqliteStore } from '../../../../collector/store/sqlite/store.ts';
import { noPostgres, postgresServer } from '../../../harness/postgres.ts';
import { until } from '../../../harness/until.ts';
import { storedOrder, write } from '../../store/rows.ts';
import { configured, conversion, install, type Installation, NOON } from './setup.ts';

const order = (orderId: string) => ({ route: 'conversion' as const, site: 'shop', body: conversion({ orderId }) });

async function withOrders(...ids: string[]): Promise<Installation> {
  const installation = await configured();
  const { store, door } = installation.open();
  await door.receive(ids.map(order));
  await store.close();
  return installation;
}

const lockOf = (folder: string) =>
  acquireServeLock({ folder, takeOver: 0, tell: () => undefined, monotonic: monotonicClock });

test.each<[string, string[], Record<string, string>, RegExp]>([
  ['names no database', ['--to', 'mysql://host/x'], {}, /--to must be the address of a database/],
  ['waits for no time', ['--to', 'postgres://host/x', '--wait', 'long'], {}, /--wait must be a whole number/],
  [
    'is in PostgreSQL already',
    ['--to', 'postgres://host/x'],
    { DATABASE_URL: 'postgres://a/b' },
    /DATABASE_URL is set.*to move back, name a folder/,
  ],
  ['goes back from nowhere', ['--to', './somewhere'], {}, /DATABASE_URL is not set: to move back/],
])('a move that %s is refused in words', async (_what, args, env, words) => {
  const { run } = await configured();
  expect((await run(['move', ...args], { env })).error).toMatch(words);
});

test('a move of nothing says where no data is', async () => {
  const { run } = install();
  expect((await run(['move', '--to', 'postgres://host/x'])).error).toMatch(/^No data in/);
});

test('a database that is not there is named without its password, and the file stays', async () => {
  const { run, folder } = await withOrders('O1');
  const { error } = await run(['move', '--to', 'postgres://ana:secret@127.0.0.1:1/shop']);
  expect(error).toMatch(/^postgres:\/\/ana@127\.0\.0\.1:1\/shop can't be used .* Is PostgreSQL running there/);
  expect(error).not.toContain('secret');
  expect(existsSync(databaseFile(folder))).toBe(true);
});

describe.skipIf(noPostgres)(`to PostgreSQL ${noPostgres ?? ''}`, { timeout: 60_000 }, () => {
  const server = postgresServer();
  const idsIn = async (url: string): Promise<string[]> => {
    const db = openPool({ url });
    try {
      return (await db.rows<{ id: string }>('SELECT order_id AS id FROM orders ORDER BY order_id')).map(({ id }) => id);
    } finally {
      await db.end();
    }
  };

  test('everything is there, and the file that was is put aside', async () => {
    const { run, folder } = await withOrders('O1', 'O2');
    const url = await server.migratedDatabase();
    const { out, error } = await run(['move', '--to', url]);
    expect(error).toBeUndefined();
    expect(out).toMatch(
      /^Moved: \d+ rows of \d+ tables to postgres:\/\/clickthread@127.*; counts and checksums of each table agree\.\n/,
    );
    expect(out).toContain('Set DATABASE_URL to that address');
    expect(out).not.toContain(new URL(url).password);
    expect(await idsIn(url)).toEqual(['O1', 'O2']);
    expect(readdirSync(folder).filter((name) => name.startsWith('clickthread.db'))).toEqual(['clickthread.db.moved']);
    expect((await run(['move', '--to', url])).error).toMatch(/^No data in/);
  });

  test('while a collector serves it copies, asks it to end, and carries over what came meanwhile', async () => {
    const installation = await withOrders('O1');
    const url = await server.migratedDatabase();
    const lock = await lockOf(installation.folder);
    const serving = installation.open();
    const moving = installation.run(['move', '--to', url]);
    const printed = () => vi.mocked(process.stdout.write).mock.calls.map(([text]) => String(text));
    await until(() => printed().some((text) => text.includes('Stop the collector now')), { what: 'it to ask' });
    expect(await idsIn(url)).toEqual(['O1']);
    await serving.door.receive([order('LATER')]);
    await serving.store.close();
    lock.release();
    const { out, error } = await moving;
    expect(error).toBeUndefined();
    expect(out).toMatch(/^Everything so far is copied\. Stop the collector now.*\nMoved: /);
    expect(await idsIn(url)).toEqual(['LATER', 'O1']);
  });

  test('a collector that does not end serves on, and the next run goes on from there', async () => {
    const { run, folder } = await withOrders('O1');
    const url = await server.migratedDatabase();
    const lock = await lockOf(folder);
    expect((await run(['move', '--to', url, '--wait', '0'])).error).toMatch(/did not end within 0 s, and serves on/);
    expect(existsSync(databaseFile(folder))).toBe(true);
    lock.release();
    expect((await run(['move', '--to', url])).error).toBeUndefined();
  });

  test('a database of another installation, and one where a move is finished, are left alone', async () => {
    const [one, other] = [await withOrders('O1'), await withOrders('O2')];
    const [url, finished] = [await server.migratedDatabase(), await server.freshDatabase()];
    const lock = await lockOf(one.folder);
    await one.run(['move', '--to', url, '--wait', '0']);
    lock.release();
    expect((await other.run(['move', '--to', url])).error).toMatch(/holds the data of another installation/);
    expect(await idsIn(url)).toEqual(['O1']);
    expect((await one.run(['move', '--to', finished])).error).toBeUndefined();
    expect((await other.run(['move', '--to', finished])).error).toMatch(/A move to .* is finished already/);
    expect(await idsIn(finished)).toEqual(['O1']);
    expect(existsSync(databaseFile(other.folder))).toBe(true);
  });

  /** An installation whose data is in PostgreSQL, and a folder for it. */
  async function inPostgres(): Promise<Installation & { url: string; back: string; there: { DATABASE_URL: string } }> {
    const installation = await withOrders('O1');
    const url = await server.migratedDatabase();
    expect((await installation.run(['move', '--to', url])).error).toBeUndefined();
    return { ...installation, url, back: join(installation.folder, 'back'), there: { DATABASE_URL: url } };
  }

  const idsInFile = async (folder: string): Promise<string[]> => {
    const store = openSqliteStore({ file: databaseFile(folder), clock: () => NOON });
    const orders = await store.findOrders({});
    await store.close();
    return orders.map(({ order: { orderId } }) => orderId).toSorted();
  };

  test('and back: everything is in the folder, nothing begins on the database any more, and it can be moved again', async () => {
    const { run, url, back, there } = await inPostgres();
    const { out, error } = await run(['move', '--to', back], { env: there });
    expect(error).toBeUndefined();
    expect(out).toMatch(
      /^Moved: \d+ rows of \d+ tables to .*clickthread\.db; counts and checksums of each table agree\.\n/,
    );
    expect(out).toContain('Unset DATABASE_URL');
    expect(out).not.toContain(new URL(url).password);
    expect(await idsInFile(back)).toEqual(['O1']);
    expect(readdirSync(back).filter((name) => name.startsWith('clickthread.db'))).toEqual(['clickthread.db']);
    await expect(openPostgresStore({ url, clock: () => NOON })).rejects.toThrow(
      /was moved to .*clickthread\.db: unset DATABASE_URL/,
    );
    expect((await run(['orders'], { env: there })).error).toMatch(/was moved to/);
    expect((await run(['move', '--to', back], { env: there })).error).toMatch(
      /exists already: name a folder without data/,
    );
    const again = await server.migratedDatabase();
    expect((await run(['move', '--to', again], { env: { CLICKTHREAD_DATA: back } })).error).toBeUndefined();
    expect(await idsIn(again)).toEqual(['O1']);
  });

  test('and back while collectors serve: it copies, asks them to end, and carries over what came meanwhile', async () => {
    const { run, url, back, there } = await inPostgres();
    const serving = await openPostgresStore({ url, clock: () => NOON });
    expect((await run(['move', '--to', back, '--wait', '0'], { env: there })).error).toMatch(
      /A collector did not end within 0 s, and serves on/,
    );
    expect(readdirSync(back)).not.toContain('clickthread.db');
    const moving = run(['move', '--to', back], { env: there });
    const printed = () => vi.mocked(process.stdout.write).mock.calls.map(([text]) => String(text));
    await until(() => printed().some((text) => text.includes('Stop every collector now')), { what: 'it to ask' });
    await write(serving, { orders: [storedOrder('LATER')] });
    await serving.close();
    expect((await moving).error).toBeUndefined();
    expect(await idsInFile(back)).toEqual(['LATER', 'O1']);
  });

  test('and back is refused with another key, and nothing begins on half of a move', async () => {
    const { run, there, back } = await inPostgres();
    const other = { ...there, CLICKTHREAD_KEY: 'another key of an installation' };
    expect((await run(['move', '--to', back], { env: other })).error).toMatch(/was sealed with another key/);
    expect(existsSync(back)).toBe(false);
    const half = await server.migratedDatabase();
    const second = await withOrders('O2');
    const lock = await lockOf(second.folder);
    await second.run(['move', '--to', half, '--wait', '0']);
    lock.release();
    await expect(openPostgresStore({ url: half, clock: () => NOON })).rejects.toThrow(
      /A move to .* is not finished: run "clickthread move" again/,
    );
    expect((await run(['move', '--to', back], { env: { DATABASE_URL: half } })).error).toMatch(/is not finished/);
  });
});

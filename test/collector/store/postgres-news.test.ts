/** News between replicas come at once where the server carries them, again after it was away, and are missed by nobody where it can't. */
import { afterEach, describe, expect, test } from 'vitest';
import type { DueWork } from '../../../collector/store/lane-store.ts';
import { openPool } from '../../../collector/store/postgres/database.ts';
import { createNews } from '../../../collector/store/postgres/news.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { until } from '../../harness/until.ts';

const TIMES = { check: 100, within: 2000, again: 100 };
const LISTENERS = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`;

describe.skipIf(noPostgres)(`news on PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  });

  async function given() {
    const url = await server.freshDatabase();
    const sql = openPool({ url });
    ends.push(() => sql.end());
    const newsAt = (address: string, times = TIMES) => {
      const news = createNews({ sql, url: address, times });
      ends.push(() => news.end());
      return news;
    };
    const heard: DueWork[] = [];
    return { url, sql, newsAt, heard, hear: (work: DueWork) => void heard.push(work) };
  }
  const due = (n: number): DueWork => ({ site: 'shop', connection: `net "${n}"` });

  test('what one tells the other hears, each once of what is told in one breath', async () => {
    const { url, newsAt, heard, hear } = await given();
    await newsAt(url).hearDue(hear);
    const teller = newsAt(url);
    await Promise.all([teller.tellDue([due(1), due(1)]), teller.tellDue([due(2)]), teller.tellDue([due(1)])]);
    await until(() => heard.length >= 2, { what: 'it to be heard' });
    await teller.tellDue([due(3)]);
    await until(() => heard.length >= 3, { what: 'the last one' });
    expect(heard).toContainEqual(due(1));
    expect(heard).toContainEqual(due(2));
    expect(heard.at(-1)).toEqual(due(3));
  });

  test('many that look at the same moment whether they still hear take no word of another one for their own', async () => {
    const { url, newsAt } = await given();
    const heard = new Set<number>();
    const listeners = Array.from({ length: 6 }, () => newsAt(url, { check: 20, within: 10_000, again: 3_600_000 }));
    await Promise.all(listeners.map(({ hearDue }, n) => hearDue(() => heard.add(n))));
    const teller = newsAt(url);
    for (let n = 0; n < 20; n += 1) await teller.tellDue([due(n)]);
    heard.clear();
    await teller.tellDue([due(20)]);
    await until(() => heard.size === listeners.length, { what: 'all of them to hear' });
  });

  test('a listener whose connection was ended listens again; one that is told to end is gone', async () => {
    const { url, sql, newsAt, heard, hear } = await given();
    const end = await newsAt(url).hearDue(hear);
    const [first] = await sql.rows<{ pid: number }>(LISTENERS);
    await sql.row('SELECT pg_terminate_backend($1)', [first!.pid]);
    await until(async () => (await sql.rows<{ pid: number }>(LISTENERS)).some(({ pid }) => pid !== first!.pid), {
      what: 'it to listen again',
    });
    await until(
      async () => {
        await newsAt(url).tellDue([due(1)]);
        return heard.length > 0;
      },
      { what: 'it to hear again' },
    );
    await end();
    await until(async () => (await sql.rows(LISTENERS)).length === 0, { what: 'the listener to be gone' });
  });

  test.each([
    ['telling', (url: string) => url],
    ['listening', () => 'postgres://nobody@127.0.0.1:1/nowhere'],
  ])(
    'where the engine knows no %s (CockroachDB, YugabyteDB) nobody is held up or hears of it, and nothing stays open',
    async (_, where) => {
      const { url, sql, heard, hear } = await given();
      const refused = (): Promise<never> => Promise.reject(new Error('unknown function: pg_notify()'));
      const news = createNews({ sql: { rows: refused, row: refused, run: refused }, url: where(url), times: TIMES });
      const end = await news.hearDue(hear);
      await news.tellDue([due(1)]);
      await news.tellDue([due(2)]);
      await end();
      await news.end();
      expect(heard).toEqual([]);
      await until(async () => (await sql.rows(LISTENERS)).length === 0, { what: 'no listener to be left' });
    },
  );

  test('where no news come (a pooler that hands connections on) it is found out, nothing is held, and it is tried again later', async () => {
    const { sql, newsAt, heard, hear } = await given();
    // Another database takes the word LISTEN, and what is told here is never heard there: as behind such a pooler.
    const deaf = newsAt(await server.freshDatabase(), { check: 100, within: 300, again: 60_000 });
    await deaf.hearDue(hear);
    await until(
      async () => (await sql.rows("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")).length === 0,
      {
        what: 'its connection to be given back',
      },
    );
    await deaf.tellDue([due(1)]);
    expect(heard).toEqual([]);
  });
});

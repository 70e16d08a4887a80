/** Databases that are migrated once and emptied for each test: migrating a new one each time was most of what the store's tests cost. */
import pg from 'pg';
import { openPool } from '../../collector/store/postgres/database.ts';
import { migrateDatabase } from '../../collector/store/postgres/migrate.ts';

export interface MigratedDatabase {
  url: string;
  /** Leaves every table as the migrations left it. */
  empty(): Promise<void>;
  end(): Promise<void>;
}

/** Milliseconds: a test that left a transaction open is told so. */
const LOCK_WITHIN = 10_000;
const TABLES = `SELECT quote_ident(relname) AS name FROM pg_class
  WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition ORDER BY relname`;

/** `url` is an empty database. */
export async function migrated(url: string): Promise<MigratedDatabase> {
  const db = openPool({ url, size: 1 });
  await migrateDatabase({ db, clock: () => 0 });
  await db.end();
  const client = new pg.Client({ connectionString: url, application_name: 'tests', lock_timeout: LOCK_WITHIN });
  await client.connect();
  (client as unknown as { unref(): void }).unref();
  const names = (await client.query<{ name: string }>(TABLES)).rows.map(({ name }) => name);
  // Only what holds rows is touched: emptying all of them costs more than the test.
  const filled = async (): Promise<string[]> => {
    const text = names
      .map((name) => `SELECT '${name}' AS name WHERE EXISTS (SELECT 1 FROM ${name})`)
      .join(' UNION ALL ');
    return (await client.query<{ name: string }>({ name: 'filled', text })).rows.map(({ name }) => name);
  };
  const first = new Map<string, string>();
  for (const name of await filled()) {
    const { rows } = await client.query<{ rows: string }>(`SELECT json_agg(t)::text AS rows FROM ${name} t`);
    first.set(name, rows[0]!.rows);
  }
  const putBack = [...first].map(
    ([name, rows]) =>
      `INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, ${client.escapeLiteral(rows)})`,
  );
  return {
    url,
    async empty() {
      const deletes = [...new Set([...(await filled()), ...first.keys()])].map((name) => `DELETE FROM ${name}`);
      await client.query(['BEGIN', ...deletes, ...putBack, 'COMMIT'].join('; '));
    },
    end: () => client.end(),
  };
}

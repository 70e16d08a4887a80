import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { noPostgres, postgresServer } from './postgres.ts';

describe.skipIf(noPostgres)(`PostgreSQL for tests ${noPostgres ?? ''}`, () => {
  const server = postgresServer();

  test('is a process of its own with an empty database as often as one is asked for, sorted as people read', async () => {
    const [one, other] = [await server.freshDatabase(), await server.freshDatabase()];
    expect(one).not.toBe(other);
    const client = new pg.Client({ connectionString: one });
    await client.connect();
    const { rows } = await client.query("SELECT 'a' < 'B' AS people, 'a' < 'B' COLLATE \"C\" AS bytes");
    expect(rows).toEqual([{ people: true, bytes: false }]);
    await client.end();
    expect(server.pid()).toBeGreaterThan(1);
  });
});

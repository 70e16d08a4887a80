/** The one way to PostgreSQL: a pool, statements prepared by name, and transactions that are run again where another replica came between. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { withoutZero } from '../rows/without-zero.ts';

/** Runs statements: outside of a transaction each is one of its own. */
export interface Sql {
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The first row, of a statement that answers with one at most. */
  row<Row>(text: string, values?: readonly unknown[]): Promise<Row | undefined>;
  /** How many rows it wrote. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

export interface Database extends Sql {
  /**
   * Everything or nothing. `work` must decide by what it reads through `sql` alone, for it is run again, from the start, when another
   * transaction came between: a deadlock, a row that changed, a key that somebody else wrote first.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/** Serialization failure, deadlock, and a unique key that another transaction wrote first. */
const CONFLICTS = new Set(['40001', '40P01', '23505']);
/** A conflict that is still there after so many tries is none of timing. */
const TRIES = 6;
/** What a frozen process holds is let go; a lock that is waited for longer is answered with 503, as SQLite's is. */
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = '15s'; SET LOCAL lock_timeout = '10s'`;

/** 64-bit and exact numbers as JavaScript's: times and counts stay far below 2^53. Set for these clients alone, not for a host's other ones. */
const NUMBERS: readonly number[] = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC];
const types = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    NUMBERS.includes(id) && format !== 'binary' ? Number : (pg.types.getTypeParser(id, format as 'text') as unknown),
} as pg.CustomTypesConfig;

/** `onFault` hears of connections that broke while nobody used them; the pool makes new ones. */
export function openPool(options: { url: string; size?: number; onFault?: (error: Error) => void }): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.size ?? 8,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    application_name: 'clickthread',
    types,
  });
  pool.on('error', options.onFault ?? (() => undefined));
  const tryOnce = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    // A connection that breaks between two statements says so in an event, which would end the process where nobody listens.
    const noteBreak = (error: Error): void => void (broken = error);
    client.on('error', noteBreak);
    try {
      await client.query(BEGIN);
      const result = await work(sqlOver(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(noteBreak);
      throw error;
    } finally {
      client.off('error', noteBreak);
      client.release(broken);
    }
  };
  return {
    ...sqlOver(pool),
    async transaction(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await tryOnce(work);
        } catch (error) {
          if (tries >= TRIES || !CONFLICTS.has(faultCode(error))) throw error;
          await sleep(Math.random() * 2 ** tries);
        }
      }
    },
    end: () => pool.end(),
  };
}

export const faultCode = (error: unknown): string => (error as { code?: string } | null)?.code ?? '';

function sqlOver(client: pg.Pool | pg.PoolClient): Sql {
  const query = (text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> =>
    client.query({ name: nameOf(text), text, values: values.map(asValue) });
  return {
    rows: async <Row>(text: string, values?: readonly unknown[]) => (await query(text, values)).rows as Row[],
    row: async <Row>(text: string, values?: readonly unknown[]) =>
      (await query(text, values)).rows[0] as Row | undefined,
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
  };
}

const names = new Map<string, string>();

/** A connection prepares each statement once; texts are written in the code, and so are few. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `ct_${names.size}`;
  names.set(text, name);
  return name;
}

/**
 * PostgreSQL keeps no character 0 in a text, nor looks into JSON that holds one, and its whole numbers take no fraction: what one stranger
 * sends must not spoil the commit of everybody else.
 */
function asValue(value: unknown): unknown {
  if (typeof value === 'string') return withoutZero(value);
  if (typeof value === 'number') return Math.round(value);
  if (Array.isArray(value)) return value.map(asValue);
  return value === undefined ? null : value;
}

/** The one way to PostgreSQL: a pool, statements prepared by name, and transactions that are run again where another replica came between. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { withoutZero } from '../rows/without-zero.ts';
import { cancelStatement, inWords, isNoAnswer, type Patience, SHORT } from './patience.ts';

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
   * transaction came between: a deadlock, a row that changed, a key that somebody else wrote first. `patience` is the pool's unless given.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, patience?: Patience): Promise<T>;
  end(): Promise<void>;
}

/** Serialization failure, deadlock, and a unique key that another transaction wrote first. */
const CONFLICTS = new Set(['40001', '40P01', '23505']);
/**
 * A statement of ours that this connection to the server does not know, or knows by somebody else: a pooler has handed us another one. PgBouncer
 * follows names from 1.21 on, https://www.pgbouncer.org/config.html#max_prepared_statements
 */
const UNKNOWN_STATEMENT = new Set(['26000', '42P05']);
/** A conflict that is still there after so many tries is none of timing. */
const TRIES = 6;
/** Milliseconds. */
const CLIENT_LATER = 1000;
/** What the client would give up the server gives up, too: the client may be gone by then. */
const beginWith = ({ statement, lock, idle }: Patience): string =>
  `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = ${idle}; SET LOCAL lock_timeout = ${lock};
   SET LOCAL statement_timeout = ${statement}`;

/** 64-bit and exact numbers as JavaScript's: times and counts stay far below 2^53. Set for these clients alone, not for a host's other ones. */
const NUMBERS: readonly number[] = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC];
const types = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    NUMBERS.includes(id) && format !== 'binary' ? Number : (pg.types.getTypeParser(id, format as 'text') as unknown),
} as pg.CustomTypesConfig;

export interface PoolOptions {
  url: string;
  /** Connections at most. */
  size?: number;
  /** `SHORT` unless given. */
  patience?: Patience;
  /** Hears of connections that broke while nobody used them; the pool makes new ones. */
  onFault?: (error: Error) => void;
}

export function openPool({ url, size = 8, patience: own = SHORT, onFault }: PoolOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: own.connection,
    idleTimeoutMillis: 30_000,
    application_name: 'clickthread',
    types,
  });
  pool.on('error', onFault ?? (() => undefined));

  /** Lends a connection, and ends it where it broke or went silent: whoever came next would wait behind what was asked of it. */
  const lend = async <T>(work: (client: pg.PoolClient) => Promise<T>, patience: Patience): Promise<T> => {
    let broken: Error | undefined;
    let lent: pg.PoolClient | undefined;
    // A connection that breaks between two statements says so in an event, which would end the process where nobody listens.
    const noteBreak = (error: Error): void => void (broken = error);
    try {
      lent = await pool.connect();
      lent.on('error', noteBreak);
      return await work(lent);
    } catch (error) {
      if (lent && isNoAnswer(error)) {
        cancelStatement(lent);
        noteBreak(error as Error);
      }
      throw inWords(error, { patience, size });
    } finally {
      lent?.off('error', noteBreak);
      lent?.release(broken);
    }
  };
  let isNamed = true;
  const asking = (client: pg.PoolClient, { statement }: Patience): Ask => {
    // The server ends what takes too long; the client, a second later, what the server does not end.
    const query_timeout = statement + CLIENT_LATER;
    return ({ name, ...query }) =>
      client.query({ ...query, ...(isNamed && name !== undefined ? { name } : {}), query_timeout } as pg.QueryConfig);
  };
  /** The server has refused the name, and done nothing: from now on all is asked without names, which costs it some time to read. */
  const withoutNames = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!UNKNOWN_STATEMENT.has(faultCode(error))) throw error;
      isNamed = false;
      return work();
    }
  };
  const tryOnce = <T>(work: (sql: Sql) => Promise<T>, patience: Patience): Promise<T> =>
    lend(async (client) => {
      const ask = asking(client, patience);
      try {
        await ask({ text: beginWith(patience) });
        const result = await work(sqlOver(ask));
        await ask({ text: 'COMMIT' });
        return result;
      } catch (error) {
        // One that does not answer would not take this either.
        if (!isNoAnswer(error)) await ask({ text: 'ROLLBACK' }).catch((fault: Error) => client.emit('error', fault));
        throw error;
      }
    }, patience);

  return {
    ...sqlOver((query) => withoutNames(() => lend((client) => asking(client, own)(query), own))),
    async transaction(work, patience = own) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await withoutNames(() => tryOnce(work, patience));
        } catch (error) {
          if (tries >= TRIES || !CONFLICTS.has(faultCode(error))) throw error;
          await sleep(Math.random() * 2 ** tries);
        }
      }
    },
    end: () => pool.end(),
  };
}

type Ask = (query: pg.QueryConfig) => Promise<pg.QueryResult>;

export const faultCode = (error: unknown): string => (error as { code?: string } | null)?.code ?? '';

function sqlOver(ask: Ask): Sql {
  const query = (text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> =>
    ask({ name: nameOf(text), text, values: values.map(asValue) });
  return {
    rows: async <Row>(text: string, values?: readonly unknown[]) => (await query(text, values)).rows as Row[],
    row: async <Row>(text: string, values?: readonly unknown[]) =>
      (await query(text, values)).rows[0] as Row | undefined,
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
  };
}

const names = new Map<string, string>();

/**
 * A connection prepares each statement once; texts are written in the code, and so are few. The name says the text: behind a pooler that hands
 * connections on, one that another collector prepared must be the same statement or none.
 */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `ct_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
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

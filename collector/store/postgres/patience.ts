/** How long a database may keep us waiting: one that is frozen, or whose rows somebody holds, must not hold up a request or a lane without end. */
import { connect } from 'node:net';
import type pg from 'pg';
import { hours, seconds } from '../../lib/duration.ts';

export interface Patience {
  /** Milliseconds until a connection is there, be it a new one or one that others use. */
  connection: number;
  /** Milliseconds of one statement. */
  statement: number;
  /** Milliseconds that it may wait, within that, for rows that somebody else holds. */
  lock: number;
  /** Milliseconds after which a transaction of ours that asks nothing more loses what it holds: its process was frozen, or is gone. */
  idle: number;
}

/** Of what people and their orders wait for. What is waited for longer is answered with 503, as a lock of SQLite is. */
export const SHORT: Patience = {
  connection: seconds(10),
  statement: seconds(15),
  lock: seconds(10),
  idle: seconds(15),
};
/** Of what may go through whole tables: commands, an erasure. */
export const LONG: Patience = { ...SHORT, statement: hours(1) };
/** Of what only one may do while others wait for it to end: migrations, a move, a new key. */
export const LONGEST: Patience = { ...LONG, statement: hours(12), lock: hours(1) };

/** The database did not answer in time. What was asked may have happened all the same, as with a connection that breaks. */
export class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(message: string) {
    super(message);
    this.name = 'DatabaseSilent';
  }
}

/** Words of the driver, which gives its timeouts no code. */
const NO_ANSWER = 'Query read timeout';
const NO_CONNECTION = 'timeout exceeded when trying to connect';
const NO_GREETING = 'Connection terminated due to connection timeout';

export const isNoAnswer = (error: unknown): boolean => (error as Error | null)?.message === NO_ANSWER;

/** A timeout of the driver in words that say which one; other faults as they are. */
export function inWords(error: unknown, given: { patience: Patience; size: number }): unknown {
  const { patience, size } = given;
  const within = (ms: number): string => `within ${ms / 1000} seconds`;
  const words = new Map([
    [NO_ANSWER, `PostgreSQL did not answer ${within(patience.statement)}`],
    [NO_CONNECTION, `none of the ${size} connections to PostgreSQL came free ${within(patience.connection)}`],
    [NO_GREETING, `PostgreSQL took no connection ${within(patience.connection)}`],
  ]).get((error as Error | null)?.message ?? '');
  return words === undefined ? error : new DatabaseSilent(words);
}

/** Code of a request to cancel, https://www.postgresql.org/docs/current/protocol-message-formats.html */
const CANCEL = 80_877_102;
const CANCEL_WITHIN = seconds(5);

/**
 * Asks the server, or the pooler before it, to give up what a connection of ours still does: where we only left, it would wait on for its rows, and each
 * further try would leave one more waiting. Best effort: it has no answer, and a server that is frozen hears of it later.
 */
export function cancelStatement(client: pg.PoolClient): void {
  const { host, port, processID, secretKey } = client as unknown as {
    host: string;
    port: number;
    processID: number | null;
    secretKey: number | null;
  };
  if (processID === null || secretKey === null) return;
  const message = Buffer.alloc(16);
  [16, CANCEL, processID, secretKey].forEach((value, index) => message.writeInt32BE(value, index * 4));
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.unref();
  socket.setTimeout(CANCEL_WITHIN, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.end(message);
}

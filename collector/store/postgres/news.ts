/**
 * News between replicas: that a connection whose lane another one holds has something due. Faster than looking every second, and never relied on: who
 * hears nothing (a pooler that hands connections on with each transaction, an engine without LISTEN) finds the same by looking.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { seconds } from '../../lib/duration.ts';
import type { DueWork, LaneStore } from '../lane-store.ts';
import type { Sql } from './database.ts';
import { SHORT } from './patience.ts';

const CHANNEL = 'clickthread';
const TELL = `SELECT pg_notify('${CHANNEL}', text) FROM unnest($1::text[]) AS told (text)`;
/** Two statements of news lie this far apart: each waits for those of all others to be committed. */
const TELL_EVERY = 50;

const LEAVE_WITHIN = seconds(1);

export interface NewsTimes {
  /** Milliseconds between two looks whether news still come. */
  check: number;
  /** In which one's own word must have come back. */
  within: number;
  /** After which it is tried again where none did. */
  again: number;
}
const TIMES: NewsTimes = { check: seconds(30), within: seconds(10), again: seconds(60) };

/** `url` is listened at; what is told goes through `sql`. */
export function createNews({ sql, url, times = TIMES }: { sql: Sql; url: string; times?: NewsTimes }) {
  let waiting = new Set<string>();
  let telling: Promise<void> | undefined;
  const tellAll = async (): Promise<void> => {
    while (waiting.size > 0) {
      const texts = [...waiting];
      waiting = new Set();
      await sql.rows(TELL, [texts]);
      await sleep(TELL_EVERY, undefined, { ref: false });
    }
  };

  const ends = new Set<() => Promise<void>>();
  return {
    /** Of many that are told at once one statement is made. */
    async tellDue(work) {
      for (const { site, connection } of work) waiting.add(JSON.stringify([site, connection]));
      telling ??= tellAll().finally(() => (telling = undefined));
      // What could not be told is found by looking.
      await telling.catch(() => undefined);
    },
    async hearDue(hear) {
      const listener = listen({ sql, url, times, hear });
      ends.add(listener.end);
      await listener.tried;
      return async () => {
        ends.delete(listener.end);
        await listener.end();
      };
    },
    async end() {
      for (const end of ends) await end();
    },
  } satisfies Pick<LaneStore, 'tellDue' | 'hearDue'> & { end(): Promise<void> };
}

function listen(given: { sql: Sql; url: string; times: NewsTimes; hear: (work: DueWork) => void }) {
  const { sql, url, times, hear } = given;
  const stop = new AbortController();
  let client: pg.Client | undefined;
  let tried = (): void => undefined;
  const firstTry = new Promise<void>((resolve) => (tried = resolve));

  /** Ends when no news come any more. */
  const listenOnce = async (): Promise<void> => {
    const own = new pg.Client({
      connectionString: url,
      application_name: 'clickthread',
      connectionTimeoutMillis: SHORT.connection,
      query_timeout: SHORT.statement,
    });
    client = own;
    const lost = new Promise<never>((_, reject) => {
      own.on('error', reject);
      own.on('end', () => reject(new Error('The connection has ended.')));
    });
    lost.catch(() => undefined);
    /** What this connection last told itself; others tell themselves their own words on the same channel. */
    let word = '';
    let isBack = false;
    own.on('notification', ({ payload = '' }) => {
      // Until the connection has taken its leave.
      if (stop.signal.aborted) return;
      const work = readWork(payload);
      if (work) hear(work);
      else if (payload === word) isBack = true;
    });
    await Promise.race([own.connect(), lost]);
    await Promise.race([own.query(`LISTEN ${CHANNEL}`), lost]);
    for (;;) {
      word = randomUUID();
      isBack = false;
      await sql.rows(TELL, [[word]]);
      const until = performance.now() + times.within;
      while (!isBack && performance.now() < until) await Promise.race([pause(20), lost]);
      if (!isBack) return;
      tried();
      await Promise.race([pause(times.check), lost]);
    }
  };
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false, signal: stop.signal });
  const endClient = (): void => {
    const own = client as (pg.Client & { connection?: { stream: { destroy(): void } } }) | undefined;
    client = undefined;
    own?.end().catch(() => undefined);
    // Whatever the server says: one that is frozen takes no leave.
    setTimeout(() => own?.connection?.stream.destroy(), LEAVE_WITHIN).unref();
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await listenOnce().catch(() => undefined);
      endClient();
      tried();
      await pause(times.again).catch(() => undefined);
    }
  };
  const running = run();
  return {
    /** Settles when it hears, or does not for now. */
    tried: firstTry,
    async end() {
      stop.abort();
      endClient();
      await running;
    },
  };
}

/** Undefined for what is no work: a word of the look whether news come. */
function readWork(payload: string): DueWork | undefined {
  if (!payload.startsWith('[')) return undefined;
  const [site, connection] = JSON.parse(payload) as [string, string];
  return { site, connection };
}

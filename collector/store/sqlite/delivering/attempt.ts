/** SQL of attempts: what was sent for a delivery and what came back, and what a vendor was asked beside. */
import type Database from 'better-sqlite3';
import { hours } from '../../../lib/duration.ts';
import { continueIdsAfter, newId } from '../../../lib/id.ts';
import type { Attempt, Delivery } from '../../../model/delivery.ts';

export interface AttemptTable {
  addAttempt(delivery: Delivery, attempt: Attempt): void;
  attemptsOf(id: string): Attempt[];
  attemptsSince(site: string, connection: string, since: number): number;
  browserAttemptsSince(site: string, connection: string, since: number): number;
  noteAsked(site: string, connection: string, at: number): void;
  askedSince(site: string, connection: string, since: number): number;
}

export function attemptTable(db: Database.Database): AttemptTable {
  const insertAttempt = db.prepare(`
    INSERT INTO attempt (delivery, id, site, connection, at, purpose, request, response, outcome, reason, took)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const selectNewestAttempt = db
    .prepare<[string], string | null>('SELECT MAX(id) FROM attempt WHERE delivery = ?')
    .pluck();
  const selectAttempts = db.prepare<
    [string],
    Omit<Attempt, 'request' | 'response'> & { request: string; response: string | null }
  >(
    'SELECT at, purpose, request, response, outcome, reason, took FROM attempt WHERE delivery = ? ORDER BY id LIMIT 500',
  );
  const countAttempts = db
    .prepare<[string, string, number], number>(
      'SELECT COUNT(*) FROM attempt WHERE site = ? AND connection = ? AND at >= ?',
    )
    .pluck();
  // What left beside the deliveries stands under no delivery's id.
  const countAsked = db
    .prepare<[string, number], number>('SELECT COUNT(*) FROM attempt WHERE delivery = ? AND at >= ?')
    .pluck();
  const forgetAsked = db.prepare<[string, number]>('DELETE FROM attempt WHERE delivery = ? AND at < ?');
  const countBrowserAttempts = db
    .prepare<[string, string, number], number>(
      `SELECT COUNT(*) FROM attempt a JOIN delivery d ON d.id = a.delivery
       WHERE a.site = ? AND a.connection = ? AND a.at >= ? AND d.confirmed = 0`,
    )
    .pluck();

  return {
    addAttempt(d, a) {
      continueIdsAfter(selectNewestAttempt.get(d.id));
      insertAttempt.run(
        d.id,
        newId(a.at),
        d.site,
        d.connection,
        a.at,
        a.purpose,
        JSON.stringify(a.request),
        a.response && JSON.stringify(a.response),
        a.outcome,
        a.reason,
        a.took,
      );
    },
    attemptsOf: (id) =>
      selectAttempts.all(id).map((row) => ({
        ...row,
        request: JSON.parse(row.request) as Attempt['request'],
        response: row.response === null ? null : (JSON.parse(row.response) as Attempt['response']),
      })),
    attemptsSince: (site, connection, since) => countAttempts.get(site, connection, since) as number,
    browserAttemptsSince: (site, connection, since) => countBrowserAttempts.get(site, connection, since) as number,
    noteAsked(site, connection, at) {
      const key = askedKey(site, connection);
      forgetAsked.run(key, at - hours(1));
      insertAttempt.run(key, newId(at), site, connection, at, 'report', '{}', null, 'delivered', 'asked beside', 0);
    },
    askedSince: (site, connection, since) => countAsked.get(askedKey(site, connection), since) as number,
  };
}

/** In place of a delivery's id, of which none has a slash. */
const askedKey = (site: string, connection: string): string => `asked/${site}/${connection}`;

/** SQL of a list: numbers, segments, erasure, and who of its contacts a marketing platform knows. Implements `ListStore`. */
import type {
  Contact,
  ListMetrics,
  ListStore,
  RemoteList,
  Segment,
  SegmentRule,
  Subscriber,
} from '../../list-store.ts';
import type { SyncKey } from '../../sync-store.ts';
import { buyersBefore, type ListOrders, listMetricsOf, type ListPeople } from '../../rows/list-metrics.ts';
import type { Database, Sql } from '../database.ts';
import { eraseContacts } from '../forget/contacts.ts';

const COLUMNS = `key, customer_id AS "customerId", personal, active, agreed, agreed_at AS "agreedAt", email_hash AS "emailHash",
  joined_at AS "joinedAt", orders, revenue, last_order_at AS "lastOrderAt", changed_at AS "changedAt"`;
const HERE = 'site = $1 AND connection = $2';

/** `$3` is the moment before which a last order lies too far back; `$4` the revenue of the tenth that spends most. */
const SEGMENTS: Record<Segment, string> = {
  all: 'true',
  buyers: 'orders > 0',
  'never-bought': 'orders = 0',
  lapsed: 'orders > 0 AND last_order_at < $3::bigint',
  'big-spenders': 'orders > 0 AND revenue >= $4::bigint',
};
const count = (segment: Segment): string => `count(*) FILTER (WHERE ${SEGMENTS[segment]})`;

const SELECT_PEOPLE = `
  SELECT count(*) AS contacts, ${count('buyers')} AS buyers, count(*) FILTER (WHERE orders > 1) AS again,
    ${count('never-bought')} AS never, ${count('lapsed')} AS lapsed, ${count('big-spenders')} AS big
  FROM contact WHERE ${HERE}`;
const SELECT_ORDERS = `
  SELECT count(*) AS orders, coalesce(sum(total), 0) AS revenue, max(placed_at) AS "lastOrderAt"
  FROM history WHERE ${HERE} AND state = 'approved'`;
const COUNT_BUYERS = `SELECT count(*) AS buyers FROM contact WHERE ${HERE} AND orders > 0`;
const SELECT_BIG = `SELECT revenue FROM contact WHERE ${HERE} AND orders > 0 ORDER BY revenue DESC LIMIT 1 OFFSET $3`;
/** Takes the bounds of every segment, so that each is one statement. */
const selectSegment = (segment: Segment): string => `
  SELECT ${COLUMNS} FROM contact
  WHERE ${HERE} AND key > $5 AND (${SEGMENTS[segment]}) AND $3::bigint IS NOT NULL AND $4::bigint IS NOT NULL
  ORDER BY key LIMIT $6`;
const SELECT_CHANGED = `
  SELECT ${COLUMNS} FROM contact WHERE ${HERE} AND (changed_at, key) > ($3, $4) ORDER BY changed_at, key LIMIT $5`;
const SELECT_REMOTE = `SELECT remote_id AS "remoteId", pushed_until AS "pushedUntil" FROM list_remote WHERE ${HERE}`;
const UPSERT_REMOTE = `
  INSERT INTO list_remote (site, connection, remote_id, pushed_until) VALUES ($1, $2, $3, $4)
  ON CONFLICT (site, connection) DO UPDATE SET remote_id = excluded.remote_id, pushed_until = excluded.pushed_until`;
const SUBSCRIBER = 's.contact, s.remote_key AS "remoteKey", s.state, s.digest, s.reason';
const SELECT_SUBSCRIBERS = `
  SELECT ${SUBSCRIBER} FROM unnest($3::text[]) WITH ORDINALITY AS asked (contact, place)
  JOIN subscriber s ON s.site = $1 AND s.connection = $2 AND s.contact = asked.contact ORDER BY asked.place`;
const SELECT_LEAVING = `
  SELECT ${SUBSCRIBER} FROM subscriber s WHERE ${HERE} AND state = 'leaving' ORDER BY contact LIMIT $3`;
const UPSERT_SUBSCRIBER = `
  INSERT INTO subscriber (site, connection, contact, remote_key, state, digest, reason, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (site, connection, contact) DO UPDATE SET remote_key = excluded.remote_key, state = excluded.state,
    digest = excluded.digest, reason = excluded.reason, updated_at = excluded.updated_at
  WHERE subscriber.state <> 'leaving'`;
const REMOVE_SUBSCRIBERS = `DELETE FROM subscriber WHERE ${HERE} AND contact = ANY($3::text[])`;
const COUNT_STATES = `SELECT state, count(*) AS count FROM subscriber WHERE ${HERE} GROUP BY state`;

export function postgresListStore(db: Database): ListStore {
  return {
    listMetrics: (key, rule) => readMetrics(db, key, rule),
    async contacts(key, { segment, rule, after, limit }) {
      const big = segment === 'big-spenders' ? await bigSpenderFrom(db, key) : null;
      return db.rows<Contact>(selectSegment(segment), [...bounds(key, rule, big), after, limit]);
    },
    changedContacts: ({ site, connection }, { after, limit }) =>
      db.rows<Contact>(SELECT_CHANGED, [site, connection, after.changedAt, after.key, limit]),
    eraseContacts(site, { emailHash, customerHash, customerId }, now) {
      const hashes = [emailHash, customerHash].filter((hash) => hash !== undefined);
      return db.transaction(async (sql) => ({ contacts: await eraseContacts(sql, site, { hashes, customerId }, now) }));
    },
    remoteList: ({ site, connection }) => db.row<RemoteList>(SELECT_REMOTE, [site, connection]),
    setRemoteList: async ({ site, connection }, { remoteId, pushedUntil }) =>
      void (await db.run(UPSERT_REMOTE, [site, connection, remoteId, pushedUntil])),
    subscribers: ({ site, connection }, keys) => db.rows<Subscriber>(SELECT_SUBSCRIBERS, [site, connection, keys]),
    leavingSubscribers: ({ site, connection }, limit) => db.rows<Subscriber>(SELECT_LEAVING, [site, connection, limit]),
    saveSubscribers: ({ site, connection }, { saved, gone, now }) =>
      db.transaction(async (sql) => {
        for (const { contact, remoteKey, state, digest, reason } of saved)
          await sql.run(UPSERT_SUBSCRIBER, [site, connection, contact, remoteKey, state, digest, reason, now]);
        if (gone.length > 0) await sql.run(REMOVE_SUBSCRIBERS, [site, connection, gone]);
      }),
    async subscriberCounts({ site, connection }) {
      const rows = await db.rows<{ state: string; count: number }>(COUNT_STATES, [site, connection]);
      return Object.fromEntries(rows.map(({ state, count: of }) => [state, of]));
    },
  };
}

/** Revenue of the buyer at the end of the first tenth; null without buyers. */
async function bigSpenderFrom(sql: Sql, { site, connection }: SyncKey): Promise<number | null> {
  const { buyers } = (await sql.row<{ buyers: number }>(COUNT_BUYERS, [site, connection]))!;
  if (buyers === 0) return null;
  const found = await sql.row<{ revenue: number }>(SELECT_BIG, [site, connection, buyersBefore(buyers)]);
  return found?.revenue ?? null;
}

/** The first four parameters of whatever asks for segments. */
const bounds = ({ site, connection }: SyncKey, rule: SegmentRule, big: number | null): unknown[] => [
  ...[site, connection, rule.now - rule.lapsedAfter, big ?? Number.MAX_SAFE_INTEGER],
];

async function readMetrics(sql: Sql, key: SyncKey, rule: SegmentRule): Promise<ListMetrics> {
  const big = await bigSpenderFrom(sql, key);
  const people = (await sql.row<ListPeople>(SELECT_PEOPLE, bounds(key, rule, big)))!;
  const paid = (await sql.row<ListOrders>(SELECT_ORDERS, [key.site, key.connection]))!;
  return listMetricsOf(people, paid, big);
}

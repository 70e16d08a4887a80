/** SQL of a list: numbers, segments, erasure, and who of its contacts a marketing platform knows. Implements `ListStore`. */
import type Database from 'better-sqlite3';
import type { Contact, ListMetrics, ListStore, Segment, SegmentRule, Subscriber } from '../list-store.ts';
import { buyersBefore, listMetricsOf, type ListPeople } from '../rows/list-metrics.ts';
import type { SyncKey } from '../sync-store.ts';
import { contactEraser } from './forget/contacts.ts';
import { asPromised } from './sync.ts';

const COLUMNS = `key, customer_id AS customerId, personal, active, agreed, agreed_at AS agreedAt, email_hash AS emailHash, joined_at AS joinedAt, orders, revenue,
  last_order_at AS lastOrderAt, changed_at AS changedAt`;

/** `@lapsed` is the moment before which a last order lies too far back; `@big` the revenue of the tenth that spends most. */
const SEGMENTS: Record<Segment, string> = {
  all: '1 = 1',
  buyers: 'orders > 0',
  'never-bought': 'orders = 0',
  lapsed: 'orders > 0 AND last_order_at < @lapsed',
  'big-spenders': 'orders > 0 AND revenue >= @big',
};

type Flat = Omit<Contact, 'active' | 'agreed'> & { active: number; agreed: number | null };

export function sqliteListStore(db: Database.Database): ListStore {
  const here = 'site = @site AND connection = @connection';
  const count = (segment: Segment): string => `coalesce(sum(${SEGMENTS[segment]}), 0)`;
  const selectPeople = db.prepare<unknown[], ListPeople>(`
    SELECT count(*) AS contacts, ${count('buyers')} AS buyers, coalesce(sum(orders > 1), 0) AS again,
      ${count('never-bought')} AS never, ${count('lapsed')} AS lapsed, ${count('big-spenders')} AS big
    FROM contact WHERE ${here}`);
  const selectOrders = db.prepare<unknown[], Pick<ListMetrics, 'orders' | 'revenue' | 'lastOrderAt'>>(`
    SELECT count(*) AS orders, coalesce(sum(total), 0) AS revenue, max(placed_at) AS lastOrderAt
    FROM history WHERE ${here} AND state = 'approved'`);
  const countBuyers = db
    .prepare<unknown[], number>(`SELECT count(*) FROM contact WHERE ${here} AND orders > 0`)
    .pluck();
  const selectBig = db
    .prepare<unknown[], number>(
      `SELECT revenue FROM contact WHERE ${here} AND orders > 0 ORDER BY revenue DESC LIMIT 1 OFFSET @skip`,
    )
    .pluck();
  const selectSegment = Object.fromEntries(
    Object.entries(SEGMENTS).map(([segment, condition]) => [
      segment,
      db.prepare<unknown[], Flat>(
        `SELECT ${COLUMNS} FROM contact WHERE ${here} AND key > @after AND (${condition}) ORDER BY key LIMIT @limit`,
      ),
    ]),
  ) as Record<Segment, Database.Statement<unknown[], Flat>>;
  const selectChanged = db.prepare<unknown[], Flat>(`
    SELECT ${COLUMNS} FROM contact WHERE ${here} AND (changed_at, key) > (@changedAt, @key)
    ORDER BY changed_at, key LIMIT @limit`);
  const eraser = contactEraser(db);
  const selectRemote = db.prepare<[string, string], { remoteId: string; pushedUntil: number }>(
    'SELECT remote_id AS remoteId, pushed_until AS pushedUntil FROM list_remote WHERE site = ? AND connection = ?',
  );
  const upsertRemote = db.prepare(`
    INSERT INTO list_remote (site, connection, remote_id, pushed_until) VALUES (?, ?, ?, ?)
    ON CONFLICT (site, connection) DO UPDATE SET remote_id = excluded.remote_id, pushed_until = excluded.pushed_until`);
  const SUBSCRIBER = 'contact, remote_key AS remoteKey, state, digest, reason';
  const selectSubscriber = db.prepare<[string, string, string], Subscriber>(
    `SELECT ${SUBSCRIBER} FROM subscriber WHERE site = ? AND connection = ? AND contact = ?`,
  );
  const selectLeaving = db.prepare<[string, string, number], Subscriber>(
    `SELECT ${SUBSCRIBER} FROM subscriber WHERE site = ? AND connection = ? AND state = 'leaving' LIMIT ?`,
  );
  const upsertSubscriber = db.prepare(`
    INSERT INTO subscriber (site, connection, contact, remote_key, state, digest, reason, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (site, connection, contact) DO UPDATE SET remote_key = excluded.remote_key, state = excluded.state,
      digest = excluded.digest, reason = excluded.reason, updated_at = excluded.updated_at
    WHERE subscriber.state <> 'leaving'`);
  const removeSubscriber = db.prepare('DELETE FROM subscriber WHERE site = ? AND connection = ? AND contact = ?');
  const countStates = db.prepare<[string, string], { state: string; count: number }>(
    'SELECT state, count(*) AS count FROM subscriber WHERE site = ? AND connection = ? GROUP BY state',
  );

  /** Revenue of the buyer at the end of the first tenth; null without buyers. */
  const bigSpenderFrom = ({ site, connection }: SyncKey): number | null => {
    const buyers = countBuyers.get({ site, connection }) ?? 0;
    return buyers === 0 ? null : (selectBig.get({ site, connection, skip: buyersBefore(buyers) }) ?? null);
  };
  const bounds = (key: SyncKey, rule: SegmentRule, big: number | null) => ({
    site: key.site,
    connection: key.connection,
    lapsed: rule.now - rule.lapsedAfter,
    big: big ?? Number.MAX_SAFE_INTEGER,
  });
  const write = <T>(work: () => T): T => db.transaction(work).immediate();

  const store = {
    listMetrics(key, rule) {
      const { site, connection } = key;
      const big = bigSpenderFrom(key);
      const people = selectPeople.get(bounds(key, rule, big))!;
      const paid = selectOrders.get({ site, connection })!;
      return listMetricsOf(people, paid, big);
    },
    contacts(key, { segment, rule, after, limit }) {
      const big = segment === 'big-spenders' ? bigSpenderFrom(key) : null;
      return selectSegment[segment].all({ ...bounds(key, rule, big), after, limit }).map(contactOf);
    },
    changedContacts: ({ site, connection }, { after, limit }) =>
      selectChanged.all({ site, connection, ...after, limit }).map(contactOf),
    eraseContacts(site, { emailHash, customerHash, customerId }, now) {
      const hashes = [emailHash, customerHash].filter((hash) => hash !== undefined);
      return write(() => ({ contacts: eraser.erase(site, { hashes, customerId }, now) }));
    },
    remoteList: ({ site, connection }) => selectRemote.get(site, connection),
    setRemoteList: ({ site, connection }, remote) =>
      void upsertRemote.run(site, connection, remote.remoteId, remote.pushedUntil),
    subscribers: ({ site, connection }, keys) =>
      keys.flatMap((key) => selectSubscriber.get(site, connection, key) ?? []),
    leavingSubscribers: ({ site, connection }, limit) => selectLeaving.all(site, connection, limit),
    saveSubscribers({ site, connection }, { saved, gone, now }) {
      write(() => {
        for (const one of saved) {
          upsertSubscriber.run(site, connection, one.contact, one.remoteKey, one.state, one.digest, one.reason, now);
        }
        for (const contact of gone) removeSubscriber.run(site, connection, contact);
      });
    },
    subscriberCounts: ({ site, connection }) =>
      Object.fromEntries(countStates.all(site, connection).map(({ state, count: of }) => [state, of])),
  } satisfies { [K in keyof ListStore]: (...args: Parameters<ListStore[K]>) => Awaited<ReturnType<ListStore[K]>> };
  return asPromised<ListStore>(store);
}

const contactOf = (row: Flat): Contact => ({
  ...row,
  active: row.active === 1,
  agreed: row.agreed === null ? null : row.agreed === 1,
});

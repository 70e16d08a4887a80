/** SQL of withdrawn consent: who took it back, what that stops, and which orders an answer is for. */
import type Database from 'better-sqlite3';
import type { Consent } from '../../../wire/consent.ts';
import type { ConsentGate } from '../../model/authority/consent-gate.ts';
import type { AnswerReach, Changes, VisitorAnswer } from '../ingest-store.ts';
import type { Withdrawal } from '../upkeep-store.ts';

/** Orders that one answer releases or stops at once; what is older is stopped when its report is sent. */
const MOST_ORDERS = 200;

export interface WithdrawalTable {
  add(withdrawal: NonNullable<Changes['withdrawals']>[number]): void;
  of(site: string, visitor: string): Withdrawal[];
  /** When each of the names last withdrew consent; those that never did are absent. */
  newest(site: string, names: readonly string[]): { name: string; at: number }[];
  /** Whether any order of the site waits for an answer: a yes of anybody else is for none. */
  anyWaiting(site: string): boolean;
  /** What an answer of the visitor is for. */
  concernedBy(answer: VisitorAnswer): AnswerReach;
  /** What consent says of an order right now. */
  gateOf(site: string, orderId: string): ConsentGate;
  /** A report of the order was stopped when it was to be sent. */
  stop(site: string, orderId: string, gate: ConsentGate): void;
}

export function withdrawalTable(db: Database.Database): WithdrawalTable {
  // A tag that sends again, or says so on every page, has said it once.
  const insert = db.prepare(`
    INSERT INTO withdrawal (site, visitor, at, consent) SELECT @site, @visitor, @at, @consent
    WHERE NOT EXISTS (SELECT 1 FROM withdrawal WHERE site = @site AND visitor = @visitor AND consent = @consent)
    ON CONFLICT DO NOTHING`);
  const select = db.prepare<[string, string], Omit<Withdrawal, 'consent'> & { consent: string }>(
    'SELECT site, visitor, at, consent FROM withdrawal WHERE site = ? AND visitor = ? ORDER BY at',
  );
  const selectNewest = db.prepare<[string, string], { name: string; at: number }>(`
    SELECT visitor AS name, MAX(at) AS at FROM withdrawal
    WHERE site = ? AND visitor IN (SELECT value FROM json_each(?)) GROUP BY visitor`);
  const selectAnyWaiting = db.prepare<[string], 1>(
    "SELECT 1 FROM orders WHERE site = ? AND stopped = 1 AND gate IN ('waiting', 'gpc') LIMIT 1",
  );
  // Asked for nearly every landing while anything waits: names as parameters are found in half the time of a list.
  const selectWaiting = db
    .prepare<[string, string, string, string, string], string>(
      `SELECT order_id FROM orders WHERE site = ? AND stopped = 1 AND gate IN ('waiting', 'gpc')
         AND visitor IN (?, ?, ?, ?) LIMIT ${MOST_ORDERS}`,
    )
    .pluck();
  const open = `SELECT order_id, received_at FROM orders o WHERE site = @site AND EXISTS (
    SELECT 1 FROM delivery d WHERE d.site = o.site AND d.order_id = o.order_id AND d.state IN ('waiting', 'due'))`;
  const among = (names: string): string => `(SELECT value FROM json_each(${names}))`;
  const selectOpen = db
    .prepare<unknown[], string>(
      `SELECT order_id FROM (${open} AND visitor IN ${among('@visitors')} UNION ${open} AND customer_id IN ${among('@customers')}
         UNION ${open} AND email_hash IN ${among('@emails')}) ORDER BY received_at DESC LIMIT ${MOST_ORDERS}`,
    )
    .pluck();
  const selectKeys = db
    .prepare<[string, string], string>(
      'SELECT DISTINCT key FROM identity WHERE site = ? AND visitor IN (SELECT value FROM json_each(?)) LIMIT 100',
    )
    .pluck();
  // What was weighed when the order was last reckoned is in its gate.
  const selectGate = db.prepare<[string, string], { gate: ConsentGate | null; withdrawn: number }>(`
    SELECT gate, EXISTS (SELECT 1 FROM withdrawal w WHERE w.site = o.site AND w.at >= o.updated_at
      AND w.visitor IN (SELECT value FROM json_each(COALESCE(o.subjects, json_array(o.visitor))))) AS withdrawn
    FROM orders o WHERE site = ? AND order_id = ?`);
  const updateStopped = db.prepare('UPDATE orders SET gate = ?, stopped = 1 WHERE site = ? AND order_id = ?');
  const touchContacts = db.prepare(`
    UPDATE contact SET changed_at = @at WHERE site = @site AND (customer_id = @customerId OR email_hash = @emailHash)`);

  return {
    add({ consent, customerId = null, ...row }) {
      const { changes } = insert.run({ ...row, consent: JSON.stringify(consent) });
      if (changes === 0 || !row.visitor.includes(':')) return;
      // The next time that a list is carried over, it leaves the person out.
      const emailHash = row.visitor.startsWith('e:') ? row.visitor.slice(2) : null;
      touchContacts.run({ site: row.site, at: row.at, customerId, emailHash });
    },
    of: (site, visitor) =>
      select.all(site, visitor).map((row) => ({ ...row, consent: JSON.parse(row.consent) as Consent })),
    newest: (site, names) => (names.length === 0 ? [] : selectNewest.all(site, JSON.stringify(names))),
    anyWaiting: (site) => selectAnyWaiting.get(site) !== undefined,
    concernedBy({ site, names, answer }) {
      if (answer === 'granted') {
        const [a = '', b = a, c = a, d = a] = names;
        const ids = selectWaiting.all(site, a, b, c, d);
        return { orders: ids.map((id) => `${site}\n${String(id)}`), identities: [], joined: [] };
      }
      const keys = selectKeys.all(site, JSON.stringify(names)) as string[];
      const after = (prefix: string): string[] =>
        keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      const joined = after('j:');
      const concerned = {
        site,
        visitors: JSON.stringify([...names, ...joined]),
        customers: JSON.stringify(after('c:')),
        emails: JSON.stringify(after('e:')),
      };
      const orders = selectOpen.all(concerned).map((id) => `${site}\n${String(id)}`);
      return { orders, identities: keys.filter((key) => !key.startsWith('j:')), joined };
    },
    gateOf(site, orderId) {
      const row = selectGate.get(site, orderId);
      if (row?.gate !== 'erased' && row?.withdrawn === 1) return 'withdrawn';
      return row?.gate ?? 'open';
    },
    stop: (site, orderId, gate) => void updateStopped.run(gate, site, orderId),
  };
}

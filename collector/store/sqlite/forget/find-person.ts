/** SQL of where one person stands: found as erasure finds them, for a file that they may read. */
import type Database from 'better-sqlite3';
import type { Subject } from '../../../model/upkeep/subject.ts';
import { namesOf } from '../../../model/visitor.ts';
import { subjectKeys } from '../../rows/whose-order.ts';
import type { PersonContact, PersonPlaces } from '../../upkeep-store.ts';
import { THEIR_CONTACTS } from './contacts.ts';
import { findConcerned } from './find-orders.ts';

export function personFinder(db: Database.Database): (site: string, subject: Subject) => Promise<PersonPlaces> {
  const browsersOf = browserFinder(db);
  const selectContacts = db.prepare<unknown[], PersonContact>(`
    SELECT connection, customer_id AS customerId, personal, joined_at AS joinedAt, orders, revenue ${THEIR_CONTACTS}
    ORDER BY connection, key`);
  return async (site, subject) => {
    const { orders, strips, contacts } = await findConcerned(db, site, subject);
    const who = {
      site,
      hashes: JSON.stringify(subject.names.map((name) => name.slice(2))),
      customerId: subject.by === 'customer' ? subject.value : null,
      keys: JSON.stringify(contacts),
    };
    return {
      orders,
      namedIn: strips.map(({ orderId }) => orderId),
      visitors: [...browsersOf(site, subject, orders)],
      contacts: subject.by === 'visitor' ? [] : selectContacts.all(who),
    };
  };
}

/** Browsers that a person's orders, their identity or they themselves name. */
export function browserFinder(
  db: Database.Database,
): (site: string, subject: Subject, orders: readonly string[]) => Set<string> {
  const selectVisitors = db
    .prepare<[string, string], string>('SELECT visitor FROM identity WHERE site = ? AND key = ?')
    .pluck();
  const selectVisitor = db
    .prepare<[string, string], string | null>('SELECT visitor FROM orders WHERE site = ? AND order_id = ?')
    .pluck();
  const selectHinted = db
    .prepare<[string, string], string>('SELECT DISTINCT visitor FROM touch WHERE site = ? AND hint = ?')
    .pluck();
  return (site, subject, orders) => {
    const visitors = new Set<string>(orders.flatMap((id) => (selectVisitor.get(site, id) as string | null) ?? []));
    if (subject.by === 'visitor') {
      for (const name of namesOf(subject.value)) visitors.add(name);
      for (const visitor of selectHinted.all(site, subject.value) as string[]) visitors.add(visitor);
    }
    for (const key of subjectKeys(subject))
      for (const visitor of selectVisitors.all(site, key) as string[]) visitors.add(visitor);
    return visitors;
  };
}

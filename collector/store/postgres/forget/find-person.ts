/** SQL of where one person stands: found as erasure finds them, for a file that they may read. */
import type { Subject } from '../../../model/upkeep/subject.ts';
import { namesOf } from '../../../model/visitor.ts';
import { subjectKeys } from '../../rows/whose-order.ts';
import type { PersonContact, PersonPlaces } from '../../upkeep-store.ts';
import type { Sql } from '../database.ts';
import { wentBy } from '../former-address.ts';
import { CONTACTS_OF_SUBJECT } from './contacts.ts';
import { concernedOrders } from './find-orders.ts';

const SELECT_VISITORS = 'SELECT visitor FROM identity WHERE site = $1 AND key = ANY($2::text[])';
const SELECT_OF_ORDERS = `
  SELECT DISTINCT visitor FROM orders WHERE site = $1 AND order_id = ANY($2::text[]) AND visitor IS NOT NULL`;
const SELECT_HINTED = 'SELECT DISTINCT visitor FROM touch WHERE site = $1 AND hint = $2';
const SELECT_CONTACTS = `
  SELECT connection, customer_id AS "customerId", personal, joined_at AS "joinedAt", orders, revenue ${CONTACTS_OF_SUBJECT}`;

export async function findPerson(sql: Sql, site: string, subject: Subject): Promise<PersonPlaces> {
  const { orders, strips, contacts } = await concernedOrders(sql, site, subject);
  const hashes = subject.names.map((name) => name.slice(2));
  const customerId = subject.by === 'customer' ? subject.value : undefined;
  const keys = [...contacts, ...(await wentBy(sql, site, 'contact', hashes))];
  return {
    orders,
    namedIn: strips.map(({ orderId }) => orderId),
    visitors: await visitorsOfSubject(sql, site, subject, orders),
    contacts:
      subject.by === 'visitor' ? [] : await sql.rows<PersonContact>(SELECT_CONTACTS, [site, hashes, customerId, keys]),
  };
}

/** Browsers that a person's orders, their identity or they themselves name. */
export async function visitorsOfSubject(
  sql: Sql,
  site: string,
  subject: Subject,
  orders: readonly string[],
): Promise<string[]> {
  const read = async (text: string, given: unknown): Promise<string[]> =>
    (await sql.rows<{ visitor: string }>(text, [site, given])).map(({ visitor }) => visitor);
  const hinted =
    subject.by === 'visitor' ? [...namesOf(subject.value), ...(await read(SELECT_HINTED, subject.value))] : [];
  const tied = await read(SELECT_VISITORS, subjectKeys(subject));
  return [...new Set([...(await read(SELECT_OF_ORDERS, orders)), ...hinted, ...tied])];
}

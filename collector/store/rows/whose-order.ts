/** Whether an order is a person's who is to be erased: by what it is, by what it was before a correction, and by what is sealed in it. Pure. */
import { namesOf } from '../../model/visitor.ts';
import type { Subject } from '../../model/upkeep/subject.ts';

export interface Concerned {
  /** Numbers of orders that are the person's. */
  orders: string[];
  /** Somebody else's, of which one browser named the person: what that browser said goes. */
  strips: { orderId: string; heardPersonal: Buffer | null }[];
  /** Contacts of lists, as `connection/key`. */
  contacts: string[];
}

/** What an engine reads of each order to weigh it. */
export const WEIGHED_COLUMNS = [
  ...['order_id', 'visitor', 'customer_id', 'email_hash', 'subjects', 'personal', 'heard_personal', 'words'],
] as const;

export interface WeighedOrder {
  order_id: string;
  visitor: string | null;
  customer_id: string | null;
  email_hash: string | null;
  subjects: string | null;
  personal: Buffer | null;
  heard_personal: Buffer | null;
  words: string | null;
}

/** Adds an order to what was found. `former`: orders that went by an address of the person once. */
export function weighOrder(
  row: WeighedOrder,
  { subject, former, found }: { subject: Subject; former: ReadonlySet<string>; found: Concerned },
): void {
  if (isTheirs(row, subject) || former.has(row.order_id)) return void found.orders.push(row.order_id);
  if (subject.by === 'visitor') return;
  if (row.personal !== null && subject.opens(row.personal)) return void found.orders.push(row.order_id);
  if (row.heard_personal === null) return;
  const rest = subject.strip(row.heard_personal, ownerOf(row.words));
  if (rest === 'theirs') found.orders.push(row.order_id);
  else if (rest !== undefined) found.strips.push({ orderId: row.order_id, heardPersonal: rest });
}

function isTheirs(row: WeighedOrder, { by, value, names }: Subject): boolean {
  if (by === 'visitor') return row.visitor !== null && namesOf(value).includes(row.visitor);
  if (by === 'customer' && row.customer_id === value) return true;
  // A shop whose customer ids are addresses names the person by them.
  if (by === 'email' && row.customer_id?.trim().toLowerCase() === value) return true;
  if (row.email_hash !== null && names.includes(`e:${row.email_hash}`)) return true;
  const subjects = row.subjects === null ? [] : (JSON.parse(row.subjects) as string[]);
  return subjects.some((name) => names.includes(name));
}

const ownerOf = (words: string | null): string | undefined =>
  words === null ? undefined : (JSON.parse(words) as { owner?: string }).owner;

/** Hashes of addresses under which a person's orders may have gone before. */
export const addressHashes = ({ names }: Subject): string[] =>
  names.filter((name) => name.startsWith('e:')).map((name) => name.slice(2));

/** Keys under which a person is tied to browsers; a customer id stands in them as it is. */
export const subjectKeys = ({ by, value, names }: Subject): string[] =>
  by === 'customer' ? [`c:${value}`] : names.filter((name) => name.startsWith('e:'));

/** A list as a file: CSV or JSON lines, streamed in pages so that its length needs no memory. */
import { formatMoney } from '../lib/money.ts';
import { csvLine } from '../lib/text/csv.ts';
import type { Seal } from '../lib/seal.ts';
import type { ContactPerson } from '../model/contact.ts';
import type { Contact, ListStore, Segment, SegmentRule } from '../store/list-store.ts';
import type { SyncKey } from '../store/sync-store.ts';

const PAGE = 500;

const COLUMNS = [
  'customerId',
  'email',
  'phone',
  'firstName',
  'lastName',
  'agreed',
  'active',
  'joinedAt',
  'orders',
  'revenue',
  'currency',
  'lastOrderAt',
] as const;

export type ExportedContact = Record<(typeof COLUMNS)[number], string>;

interface Want {
  segment: Segment;
  rule: SegmentRule;
  /** ISO 4217 code of the connection. */
  currency: string;
  format: 'csv' | 'jsonl';
}

interface Deps {
  store: Pick<ListStore, 'contacts'>;
  seal: Pick<Seal, 'open'>;
}

/** Yields a page of lines at a time, the header first. */
export async function* exportList(key: SyncKey, want: Want, { store, seal }: Deps): AsyncGenerator<string> {
  const { segment, rule, currency, format } = want;
  if (format === 'csv') yield `${csvLine(COLUMNS)}\r\n`;
  for (let after = ''; ;) {
    const contacts = await store.contacts(key, { segment, rule, after, limit: PAGE });
    const rows = contacts.map((contact) => exported(contact, currency, seal));
    yield rows
      .map((row) =>
        format === 'csv' ? `${csvLine(COLUMNS.map((name) => row[name]))}\r\n` : `${JSON.stringify(row)}\n`,
      )
      .join('');
    const last = contacts.at(-1);
    if (!last || contacts.length < PAGE) return;
    after = last.key;
  }
}

function exported(contact: Contact, currency: string, seal: Pick<Seal, 'open'>): ExportedContact {
  const person = contact.personal ? (JSON.parse(seal.open(contact.personal)) as ContactPerson) : {};
  const time = (at: number | null): string => (at === null || at === 0 ? '' : new Date(at).toISOString());
  return {
    customerId: contact.customerId,
    email: person.email ?? '',
    phone: person.phone ?? '',
    firstName: person.firstName ?? '',
    lastName: person.lastName ?? '',
    agreed: contact.agreed === null ? 'unknown' : String(contact.agreed),
    active: String(contact.active),
    joinedAt: time(contact.joinedAt),
    orders: String(contact.orders),
    revenue: formatMoney({ minor: contact.revenue, currency }),
    currency,
    lastOrderAt: time(contact.lastOrderAt),
  };
}

/** A source's customers and orders as they are stored: personal fields sealed, e-mails and ids as keyed hashes. */
import type { SourceCustomer, SourceOrder, StatusMap, StatusMeaning } from '../../kit/source.ts';
import type { Seal } from '../../lib/seal.ts';
import { type ContactPerson, customerHash, emailHash } from '../../model/contact.ts';
import type { ContactRow, HistoryRow } from '../../store/sync-store.ts';

/** A status that nobody has explained is an order that waits: never money by mistake, never a reversal by mistake. */
export const meaningOf = (status: string, map: StatusMap): StatusMeaning => map[status] ?? 'pending';

export function contactOf(customer: SourceCustomer, seal: Seal): ContactRow {
  const { id, active, agreed, joinedAt, seenAt } = customer;
  return contact({ person: customer, customerId: id, active, agreed: agreed ?? null, joinedAt, seenAt }, seal);
}

export function historyOf(order: SourceOrder, map: StatusMap, seal: Seal): HistoryRow {
  const { id, parentId, status, total, placedAt, customerId, email } = order;
  const known = customerId !== undefined || email !== undefined;
  const person = { person: order, customerId: customerId ?? '', active: true, agreed: null };
  return {
    orderId: id,
    parentId: parentId ?? null,
    status,
    state: meaningOf(status, map),
    total,
    placedAt,
    contact: known ? contact({ ...person, joinedAt: placedAt, seenAt: placedAt }, seal) : null,
  };
}

interface Given {
  person: ContactPerson;
  customerId: string;
  active: boolean;
  agreed: boolean | null;
  joinedAt: number;
  seenAt: number;
}

function contact({ person, customerId, active, agreed, joinedAt, seenAt }: Given, seal: Seal): ContactRow {
  const { email, phone, firstName, lastName } = person;
  const personal = JSON.stringify({ email, phone, firstName, lastName });
  return {
    customerId,
    emailHash: email === undefined ? null : emailHash(email, seal),
    customerHash: customerId === '' ? null : customerHash(customerId, seal),
    personal: personal === '{}' ? null : seal.seal(personal),
    digest: seal.hash(`${personal}\n${String(active)}\n${String(agreed)}`),
    active,
    agreed,
    joinedAt,
    seenAt,
  };
}

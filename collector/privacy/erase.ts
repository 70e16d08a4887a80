/**
 * Erasure of one person: orders, reports, exchanges, touches, identities, proofs of withdrawn consent, lists, refused orders and every text that
 * names them. Says what was removed, keeps no name. Whoever was erased stays out of the order, whatever is said of it later.
 */
import { decodeJourney } from '../../wire/journey.ts';
import { isFields } from '../intake/validate-order.ts';
import type { Seal } from '../lib/seal.ts';
import { tidyId } from '../lib/text/fold.ts';
import { namesOf } from '../model/visitor.ts';
import type { Arrival, Quarantined } from '../model/quarantined.ts';
import type { Store } from '../store/store.ts';
import type { Erased } from '../store/upkeep-store.ts';
import type { Subject } from '../model/upkeep/subject.ts';
import { parseJson, subjectOf } from './subject.ts';

/** Quarantine is bounded to ten thousand a site. */
const ALL = 1_000_000;

export interface ErasedOf extends Erased {
  site: string;
}

export interface EraseOrder {
  by: Subject['by'];
  /** The plain e-mail, phone, customer id or visitor id; it reaches neither the audit log nor the answer. */
  value: string;
  sites: readonly string[];
  now: number;
  actor: string;
  /** Only says what would go. */
  dryRun?: boolean;
}

export interface EraseDeps {
  store: Pick<Store, 'erase' | 'quarantine'>;
  seal: Seal;
}

/** Erasure as one call of plain values, for a store that lives on a thread of its own: how a person is recognised can't be posted to it. */
export interface PersonEraser {
  erasePerson(order: EraseOrder): Promise<ErasedOf[]>;
}

export const createPersonEraser = (deps: EraseDeps): PersonEraser => ({
  erasePerson: (order) => erasePerson({ ...order, ...deps }),
});

export async function erasePerson(given: EraseOrder & EraseDeps): Promise<ErasedOf[]> {
  const { by, value, store, seal, now, actor, dryRun = false } = given;
  if (value.trim() === '') throw new Error('Nobody is named: an empty value would match everybody.');
  const subject = subjectOf({ by, value, seal });
  const results: ErasedOf[] = [];
  for (const site of given.sites) {
    const rows = await store.quarantine({ site, limit: ALL });
    const refused = rows.filter((row) => isNamedIn(row, subject, seal)).map(({ id }) => id);
    const deed = { at: now, actor, action: `erase by ${by}`, detail: { site } };
    results.push({ site, ...(await store.erase(site, subject, { now, refused, dryRun, deed })) });
  }
  return results;
}

/** Whether a refused order, or how it came, speaks of the person: a customer's short id only where a customer stands, all else in any spelling. */
export function isNamedIn(row: Quarantined, { by, value, hide }: Subject, seal: Seal): boolean {
  const body = seal.open(row.body);
  const errors = JSON.stringify(row.errors);
  if (hide(body) !== body || hide(errors) !== errors) return true;
  const parsed = parseJson(body);
  const { journey, ...told } = row.arrival ? (JSON.parse(seal.open(row.arrival)) as Arrival) : {};
  const carried = decodeJourney(journey);
  const came = JSON.stringify([told, carried]);
  if (hide(came) !== came) return true;
  if (by === 'visitor') {
    const visitors = [told.visitor, carried?.visitor, isFields(parsed) ? parsed.visitor : undefined];
    return visitors.some((visitor) => namesOf(value).includes(String(visitor)));
  }
  if (by !== 'customer') return false;
  if (!isFields(parsed)) return new URLSearchParams(body).get('customer_id') === value || body.includes(`"${value}"`);
  return tidyId(String(isFields(parsed.customer) ? parsed.customer.id : parsed.customerId)) === value;
}

/** Erasure of one person: orders, reports, exchanges, touches, identities, proofs of withdrawn consent, lists and refused orders. Says what was removed, keeps no name. */
import { emailKey } from './batch.ts';
import type { ListStore } from './store/list-store.ts';
import { customerHash } from './sync-rows.ts';
import { isFields } from './validate-order.ts';
import type { Seal } from './lib/seal.ts';
import type { Quarantined, Store } from './store/store.ts';
import type { Erased, Subject } from './store/upkeep-store.ts';

/** Quarantine is bounded to ten thousand a site. */
const ALL = 1_000_000;

export interface ErasedOf extends Erased {
  site: string;
  /** Refused orders that named the person; they are dropped whole. */
  quarantine: number;
  /** Contacts of synchronized lists; no later synchronization brings them back. */
  contacts: number;
}

/** `value` is the plain e-mail, customer id or visitor id; it reaches neither the audit log nor the answer. */
export async function erasePerson(given: {
  by: Subject['by'];
  value: string;
  sites: readonly string[];
  store: Pick<Store, 'erase' | 'quarantine' | 'dropQuarantine' | 'addAudit'> & Pick<ListStore, 'eraseContacts'>;
  seal: Seal;
  now: number;
  actor: string;
}): Promise<ErasedOf[]> {
  const { by, value, store, seal, now, actor } = given;
  if (value.trim() === '') throw new Error('Nobody is named: an empty value would match everybody.');
  const subject: Subject = { by, value: by === 'email' ? emailKey(seal, value) : value };
  const results: ErasedOf[] = [];
  for (const site of given.sites) {
    const erased = await store.erase(site, subject);
    const refused = (await store.quarantine({ site, limit: ALL })).filter((row) => names(row, { by, value, seal }));
    const quarantine = await store.dropQuarantine(refused.map(({ id }) => id));
    const { contacts } =
      by === 'visitor'
        ? { contacts: 0 }
        : await store.eraseContacts(
            site,
            by === 'email'
              ? { emailHash: subject.value }
              : { customerId: value, customerHash: customerHash(value, seal) },
            now,
          );
    results.push({ site, ...erased, quarantine, contacts });
  }
  await store.addAudit({ at: now, actor, action: `erase by ${by}`, detail: JSON.stringify(results) });
  return results;
}

/** Whether a refused body speaks of the person. What is no JSON is searched as text. */
function names(row: Quarantined, { by, value, seal }: { by: Subject['by']; value: string; seal: Seal }): boolean {
  const body = seal.open(row.body);
  if (by === 'email') return body.toLowerCase().includes(value.trim().toLowerCase());
  const parsed = parse(body);
  if (!isFields(parsed)) return body.includes(`"${value}"`);
  if (by === 'visitor') return parsed.visitor === value || body.includes(`"${value}"`);
  return isFields(parsed.customer) && String(parsed.customer.id) === value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // a body that was refused because it is no JSON
  }
}

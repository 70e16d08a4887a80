/** SQL of erasure: everything that names or points at one person, in one transaction. */
import type { Clock } from '../../../lib/clock.ts';
import type { Subject } from '../../../model/upkeep/subject.ts';
import { type Concerned, subjectKeys } from '../../rows/whose-order.ts';
import type { Erased, EraseWish } from '../../upkeep-store.ts';
import { addAuditEntry } from '../audit.ts';
import type { Database, Sql } from '../database.ts';
import { LONG } from '../patience.ts';
import { eraseContacts } from './contacts.ts';
import { findMentions, type PlacedMention, rewriteMentions } from './find-mentions.ts';
import { concernedOrders } from './find-orders.ts';
import { visitorsOfSubject } from './find-person.ts';
import { eraseOrders } from './orders.ts';

const DELETE_TOUCHES = 'DELETE FROM touch WHERE site = $1 AND visitor = ANY($2::text[])';
const DELETE_IDENTITIES =
  'DELETE FROM identity WHERE site = $1 AND (visitor = ANY($2::text[]) OR key = ANY($3::text[]))';
const DELETE_WITHDRAWALS = 'DELETE FROM withdrawal WHERE site = $1 AND visitor = ANY($2::text[])';
const DELETE_HANDOVERS =
  'DELETE FROM handover WHERE site = $1 AND (giver = ANY($2::text[]) OR taker = ANY($2::text[]))';
const DROP_REFUSED = 'DELETE FROM quarantine WHERE site = $1 AND id = ANY($2::text[])';

/** Thrown to take a rehearsal back. */
class Rehearsed extends Error {
  erased: Erased;
  constructor(erased: Erased) {
    super('Only rehearsed.');
    this.erased = erased;
  }
}

/**
 * Orders are those that carry the e-mail, phone, customer id or visitor themselves, now or before they were corrected: an id that all guests
 * share must not erase everybody. Touches go with the browsers that these orders and the person's identity name.
 */
export function personEraser({ db, clock }: { db: Database; clock: Clock }) {
  return async (site: string, subject: Subject, wish: EraseWish): Promise<Erased> => {
    const concerned = await concernedOrders(db, site, subject);
    const mentions = await findMentions(db, site, subject.hide);
    try {
      return await db.transaction(async (sql) => {
        const erased = await eraseAll(sql, { site, subject, wish, concerned, mentions });
        const { detail, ...deed } = wish.deed;
        await addAuditEntry(sql, { ...deed, detail: JSON.stringify({ ...detail, ...erased }) }, clock());
        if (wish.dryRun) throw new Rehearsed(erased);
        return erased;
      }, LONG);
    } catch (error) {
      if (error instanceof Rehearsed) return error.erased;
      throw error;
    }
  };
}

interface Erasure {
  site: string;
  subject: Subject;
  wish: EraseWish;
  concerned: Concerned;
  mentions: PlacedMention[];
}

async function eraseAll(sql: Sql, { site, subject, wish, concerned, mentions }: Erasure): Promise<Erased> {
  const visitors = await visitorsOfSubject(sql, site, subject, concerned.orders);
  const erased: Erased = {
    ...(await eraseOrders(sql, site, concerned, wish.now)),
    ...(await eraseBrowsers(sql, site, subject, visitors)),
    quarantine: await sql.run(DROP_REFUSED, [site, wish.refused]),
    contacts: 0,
    texts: 0,
  };
  if (subject.by !== 'visitor') {
    const hashes = subject.names.map((name) => name.slice(2));
    const customerId = subject.by === 'customer' ? subject.value : undefined;
    erased.contacts = await eraseContacts(sql, site, { hashes, customerId, keys: concerned.contacts }, wish.now);
  }
  // What was rewritten above is looked at as it stands now.
  erased.texts = await rewriteMentions(sql, site, mentions, subject.hide);
  return erased;
}

async function eraseBrowsers(
  sql: Sql,
  site: string,
  subject: Subject,
  visitors: readonly string[],
): Promise<Pick<Erased, 'touches' | 'identities' | 'withdrawals'>> {
  const keys = [...subjectKeys(subject), ...visitors.map((visitor) => `j:${visitor}`)];
  await sql.run(DELETE_HANDOVERS, [site, visitors]);
  return {
    touches: await sql.run(DELETE_TOUCHES, [site, visitors]),
    identities: await sql.run(DELETE_IDENTITIES, [site, visitors, keys]),
    withdrawals: await sql.run(DELETE_WITHDRAWALS, [site, visitors.flatMap((visitor) => [visitor, `v:${visitor}`])]),
  };
}

/** Everything that is held about one person, for whoever asks to see it (GDPR, article 15): what erasure would reach, opened and in words. */
import type { PersonFile, PersonFileOfSite } from '../../../wire/admin/privacy.ts';
import type { Seal } from '../../lib/seal.ts';
import { csvLine } from '../../lib/text/csv.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import type { Subject } from '../../model/upkeep/subject.ts';
import { isNamedIn } from '../../privacy/erase.ts';
import { parseJson, subjectOf } from '../../privacy/subject.ts';
import type { Store } from '../../store/store.ts';
import type { PersonContact, UpkeepStore } from '../../store/upkeep-store.ts';
import { type OrderReader, readOrderView } from '../read-order-view.ts';
import type { QueueReader } from '../queue-place.ts';

export interface PersonExportDeps extends Pick<QueueReader, 'sites' | 'clock'> {
  read: OrderReader & Pick<Store, 'order' | 'touchesOf' | 'quarantine'> & Pick<UpkeepStore, 'findPerson'>;
  /** The log is written before anything is handed out. */
  log: UpkeepStore['addAudit'];
  seal: Seal;
}

/** Quarantine is bounded to ten thousand a site. */
const ALL = 1_000_000;

/** The audit log keeps who asked, by what the person was named and what it came to; never whom. */
export async function exportPerson(
  asked: { by: Subject['by']; value: string; sites: readonly string[]; actor: string },
  deps: PersonExportDeps,
): Promise<PersonFile> {
  const { by, value, actor } = asked;
  const subject = subjectOf({ by, value, seal: deps.seal });
  const at = deps.clock();
  const sites: PersonFileOfSite[] = [];
  for (const site of asked.sites) {
    const file = await fileOfSite(site, subject, deps);
    const counts = {
      ...{ orders: file.orders.length + file.namedIn.length, landings: file.landings.length },
      ...{ withdrawals: file.withdrawals.length, contacts: file.contacts.length, refused: file.refused.length },
    };
    if (Object.values(counts).every((count) => count === 0)) continue;
    sites.push(file);
    const detail = JSON.stringify({ site, ...counts });
    await deps.log({ at, actor, action: `export person by ${by}`, detail });
  }
  return { by, value: subject.value, madeAt: iso(at), sites };
}

async function fileOfSite(site: string, subject: Subject, deps: PersonExportDeps): Promise<PersonFileOfSite> {
  const { read, seal, sites, clock } = deps;
  const places = await read.findPerson(site, subject);
  const stored = async (ids: readonly string[]): Promise<StoredOrder[]> =>
    (await Promise.all(ids.map((id) => read.order(site, id)))).filter((one) => one !== undefined);
  const orders = await Promise.all(
    (await stored(places.orders)).map(async (order) => ({
      ...(await readOrderView(order, read, { sites, clock })),
      personal: open(order.personal, seal),
      said: open(order.heardPersonal, seal),
    })),
  );
  const named = await stored(places.namedIn);
  const withdrawals = await Promise.all(
    [...places.visitors, ...subject.names].map((name) => read.withdrawalsOf(site, name)),
  );
  const landings = (await Promise.all(places.visitors.map((visitor) => read.touchesOf(site, visitor)))).flat();
  const refused = (await read.quarantine({ site, limit: ALL })).filter((row) => isNamedIn(row, subject, seal));
  return {
    site,
    orders,
    namedIn: named.map(({ order, heardPersonal }) => ({
      orderId: order.orderId,
      said: saidOf(heardPersonal, subject, seal),
    })),
    browsers: places.visitors,
    landings: landings.map(({ id: _id, at, ...landing }) => ({ ...landing, at: iso(at) })),
    withdrawals: withdrawals.flat().map(({ at, consent }) => ({ at: iso(at), consent })),
    contacts: places.contacts.map((contact) => viewContact(contact, seal)),
    refused: refused.map(({ at, route, body, errors }) => ({ at: iso(at), route, errors, body: seal.open(body) })),
  };
}

/** What one browser said in somebody else's order, of this person alone. */
function saidOf(heard: Buffer | null, subject: Subject, seal: Seal): unknown[] {
  if (heard === null) return [];
  const rest = subject.strip(heard, undefined);
  const left = rest instanceof Buffer ? Object.keys(open(rest, seal) as object) : [];
  return Object.entries(open(heard, seal) as Record<string, unknown>)
    .filter(([speaker]) => !left.includes(speaker))
    .map(([, fields]) => fields);
}

function viewContact({ personal, joinedAt, ...contact }: PersonContact, seal: Seal) {
  return { ...contact, joinedAt: iso(joinedAt), personal: open(personal, seal) };
}

const open = (sealed: Buffer | null, seal: Seal): unknown => (sealed === null ? null : parseJson(seal.open(sealed)));

const iso = (at: number): string => new Date(at).toISOString();

const COLUMNS = ['site', 'what', 'number', 'field', 'value'];

/** The same as rows for a spreadsheet: one a value, under the thing that it belongs to. */
export function* personLines({ sites }: PersonFile): Generator<string> {
  yield `${csvLine(COLUMNS)}\r\n`;
  for (const { site, ...parts } of sites)
    for (const [what, things] of Object.entries(parts) as [string, unknown[]][])
      for (const [index, thing] of things.entries())
        for (const [field, value] of valuesIn(thing)) yield `${csvLine([site, what, index + 1, field, value])}\r\n`;
}

function* valuesIn(thing: unknown, field = ''): Generator<[field: string, value: string]> {
  if (thing === null || thing === undefined) return;
  if (typeof thing !== 'object') {
    yield [field, String(thing as string | number | boolean)];
    return;
  }
  for (const [name, value] of Object.entries(thing)) yield* valuesIn(value, field === '' ? name : `${field}.${name}`);
}

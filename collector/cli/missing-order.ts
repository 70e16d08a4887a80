/** Why there is no order of an id: it was refused, only a change of it came, or nobody ever named it. */
import type { Quarantined } from '../model/quarantined.ts';
import type { OpenStore } from './open-store.ts';

const MOST = 100_000;

/** The order ids inside refused bodies, as far as they can be read. Newest first. */
export async function refusedOrders(
  { store, seal }: Pick<OpenStore, 'store' | 'seal'>,
  filter: { site?: string; limit?: number } = {},
): Promise<{ row: Quarantined; orderId: string | null }[]> {
  const rows = await store.quarantine({ limit: MOST, ...filter });
  return rows.map((row) => ({ row, orderId: readOrderId(seal.open(row.body)) }));
}

/** The id as it stands in the body: JSON, or the fields of a link or form. */
function readOrderId(body: string): string | null {
  try {
    const read = JSON.parse(body) as Record<string, unknown> | null;
    const id = read?.['orderId'] ?? (read?.['order'] as Record<string, unknown> | undefined)?.['orderId'];
    return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
  } catch {
    // What can't be read as JSON was refused for that.
    return /"orderId"\s*:\s*"([^"]{1,200})"/.exec(body)?.[1] ?? null;
  }
}

/** One or two sentences for somebody who looks for the order. */
export async function whyNoOrder(open: OpenStore, orderId: string, site: string | undefined): Promise<string> {
  const filter = site === undefined ? {} : { site };
  const refused = (await refusedOrders(open, filter)).find((one) => one.orderId === orderId)?.row;
  if (refused) {
    const problems = refused.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
    return `Order ${orderId} was refused at ${iso(refused.at)}: ${problems}. See it with: clickthread quarantine show ${refused.id}`;
  }
  const sites = site === undefined ? [...(await open.sites()).byId.keys()] : [site];
  const waiting = (await Promise.all(sites.map((one) => open.store.pendingChanges(one, orderId)))).flat();
  if (waiting.length > 0) {
    const told = waiting.map(({ at, patch }) => `${whatOf(patch)}, ${iso(at)}`).join('; ');
    const one = waiting.length === 1;
    return `There is no order ${orderId} yet. ${one ? 'A change' : `${waiting.length} changes`} (${told}) ${one ? 'waits' : 'wait'} for this order and will be applied as soon as it is reported.`;
  }
  const elsewhere = site === undefined ? [] : await open.store.sitesOfOrder(orderId);
  if (elsewhere.length > 0) return `Site ${site} has no order ${orderId}; ${elsewhere.join(', ')} has one.`;
  return `There is no order ${orderId}${site === undefined ? '' : ` of site ${site}`}: none was reported, and none was refused.`;
}

function whatOf(patch: string): string {
  const { status, amounts = {} } = JSON.parse(patch) as { status?: string; amounts?: object };
  return status ?? (Object.keys(amounts).join(', ') || 'changed');
}

const iso = (at: number): string => new Date(at).toISOString();

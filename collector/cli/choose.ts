/** Finds the site, connection, order or row that a command means, and asks before something is removed for good. */
import type { Connection, Site } from '../configuration/sites.ts';
import { CommandError } from './command-error.ts';
import type { CommandContext, OpenStore } from './open-store.ts';
import { whyNoOrder } from './missing-order.ts';
import { terminalPrompts } from './terminal/prompts.ts';

/** The named site, or the only one. */
export async function chooseSite(open: OpenStore, named: string | undefined): Promise<Site> {
  const { byId } = await open.sites();
  const known = [...byId.keys()].join(', ');
  if (byId.size === 0)
    throw new CommandError('There is no site yet: make one with "clickthread init" or "clickthread apply FILE".', {
      field: 'site',
    });
  if (named === undefined && byId.size > 1)
    throw new CommandError(`Several sites exist: ${known}. Name one with --site.`, { field: 'site' });
  const site = named === undefined ? [...byId.values()][0] : byId.get(named);
  if (!site) throw new CommandError(`There is no site ${named}; known: ${known}.`, { field: 'site' });
  return site;
}

/** The connection of that id; `--site` tells which where several sites have one. */
export async function chooseConnection(open: OpenStore, id: string, site: string | undefined): Promise<Connection> {
  if (site !== undefined) await chooseSite(open, site);
  const { byId } = await open.sites();
  const all = [...byId.values()].flatMap(({ connections }) => connections);
  const found = all.filter((one) => one.id === id && (site === undefined || one.site === site));
  if (found.length > 1) {
    const sites = found.map((one) => one.site).join(', ');
    throw new CommandError(`Several sites have a connection ${id}: ${sites}. Name one with --site.`, {
      field: 'connection',
    });
  }
  if (found[0]) return found[0];
  const known = all.map((one) => (byId.size > 1 ? `${one.site}/${one.id}` : one.id)).join(', ');
  throw new CommandError(`There is no connection ${id}; known: ${known === '' ? 'none yet' : known}.`, {
    field: 'connection',
  });
}

/** What a filter names must exist: "0 reports" would hide a slip of the hand. A removed connection or site may still have reports. */
export async function checkFilter(
  open: OpenStore,
  {
    site,
    connection,
    order,
  }: { site?: string | undefined; connection?: string | undefined; order?: string | undefined },
): Promise<void> {
  if (site !== undefined) await checkSite(open, site);
  if (connection !== undefined) {
    const told = await open.store.deliveryCounts();
    const isTold = told.some((one) => one.connection === connection && (site === undefined || one.site === site));
    if (!isTold) await chooseConnection(open, connection, site);
  }
  if (order === undefined) return;
  const sites = (await open.store.sitesOfOrder(order)).filter((one) => site === undefined || one === site);
  if (sites.length === 0) throw new CommandError(await whyNoOrder(open, order, site), { field: 'order' });
}

/** A site that is configured, or was and still has data. */
export async function checkSite(open: OpenStore, site: string): Promise<void> {
  if ((await open.store.sitesWithData()).includes(site)) return;
  await chooseSite(open, site);
}

/** The row of that id, or the one whose id ends in it: lists show the endings. */
export function chooseById<T extends { id: string }>(rows: readonly T[], given: string): T | undefined {
  const whole = rows.find(({ id }) => id === given);
  if (whole) return whole;
  const ending = given.length >= SHORTEST ? rows.filter(({ id }) => id.endsWith(given)) : [];
  if (ending.length > 1) throw new CommandError(`Several ids end in ${given}: give more of it.`, { field: 'id' });
  return ending[0];
}

const SHORTEST = 4;
const SHORT = 8;

/** The random end of an id, which is enough to name it. */
export const shortId = (id: string): string => id.slice(-SHORT);

/** Asks at the terminal; elsewhere `--yes` is the answer, and without it nothing happens. */
export async function mustConfirm(
  context: CommandContext,
  { yes, warning }: { yes: boolean | undefined; warning: string },
): Promise<void> {
  if (yes) return;
  const prompts = context.prompts ?? terminalPrompts();
  if (!prompts) throw new CommandError(`${warning}\nNothing was changed. Repeat with --yes to go on.`);
  if (!(await prompts.confirm({ message: `${warning} Go on?`, initial: false })))
    throw new CommandError('Nothing was changed.');
}

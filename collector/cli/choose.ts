/** Finds the site or connection that a command means, and asks before something is removed for good. */
import type { Connection, Site } from '../sites.ts';
import { CommandError, type CommandContext, type OpenStore } from './context.ts';
import { terminalPrompts } from './prompts.ts';

/** The named site, or the only one. */
export async function chooseSite(open: OpenStore, named: string | undefined): Promise<Site> {
  const { byId } = await open.sites();
  const known = [...byId.keys()].join(', ');
  if (byId.size === 0)
    throw new CommandError('There is no site yet: make one with "clickthread init" or "clickthread apply FILE".');
  if (named === undefined && byId.size > 1)
    throw new CommandError(`Several sites exist: ${known}. Name one with --site.`);
  const site = named === undefined ? [...byId.values()][0] : byId.get(named);
  if (!site) throw new CommandError(`There is no site ${named}; known: ${known}.`);
  return site;
}

/** The connection of that id; `--site` tells which where several sites have one. */
export async function chooseConnection(open: OpenStore, id: string, site: string | undefined): Promise<Connection> {
  const { byId } = await open.sites();
  const all = [...byId.values()].flatMap(({ connections }) => connections);
  const found = all.filter((one) => one.id === id && (site === undefined || one.site === site));
  if (found.length > 1) {
    const sites = found.map((one) => one.site).join(', ');
    throw new CommandError(`Several sites have a connection ${id}: ${sites}. Name one with --site.`);
  }
  if (found[0]) return found[0];
  const known = all.map((one) => (byId.size > 1 ? `${one.site}/${one.id}` : one.id)).join(', ');
  throw new CommandError(`There is no connection ${id}; known: ${known === '' ? 'none yet' : known}.`);
}

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

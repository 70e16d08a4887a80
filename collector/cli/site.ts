/** `clickthread site`: what sites there are, and removing one. Making and changing: `init` and `apply`. */
import { Command } from 'commander';
import { removeSite } from '../edit-configuration.ts';
import { findSync } from '../sync-connections.ts';
import { hooksLeft } from '../sync-hook.ts';
import { chooseSite, mustConfirm } from './choose.ts';
import { editing, print, printJson, table, withStore, type CommandContext } from './context.ts';

export function siteCommand(context: CommandContext): Command {
  const site = new Command('site').description('the shops that this collector serves');
  site
    .command('list', { isDefault: true })
    .description('list sites')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const sites = await withStore(context, async (open) => [...(await open.sites()).byId.values()]);
      const shown = sites.map(({ config, connections }) => ({
        id: config.id,
        name: config.name ?? null,
        domains: config.domains,
        linked: config.linked,
        currency: config.currency ?? null,
        consent: config.consent,
        release: config.release,
        connections: connections.map(({ id }) => id),
      }));
      if (options.json) return printJson(shown);
      print(
        table(
          ['ID', 'DOMAINS', 'CURRENCY', 'CONSENT', 'CONNECTIONS'],
          shown.map((one) => [
            one.id,
            one.domains.join(','),
            one.currency ?? '-',
            one.consent,
            one.connections.join(',') || '-',
          ]),
        ),
      );
    });
  site
    .command('remove')
    .description(
      'remove a site with its connections and their secrets; recorded orders stay until their retention ends',
    )
    .argument('<id>')
    .option('--yes', 'without asking')
    .action(async (id: string, options: { yes?: boolean }) => {
      const left = await withStore(context, async (open) => {
        const { connections } = await chooseSite(open, id);
        const inForce = await open.sites();
        const warning = `Removing ${id} deletes its settings and ${connections.length} connection${connections.length === 1 ? '' : 's'} with their secrets; the tag on its pages stops working.`;
        await mustConfirm(context, { yes: options.yes, warning });
        await removeSite(id, editing(open));
        return connections.flatMap((one) => {
          const synchronized = findSync(inForce, id, one.id);
          return (synchronized && hooksLeft(synchronized)) ?? [];
        });
      });
      print([`Removed: ${id}`, ...left].join('\n'));
    });
  return site;
}

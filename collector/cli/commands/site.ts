/** `clickthread site`: what sites there are, what belongs into their pages, and removing one. Making and changing: `init` and `apply`. */
import { Command } from 'commander';
import { removeSite } from '../../configuration/edit.ts';
import type { SiteConfig } from '../../configuration/site-schema.ts';
import { hooksLeft } from '../../configuration/removal.ts';
import { countOf } from '../../lib/text/count.ts';
import { browserAddress } from '../../tag-files/gtm-files.ts';
import { chooseSite, mustConfirm } from '../choose.ts';
import { type CommandContext, editAsCommandLine, withStore } from '../open-store.ts';
import { scriptTag, siteSnippets } from '../../tag-files/site-snippets.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';

export function siteCommand(context: CommandContext): Command {
  const site = new Command('site');
  for (const make of [listCommand, showCommand, removeCommand]) make(site, context);
  return site;
}

function listCommand(site: Command, context: CommandContext): void {
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
        ...consentOf(config),
        release: config.release,
        connections: connections.map(({ id }) => id),
      }));
      if (options.json) return printJson(shown);
      if (shown.length === 0) return print('There is no site yet: make one with "clickthread init".');
      printTable(
        ['ID', 'DOMAINS', 'CURRENCY', 'CONSENT', 'CONNECTIONS'],
        shown.map((one) => [
          one.id,
          one.domains.join(','),
          one.currency ?? '-',
          one.consent,
          one.connections.join(',') || '-',
        ]),
        lookOf(context),
      );
    });
}

const consentOf = ({ consent, shopConsent, gpc }: SiteConfig) => ({ consent, shopConsent, gpc });

function showCommand(site: Command, context: CommandContext): void {
  site
    .command('show')
    .description('print what belongs into the pages of a site: script tag, consent line, thank-you line')
    .argument('[id]', 'the site, where there are several')
    .option('--json', 'print as JSON')
    .action(async (id: string | undefined, options: { json?: boolean }) => {
      const { config, address, isPublic } = await withStore(context, async (open) => ({
        config: (await chooseSite(open, id)).config,
        address: browserAddress(open.environment),
        isPublic: open.environment.publicUrl !== undefined,
      }));
      const snippets = siteSnippets(config, address);
      if (options.json)
        return printJson({
          ...{ id: config.id, scriptTag: scriptTag(address, config.id), ...consentOf(config), isPublic, snippets },
        });
      for (const { title, text } of snippets) print(`${title}:\n\n${text}\n`);
      if (!isPublic) print("Browsers elsewhere can't reach this address: set CLICKTHREAD_PUBLIC_URL and ask again.");
    });
}

function removeCommand(site: Command, context: CommandContext): void {
  site
    .command('remove')
    .description(
      'remove a site with its connections and their secrets; recorded orders stay until their retention ends',
    )
    .argument('<id>')
    .option('--yes', 'without asking')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: { yes?: boolean; json?: boolean }) => {
      const left = await withStore(context, async (open) => {
        const { connections } = await chooseSite(open, id);
        const inForce = await open.sites();
        const warning = `Removing ${id} deletes its settings and ${countOf(connections.length, 'connection')} with their secrets; the tag on its pages stops working.`;
        await mustConfirm(context, { yes: options.yes, warning });
        await removeSite(id, editAsCommandLine(open));
        return connections.flatMap((one) => {
          const source = inForce.byId.get(id)?.connections.find((known) => known.id === one.id)?.source;
          return (source && hooksLeft({ site: id, id: one.id, source })) ?? [];
        });
      });
      if (options.json) return printJson({ removed: id, left });
      print([`Removed: ${id}`, ...left].join('\n'));
    });
}

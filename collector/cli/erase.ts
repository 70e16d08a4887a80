/** `clickthread erase`: forgets one person. */
import { Command } from 'commander';
import { erasePerson } from '../erase.ts';
import type { Subject } from '../store/upkeep-store.ts';
import { chooseSite } from './choose.ts';
import { CommandError, print, printJson, table, withStore, type CommandContext } from './context.ts';

interface Options {
  email?: string;
  customer?: string;
  visitor?: string;
  site?: string;
  json?: boolean;
}

export function eraseCommand(context: CommandContext): Command {
  return new Command('erase')
    .description(
      'forget a person: personal fields, customer id and browser of their orders, touches, exchanges, refused orders, lists',
    )
    .option('--email <address>', 'by e-mail address')
    .option('--customer <id>', "by the shop's customer id")
    .option('--visitor <id>', 'by the id in the browser (cookie _ct_v)')
    .option('--site <id>', 'of one site; of all unless given')
    .option('--json', 'print as JSON')
    .action(async (options: Options) => {
      const named = (['email', 'customer', 'visitor'] as const).filter((by) => options[by] !== undefined);
      const by: Subject['by'] | undefined = named.length === 1 ? named[0] : undefined;
      const value = by === undefined ? '' : (options[by] ?? '').trim();
      if (by === undefined || value === '')
        throw new CommandError('Name the person by one of --email, --customer and --visitor.');
      const erased = await withStore(context, async (open) => {
        const { store, seal, now } = open;
        const { byId } = await open.sites();
        const all = [...new Set([...byId.keys(), ...(await store.sitesWithData())])];
        const sites = options.site === undefined ? all : [(await chooseSite(open, options.site)).config.id];
        return erasePerson({ by, value, sites, store, seal, now, actor: 'command line' });
      });
      if (options.json) return printJson(erased);
      const columns = [
        'orders',
        'deliveries',
        'attempts',
        'touches',
        'identities',
        'withdrawals',
        'quarantine',
        'contacts',
      ] as const;
      print(
        table(
          ['SITE', ...columns.map((name) => name.toUpperCase())],
          erased.map((row) => [row.site, ...columns.map((name) => String(row[name]))]),
        ),
      );
      print('What networks were told is theirs to erase; so are backups of this data, until they are replaced.');
    });
}

/** `clickthread connection hook`: the address that a shop's own hooks post to, and telling the shop of it. */
import { Command } from 'commander';
import { browserAddress } from '../gtm-files.ts';
import { hookAddress, registerHooks, unregisterHooks } from '../sync-hook.ts';
import { CommandError, print, printJson, withStore, type CommandContext } from './context.ts';
import { chooseSync } from './list.ts';
import { withService } from './sync.ts';

interface Options {
  site?: string;
  register?: boolean;
  unregister?: boolean;
  json?: boolean;
}

export function hookCommand(context: CommandContext): Command {
  return new Command('hook')
    .description(
      'print the address to which a shop announces orders; whoever knows it can make us read orders again, no more',
    )
    .argument('<id>')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--register', "tell the shop of it through its API (CS-Cart's Zapier add-on)")
    .option('--unregister', 'delete it there again, before the connection is removed')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: Options) => {
      if (options.register && options.unregister)
        throw new CommandError('Either --register or --unregister, not both.');
      const { address, removed } = await withStore(context, async (open) => {
        const connection = await chooseSync(open, id, options.site);
        if (!connection.source.webhook) throw new CommandError(`${connection.source.title} has no hooks.`);
        const { environment, seal } = open;
        const own = browserAddress({ ...environment, path: '' });
        const at = hookAddress(own, connection, seal);
        if (options.unregister) {
          const done = await withService(open, ({ deps }) => unregisterHooks(connection, at, deps));
          if ('problem' in done) throw new CommandError(done.problem);
          return { address: at, removed: done.removed };
        }
        if (!options.register) return { address: at };
        const refused = await withService(open, ({ deps }) => registerHooks(connection, at, deps));
        if (refused !== undefined) throw new CommandError(refused);
        return { address: at };
      });
      if (options.json)
        printJson({ address, registered: options.register === true, ...(removed === undefined ? {} : { removed }) });
      else
        print(
          removed === undefined
            ? address
            : `Deleted at the shop: ${removed} hook${removed === 1 ? '' : 's'}. Changes are found every hour all the same.`,
        );
    });
}

/** `clickthread connection hook`: the address that a shop's own hooks post to, and telling the shop of it. */
import { Command } from 'commander';
import { browserAddress } from '../../../tag-files/gtm-files.ts';
import { findHinted } from '../../../sync/connections.ts';
import { hookAddress, registerHooks, signedHookAddress, unregisterHooks } from '../../../sync/hooks.ts';
import { CommandError } from '../../command-error.ts';
import { withStore, type CommandContext } from '../../open-store.ts';
import { print, printJson } from '../../terminal/print.ts';
import { chooseConnection } from '../../choose.ts';
import { chooseSync } from '../list.ts';
import { withService } from '../sync.ts';
import { countOf } from '../../../lib/text/count.ts';

interface Options {
  site?: string;
  register?: boolean;
  unregister?: boolean;
  json?: boolean;
}

interface Outcome {
  address: string;
  removed?: number;
  /** What the shop's owner does there with the address. */
  setUp?: string;
}

export function hookCommand(context: CommandContext): Command {
  return new Command('hook')
    .description('print the address to which a shop tells its orders, and what to set up there')
    .argument('<id>')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option(
      '--register',
      "tell the shop of it through its API (WooCommerce, Shopify, Shopware, BigCommerce, CS-Cart's Zapier add-on)",
    )
    .option('--unregister', 'delete it there again, before the connection is removed')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: Options) => {
      if (options.register && options.unregister)
        throw new CommandError('Either --register or --unregister, not both.');
      const { address, removed, setUp } = await withStore<Outcome>(context, async (open) => {
        const { environment, seal } = open;
        const own = browserAddress({ ...environment, path: '' });
        const chosen = await chooseConnection(open, id, options.site);
        const { source } = chosen;
        const signed = source?.webhook?.kind === 'signed' ? source.webhook : undefined;
        const asks = options.register === true || options.unregister === true;
        if (signed && !asks) return { address: signedHookAddress(own, chosen), setUp: signed.setUp };
        if (signed && !signed.hooks) throw new CommandError(signed.setUp);
        const connection =
          source && signed
            ? { ...chosen, source }
            : (findHinted(await open.sites(), chosen.site, id) ?? (await chooseSync(open, id, options.site)));
        if (!connection.source.webhook) throw new CommandError(`${connection.source.title} has no hooks.`);
        const at = signed ? signedHookAddress(own, chosen) : hookAddress(own, connection, seal);
        if (options.unregister) {
          const done = await withService(open, async ({ deps, catchUp }) =>
            // Before they go: else they would be missed, and made anew.
            (await catchUp.forgetHooks(chosen))
              ? unregisterHooks(connection, at, deps)
              : { problem: 'The shop is being asked at this moment: try again in a minute.' },
          );
          if ('problem' in done) throw new CommandError(done.problem);
          return { address: at, removed: done.removed };
        }
        if (!options.register) return { address: at };
        const refused = await withService(open, ({ deps }) => registerHooks(connection, at, deps));
        if (refused !== undefined) throw new CommandError(refused);
        return { address: at };
      });
      if (options.json)
        printJson({
          ...{ address, registered: options.register === true },
          ...(removed === undefined ? {} : { removed }),
          ...(setUp === undefined ? {} : { setUp }),
        });
      else if (setUp !== undefined) print(`${address}\n${setUp}`);
      else
        print(
          removed === undefined
            ? address
            : `Deleted at the shop: ${countOf(removed, 'hook')}. Changes are found all the same when the shop is asked for them.`,
        );
    });
}

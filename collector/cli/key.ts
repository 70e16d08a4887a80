/** `clickthread key`: keys of the server API and signing secrets. */
import { Command } from 'commander';
import { sha256 } from '../lib/hash.ts';
import { makeKey, viewKey, type KeyKind } from '../keys.ts';
import { CommandError, print, printJson, table, withStore, type CommandContext } from './context.ts';

export function keyCommand(context: CommandContext): Command {
  const key = new Command('key').description('keys of the server API and signing secrets');
  key
    .command('create')
    .description('make a key and print it, alone on one line, this once')
    .argument('<site...>', 'site or sites that the key is for')
    .option('--webhook', 'a Standard Webhooks secret for POST /v1/orders instead of a Bearer key')
    .option('--order', "a key that signs the amount in the page (the order's signature field)")
    .option('--label <text>', 'what it is for', '')
    .action(async (sites: string[], options: { webhook?: boolean; order?: boolean; label: string }) => {
      const value = await withStore(context, async ({ store, seal, sites: inForce, now }) => {
        const { byId } = await inForce();
        const unknown = sites.filter((site) => !byId.has(site));
        if (unknown.length > 0)
          throw new CommandError(
            `There is no site ${unknown.join(', ')}; known: ${[...byId.keys()].join(', ') || 'none (apply a configuration first)'}.`,
          );
        const { row, secret } = makeKey({ kind: kindOf(options), sites, label: options.label, seal, now });
        await store.addApiKey(row);
        return secret;
      });
      print(value);
    });
  key
    .command('list')
    .description('list keys, never their values')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const rows = await withStore(context, ({ store }) => store.apiKeys());
      const shown = rows.map(viewKey);
      if (options.json) return printJson(shown);
      print(
        table(
          ['ID', 'KIND', 'SITES', 'CREATED', 'REVOKED', 'LABEL'],
          shown.map((row) => [row.id, row.kind, row.sites.join(','), row.createdAt, row.revokedAt ?? '-', row.label]),
        ),
      );
    });
  key
    .command('revoke')
    .description('end a key at once')
    .argument('<id-or-key>', 'its id from "key list", or the key itself')
    .action(async (given: string) => {
      await withStore(context, async ({ store, now }) => {
        const keys = await store.apiKeys();
        const found = keys.find(({ id, hash }) => id === given || hash === sha256(given));
        if (!found || !(await store.revokeApiKey(found.id, now)))
          throw new CommandError('There is no such key, or it was revoked before.');
      });
      print('Revoked.');
    });
  return key;
}

function kindOf({ webhook, order }: { webhook?: boolean; order?: boolean }): KeyKind {
  if (webhook) return 'webhook';
  return order ? 'order' : 'api';
}

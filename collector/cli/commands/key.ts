/** `clickthread key`: keys of the server API and signing secrets. */
import { Command } from 'commander';
import { sha256 } from '../../lib/hash.ts';
import { createKey, revokeKey } from '../../admin/keys.ts';
import { type KeyKind, viewKey } from '../../model/api-key.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type CommandContext, withStore } from '../open-store.ts';
import { keyRotateCommand } from '../rotate-key.ts';
import { showTime } from '../terminal/look.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';

export function keyCommand(context: CommandContext): Command {
  const key = new Command('key');
  for (const make of [createCommand, listCommand, revokeCommand]) make(key, context);
  key.addCommand(keyRotateCommand(context));
  return key;
}

function createCommand(key: Command, context: CommandContext): void {
  key
    .command('create')
    .description('make a key and print it, alone on one line, this once')
    .argument('<site...>', 'site or sites that the key is for')
    .option('--webhook', 'a Standard Webhooks secret for POST /v1/orders instead of a Bearer key')
    .option('--order', "a key that signs the amount in the page (the order's signature field)")
    .option('--label <text>', 'what it is for', '')
    .option('--json', 'print as JSON')
    .action(async (sites: string[], options: { webhook?: boolean; order?: boolean; label: string; json?: boolean }) => {
      const kind = kindOf(options);
      const made = await withStore(context, async ({ store, seal, sites: inForce, now }) => {
        const { byId } = await inForce();
        const unknown = sites.filter((site) => !byId.has(site));
        if (unknown.length > 0)
          throw new CommandError(
            `There is no site ${unknown.join(', ')}; known: ${[...byId.keys()].join(', ') || 'none (apply a configuration first)'}.`,
            { field: 'site' },
          );
        const asked = { kind, sites, label: options.label, actor: COMMAND_LINE };
        const { row, secret } = await createKey(asked, { store, seal, now });
        return { ...viewKey(row), key: secret };
      });
      if (options.json) printJson(made);
      else print(made.key);
    });
}

function listCommand(key: Command, context: CommandContext): void {
  key
    .command('list')
    .description('list keys, never their values')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const rows = await withStore(context, ({ store }) => store.apiKeys());
      const shown = rows.map(viewKey);
      if (options.json) return printJson(shown);
      if (shown.length === 0) return print('There is no key yet: make one with "clickthread key create SITE".');
      const look = lookOf(context);
      printTable(
        ['ID', 'KIND', 'SITES', 'CREATED', 'REVOKED', 'LABEL'],
        shown.map((row) => [
          row.id,
          row.kind,
          row.sites.join(','),
          showTime(row.createdAt, look),
          showTime(row.revokedAt, look),
          row.label,
        ]),
        look,
      );
    });
}

function revokeCommand(key: Command, context: CommandContext): void {
  key
    .command('revoke')
    .description('end a key at once')
    .argument('<id-or-key>', 'its id from "key list", or the key itself')
    .option('--json', 'print as JSON')
    .action(async (given: string, options: { json?: boolean }) => {
      const id = await withStore(context, async ({ store, now }) => {
        const keys = await store.apiKeys();
        const found = keys.find((one) => one.id === given || one.hash === sha256(given));
        if (!found || !(await revokeKey({ id: found.id, actor: COMMAND_LINE }, { store, now })))
          throw new CommandError('There is no such key, or it was revoked before.');
        return found.id;
      });
      if (options.json) printJson({ revoked: id });
      else print('Revoked.');
    });
}

function kindOf({ webhook, order }: { webhook?: boolean; order?: boolean }): KeyKind {
  if (webhook && order)
    throw new CommandError('Either --webhook or --order, not both: they are two keys. Run the command twice.');
  if (webhook) return 'webhook';
  return order ? 'order' : 'api';
}

/** `clickthread alert`: who is told when something needs a person. */
import { Command } from 'commander';
import { viewChannel } from '../../../configuration/alerts/channels.ts';
import { removeChannel, unknownChannel } from '../../../configuration/alerts/edit-channels.ts';
import { mustConfirm } from '../../choose.ts';
import { CommandError } from '../../command-error.ts';
import { type CommandContext, editAsCommandLine, type OpenStore, withStore } from '../../open-store.ts';
import { showState, showTime } from '../../terminal/look.ts';
import { lookOf, print, printJson, printTable } from '../../terminal/print.ts';
import { addCommand } from './add.ts';
import { testChannels, writeChannelTests } from './run-test.ts';

export function alertCommand(context: CommandContext): Command {
  const alert = new Command('alert');
  for (const make of [listCommand, testCommand, removeCommand]) make(alert, context);
  alert.addCommand(addCommand(context));
  return alert;
}

function listCommand(alert: Command, context: CommandContext): void {
  alert
    .command('list', { isDefault: true })
    .description('list the channels, whether they can be told, and what needs a person now')
    .option('--json', 'print as JSON, settings included; secrets are masked')
    .action(async (options: { json?: boolean }) => {
      const { channels, open } = await withStore(context, listed);
      if (options.json) return printJson({ channels, open });
      const look = lookOf(context);
      if (channels.length === 0)
        print('Nobody is told: add somebody with "clickthread alert add ops --type email" (or webhook, slack).');
      else
        printTable(
          ['ID', 'TYPE', 'SITES', 'ABOUT', 'QUIET', 'STATE'],
          channels.map((one) => [
            ...[one.id, one.type, one.sites?.join(',') ?? 'all', one.about?.join(',') ?? 'everything'],
            ...[one.quiet ?? '-', showState(one.state, look)],
          ]),
          look,
        );
      for (const { title, text, since } of open) print(`\n${showTime(since, look)}  ${title}\n  ${text}`);
    });
}

async function listed({ store, seal }: OpenStore) {
  const rows = (await store.configuration()).alerts;
  const troubled = await store.troubledAlertMessages(0);
  const stateOf = (id: string, enabled: boolean): string => {
    if (!enabled) return 'off';
    const waiting = troubled.filter(({ channel, state }) => channel === id && state === 'waiting');
    return waiting.at(-1)?.reason ?? 'on';
  };
  const alerts = (await store.alerts()).filter(({ clearedAt }) => clearedAt === null);
  return {
    channels: rows.map((row) => {
      const view = viewChannel(row, seal);
      return { ...view, state: stateOf(view.id, view.enabled) };
    }),
    open: alerts.map(({ kind, site, title, text, raisedAt }) => ({
      ...{ kind, site, title, text, since: new Date(raisedAt).toISOString() },
    })),
  };
}

function testCommand(alert: Command, context: CommandContext): void {
  alert
    .command('test')
    .description('send a message to a channel now; to all of them unless one is named')
    .argument('[id]')
    .option('--json', 'print as JSON')
    .action(async (id: string | undefined, options: { json?: boolean }) => {
      const tests = await withStore(context, (open) => testChannels(open, id));
      if (options.json) printJson(tests);
      else print(writeChannelTests(tests));
      if (tests.some(({ ok }) => !ok)) throw new CommandError('A channel could not be told.', { field: 'channel' });
    });
}

function removeCommand(alert: Command, context: CommandContext): void {
  alert
    .command('remove')
    .description('remove a channel with its settings and secrets')
    .argument('<id>')
    .option('--yes', 'without asking')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: { yes?: boolean; json?: boolean }) => {
      await withStore(context, async (open) => {
        const all = (await open.store.configuration()).alerts;
        if (!all.some((one) => one.id === id)) throw unknownChannel(id, all);
        await mustConfirm(context, { yes: options.yes, warning: `Removing ${id} deletes its settings and secrets.` });
        await removeChannel(id, editAsCommandLine(open));
      });
      if (options.json) printJson({ removed: id });
      else print(`Removed: ${id}`);
    });
}

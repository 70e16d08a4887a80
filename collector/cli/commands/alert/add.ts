/** `clickthread alert add`: makes or replaces a channel, and sends it a test message. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { CHANNEL_TYPES, channelTypes, isChannelType } from '../../../configuration/alerts/channel-types.ts';
import { putChannel } from '../../../configuration/alerts/edit-channels.ts';
import { ALERT_KINDS } from '../../../model/alerts/alert.ts';
import { askSettings } from '../../ask-settings.ts';
import { CommandError } from '../../command-error.ts';
import { type CommandContext, editAsCommandLine, withStore } from '../../open-store.ts';
import { collectSet, readPairs } from '../../settings-options.ts';
import { print, printJson } from '../../terminal/print.ts';
import { terminalPrompts } from '../../terminal/prompts.ts';
import { testChannels, writeChannelTests } from './run-test.ts';

interface AddOptions {
  type?: string;
  set: string[];
  sites?: string;
  about?: string;
  quiet?: string;
  test: boolean;
  json?: boolean;
}

const listOf = (text: string): string[] => text.split(',').map((part) => part.trim());

export function addCommand(context: CommandContext): Command {
  return new Command('add')
    .description(
      'add a channel, or replace one (its secrets stay unless set); at a terminal it asks. Then it is sent a test',
    )
    .argument('<id>', 'how you call it')
    .option('--type <type>', `one of ${CHANNEL_TYPES.join(', ')}`)
    .option('--set <name=value>', 'a setting; repeat it. ${NAME} is read from the environment', collectSet, [])
    .option('--sites <ids>', 'for these sites alone, separated by commas; else for all, and the machine itself')
    .option('--about <kinds>', `about these alone, separated by commas: ${ALERT_KINDS.join(', ')}`)
    .option('--quiet <hours>', "hours in which nothing is sent, by the site's clock, such as 22:00-07:00")
    .option('--no-test', 'save without sending anything')
    .option('--json', 'print the result as JSON')
    .action(async (id: string, options: AddOptions) => {
      const { tests, secret } = await withStore(context, async (open) => {
        const before = (await open.store.configuration()).alerts.find((row) => row.id === id);
        const { type, settings } = await described(context, options, before?.type);
        // Whoever names no secret is given one, and sees it this once.
        const isNew = type === 'webhook' && settings.secret === undefined && before?.type !== 'webhook';
        const made = isNew ? `whsec_${randomBytes(24).toString('base64')}` : undefined;
        const { sites, about, quiet } = options;
        const document = {
          ...{ id, type, settings: made === undefined ? settings : { ...settings, secret: made } },
          ...(sites === undefined ? {} : { sites: listOf(sites) }),
          ...(about === undefined ? {} : { about: listOf(about) }),
          ...(quiet === undefined ? {} : { quiet }),
        };
        await putChannel(document, editAsCommandLine(open));
        return { secret: made, tests: options.test ? await testChannels(open, id) : [] };
      });
      if (options.json) printJson({ saved: id, ...(secret === undefined ? {} : { secret }), tests });
      else {
        print(`Saved: ${id}`);
        if (secret !== undefined) print(`Signing secret, shown this once: ${secret}`);
        if (tests.length > 0) print(writeChannelTests(tests));
      }
      if (tests.some(({ ok }) => !ok))
        throw new CommandError(`${id} is saved, but could not be told: correct the settings with the same command.`);
    });
}

async function described(
  context: CommandContext,
  options: AddOptions,
  known: string | undefined,
): Promise<{ type: string; settings: Record<string, unknown> }> {
  const prompts = context.prompts ?? terminalPrompts();
  const listed = CHANNEL_TYPES.map((value) => ({ value, label: channelTypes[value].title }));
  const type = options.type ?? known ?? (await prompts?.select({ message: 'How?', options: listed }));
  if (type === undefined || !isChannelType(type))
    throw new CommandError(`--type must be one of ${CHANNEL_TYPES.join(', ')}.`, { field: 'type' });
  if (options.set.length > 0 || !prompts)
    return { type, settings: readPairs(options.set, channelTypes[type], context) };
  return { type, settings: await askSettings(channelTypes[type], prompts) };
}

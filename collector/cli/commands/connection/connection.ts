/** `clickthread connection`: the systems that a site tells and hears. */
import { Command } from 'commander';
import { type ConnectionView, viewConnection } from '../../../admin/connection-view.ts';
import { putConnection, removeConnection } from '../../../configuration/edit.ts';
import type { Sites } from '../../../configuration/sites.ts';
import { hooksLeft, removalWarning } from '../../../configuration/removal.ts';
import { unknownType } from '../../../configuration/file/unknown-type.ts';
import { countOf } from '../../../lib/text/count.ts';
import type { SyncRow } from '../../../store/sync-store.ts';
import { askSettings, askType } from '../../ask-settings.ts';
import { chooseConnection, chooseSite, mustConfirm } from '../../choose.ts';
import { CommandError } from '../../command-error.ts';
import { setCommand } from './set.ts';
import { pauseCommand, resumeCommand } from './switch.ts';
import { type CommandContext, editAsCommandLine, type OpenStore, withStore } from '../../open-store.ts';
import { runTests, testLines } from '../../run-tests.ts';
import { collectSet, readPairs } from '../../settings-options.ts';
import { showState } from '../../terminal/look.ts';
import { lookOf, print, printJson, printTable } from '../../terminal/print.ts';
import { terminalPrompts } from '../../terminal/prompts.ts';
import { hookCommand } from './hook.ts';

export function connectionCommand(context: CommandContext): Command {
  const connection = new Command('connection');
  connection
    .command('list', { isDefault: true })
    .description('list connections with what they were told; secrets are never shown')
    .option('--site <id>', 'of one site')
    .option('--json', 'print as JSON, settings included')
    .action(async (options: { site?: string; json?: boolean }) => {
      const views = await withStore(context, (open) => list(open, options.site));
      if (options.json) return printJson(views);
      if (views.length === 0)
        return print('There is no connection yet: make one with "clickthread connection add NAME".');
      const look = lookOf(context);
      printTable(
        ['SITE', 'ID', 'TYPE', 'STATE', 'DELIVERIES'],
        views.map((view) => [view.site, view.id, view.type, showState(stateOf(view), look), countsOf(view)]),
        look,
      );
    });
  connection.addCommand(addCommand(context));
  connection.addCommand(setCommand(context));
  connection.addCommand(hookCommand(context));
  connection
    .command('test')
    .description(
      'check settings, address and credentials without reporting a sale; all connections unless one is named',
    )
    .argument('[id]')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--json', 'print as JSON')
    .action(async (id: string | undefined, options: { site?: string; json?: boolean }) => {
      const tests = await withStore(context, (open) => runTests(open, { id, site: options.site }));
      if (options.json) printJson(tests);
      else print(testLines(tests));
      const failed = tests.filter(({ ok }) => !ok).length;
      if (failed > 0) throw new CommandError(`${failed} of ${countOf(tests.length, 'connection')} failed.`);
    });
  connection.addCommand(pauseCommand(context));
  connection.addCommand(resumeCommand(context));
  connection
    .command('remove')
    .description('remove a connection with its settings and secrets; what it was told stays on record')
    .argument('<id>')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--yes', 'without asking')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: { site?: string; yes?: boolean; json?: boolean }) => {
      const left = await withStore(context, async (open) => {
        const { site, source } = await chooseConnection(open, id, options.site);
        const warning = source
          ? `${site}/${id}: ${removalWarning({ site, id, source })}`
          : `Removing ${site}/${id} permanently deletes its settings and secrets.`;
        await mustConfirm(context, { yes: options.yes, warning });
        await removeConnection(site, id, editAsCommandLine(open));
        return source && hooksLeft({ site, id, source });
      });
      if (options.json) return printJson({ removed: id, left: left ?? null });
      print([`Removed: ${id}`, ...(left === undefined ? [] : [left])].join('\n'));
    });
  return connection;
}

interface AddOptions {
  site?: string;
  type?: string;
  set: string[];
  window?: string;
  mode?: string;
  exclusive: boolean;
  customers?: string;
  test: boolean;
  json?: boolean;
}

function addCommand(context: CommandContext): Command {
  return new Command('add')
    .description(
      'add a connection, or replace one (its secrets stay unless set); at a terminal it asks. Then it is tested',
    )
    .argument('<id>', 'how this site calls it')
    .option('--type <type>', 'a destination or source, such as impact (docs/reference.md lists them)')
    .option('--site <id>', 'the site, where there are several')
    .option('--set <name=value>', 'a setting; repeat it. ${NAME} is read from the environment', collectSet, [])
    .option('--window <duration>', 'attribution window, such as 30d')
    .option('--mode <mode>', 'suppress or inform: what a losing partner hears')
    .option('--no-exclusive', 'outside the contest: told of every order that it touched')
    .option('--customers <who>', 'all, new or returning: whom the programme pays for')
    .option('--no-test', 'save without testing')
    .option('--json', 'print the result as JSON')
    .action(async (id: string, options: AddOptions) => {
      const tests = await withStore(context, async (open) => {
        const site = await chooseSite(open, options.site);
        const { type, settings } = await described(context, options, await open.sites());
        const { window, mode, exclusive, customers } = options;
        const document = {
          ...{ id, type, settings, exclusive },
          ...(window === undefined ? {} : { window }),
          ...(mode === undefined ? {} : { mode }),
          ...(customers === undefined ? {} : { customers }),
        };
        await putConnection(site.config.id, document, editAsCommandLine(open));
        return options.test ? runTests(open, { id, site: site.config.id }) : [];
      });
      if (options.json) printJson({ saved: id, tests });
      else print([`Saved: ${id}`, ...(tests.length > 0 ? [testLines(tests)] : [])].join('\n'));
      if (tests.some(({ ok }) => !ok))
        throw new CommandError(`${id} is saved, but its test failed: correct the settings with the same command.`);
    });
}

async function described(
  context: CommandContext,
  options: AddOptions,
  { catalogue }: Sites,
): Promise<{ type: string; settings: Record<string, unknown> }> {
  const prompts = context.prompts ?? terminalPrompts();
  const type = options.type ?? (prompts && (await askType(prompts, catalogue)));
  if (type === undefined) throw new CommandError('--type is missing: name a destination or source, such as impact.');
  const definition = catalogue.find(type);
  if (!definition) throw new CommandError(`--type ${unknownType(type, catalogue)}`, { field: 'type' });
  if (options.set.length > 0 || !prompts) return { type, settings: readPairs(options.set, definition, context) };
  return { type, settings: await askSettings(definition, prompts) };
}

/** What is synchronized shows its state, too. */
type Listed = ConnectionView & { sync?: Pick<SyncRow, 'state' | 'reason'> };

async function list(open: OpenStore, named: string | undefined): Promise<Listed[]> {
  const { byId } = await open.sites();
  const sites = named === undefined ? [...byId.values()] : [await chooseSite(open, named)];
  const rows = await open.store.syncs();
  const standing = { breakers: await open.store.breakers(), counts: await open.store.deliveryCounts(), syncs: rows };
  const views = sites.flatMap(({ connections }) => connections).map((one) => viewConnection(one, standing));
  return views.map((view) => {
    const row = rows.find(({ site, connection }) => site === view.site && connection === view.id);
    return row ? { ...view, sync: { state: row.state, reason: row.reason } } : view;
  });
}

function stateOf({ enabled, paused, sync, trouble }: Listed): string {
  if (!enabled) return 'paused by hand';
  if (trouble !== null && (sync?.reason ?? '') === '') return trouble;
  if (sync) return sync.reason === '' ? sync.state : `${sync.state}: ${sync.reason}`;
  return paused ? `${paused.kind}: ${paused.reason}` : 'on';
}

const countsOf = ({ deliveries }: ConnectionView): string =>
  Object.entries(deliveries)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ') || 'none';

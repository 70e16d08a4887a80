/** `clickthread quarantine`: refused orders, to be seen, mended elsewhere, and read again. */
import { Command } from 'commander';
import { dropQuarantined, type Replayed, replayQuarantine, viewQuarantined } from '../../admin/quarantine.ts';
import { createFrontDoor } from '../../ingest/front-door.ts';
import { createIngest } from '../../ingest/ingest.ts';
import { countOf } from '../../lib/text/count.ts';
import type { Quarantined } from '../../model/quarantined.ts';
import { checkSite, chooseById, shortId } from '../choose.ts';
import { CommandError } from '../command-error.ts';
import { refusedOrders } from '../missing-order.ts';
import { COMMAND_LINE, type CommandContext, type OpenStore, withStore } from '../open-store.ts';
import { showTime } from '../terminal/look.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';

export function quarantineCommand(context: CommandContext): Command {
  const quarantine = new Command('quarantine');
  for (const make of [listCommand, showCommand, replayCommand, dropCommand]) make(quarantine, context);
  return quarantine;
}

function listCommand(quarantine: Command, context: CommandContext): void {
  quarantine
    .command('list', { isDefault: true })
    .description('list them, newest first')
    .option('--site <id>', 'of one site')
    .option('--json', 'print as JSON')
    .action(async ({ site, json }: { site?: string; json?: boolean }) => {
      const rows = await withStore(context, async (open) => {
        if (site !== undefined) await checkSite(open, site);
        return refusedOrders(open, { ...(site === undefined ? {} : { site }), limit: 1000 });
      });
      if (json) return printJson(rows.map(({ row, orderId }) => ({ ...viewQuarantined(row), orderId })));
      if (rows.length === 0) return print('No order was refused.');
      const look = lookOf(context);
      printTable(
        ['ID', 'SITE', 'ORDER', 'AT', 'SEEN', 'PROBLEMS'],
        rows.map(({ row, orderId }) => [
          look.width === undefined ? row.id : shortId(row.id),
          row.site,
          orderId ?? '?',
          showTime(row.at, look),
          String(row.seen),
          problems(row),
        ]),
        look,
      );
    });
}

function showCommand(quarantine: Command, context: CommandContext): void {
  quarantine
    .command('show')
    .description('show one with the body that was refused')
    .argument('<id>', 'its id, or the end of it')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const shown = await withStore(context, async (open) => {
        const [row] = await named(open, [id]);
        return { ...viewQuarantined(row!), body: open.seal.open(row!.body) };
      });
      if (options.json) return printJson(shown);
      print(`${shown.id}  ${shown.site}  ${shown.route}  ${showTime(shown.at, lookOf(context))}`);
      for (const { field, message } of shown.errors) print(`  ${field} ${message}`);
      print(shown.body);
    });
}

function replayCommand(quarantine: Command, context: CommandContext): void {
  quarantine
    .command('replay')
    .description('read refused orders again, after a fix of the rules or the site; those that pass leave quarantine')
    .argument('[id...]', 'all of them unless given')
    .option('--site <id>', 'of one site')
    .option('--json', 'print as JSON')
    .action(async (ids: string[], options: { site?: string; json?: boolean }) => {
      const results = await withStore(context, async (open) => {
        if (options.site !== undefined) await checkSite(open, options.site);
        return replay(
          (await named(open, ids)).map(({ id }) => id),
          options.site,
          open,
        );
      });
      const taken = results.filter(({ result }) => result !== 'invalid').length;
      if (options.json) return printJson(results);
      if (results.length === 0) return print('No order was refused.');
      print(`${taken} of ${countOf(results.length, 'refused order')} taken.`);
      for (const { id, result, errors } of results)
        print(
          `  ${id}  ${result}${errors ? `: ${errors.map(({ field, message }) => `${field} ${message}`).join('; ')}` : ''}`,
        );
    });
}

function dropCommand(quarantine: Command, context: CommandContext): void {
  quarantine
    .command('drop')
    .description('remove refused orders for good')
    .argument('<id...>', 'their ids, or the ends of them')
    .option('--json', 'print as JSON')
    .action(async (ids: string[], options: { json?: boolean }) => {
      const dropped = await withStore(context, async (open) => {
        const rows = await named(open, ids);
        return dropQuarantined({ ids: rows.map(({ id }) => id), actor: COMMAND_LINE }, open);
      });
      if (options.json) printJson({ dropped });
      else print(`Removed: ${countOf(dropped, 'refused order')}.`);
    });
}

/** The rows that are meant; one that is not there is named, before anything happens to the others. */
async function named({ store }: OpenStore, ids: readonly string[]): Promise<Quarantined[]> {
  if (ids.length === 0) return [];
  const rows = await store.quarantine({ limit: 1_000_000 });
  const found = ids.map((id) => chooseById(rows, id));
  const missing = ids.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) throw new CommandError(`There is no refused order ${missing.join(', ')}.`, { field: 'id' });
  return found.filter((row) => row !== undefined);
}

async function replay(ids: string[], site: string | undefined, open: OpenStore): Promise<Replayed[]> {
  const { store, seal, sites, clock } = open;
  const recording = createIngest({ store, sites, seal, clock });
  const { ingest } = recording;
  const { receive } = createFrontDoor({ ingest: recording, sites, clock });
  const want = { ids, actor: COMMAND_LINE, ...(site === undefined ? {} : { site }) };
  // What this makes is found by the running collector, or by the next one.
  return replayQuarantine(want, { store, receive, ingest, sites, seal, clock, wake: () => undefined });
}

const problems = ({ errors }: Quarantined): string =>
  errors.map(({ field, message }) => `${field} ${message}`).join('; ');

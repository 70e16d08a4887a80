/** `clickthread quarantine`: refused orders, to be seen, mended elsewhere, and read again. */
import { Command } from 'commander';
import { createFrontDoor } from '../front-door.ts';
import { createIngest } from '../ingest.ts';
import { systemClock } from '../lib/clock.ts';
import { replayQuarantine, viewQuarantined, type Replayed } from '../replay-quarantine.ts';
import type { Quarantined } from '../store/store.ts';
import { CommandError, print, printJson, table, withStore, type CommandContext, type OpenStore } from './context.ts';

export function quarantineCommand(context: CommandContext): Command {
  const quarantine = new Command('quarantine').description(
    'orders that were refused because their core could not be used',
  );
  quarantine
    .command('list', { isDefault: true })
    .description('list them, newest first')
    .option('--site <id>', 'of one site')
    .option('--json', 'print as JSON')
    .action(async (options: { site?: string; json?: boolean }) => {
      const rows = await withStore(context, ({ store }) => store.quarantine({ ...options, limit: 1000 }));
      if (options.json) return printJson(rows.map(viewQuarantined));
      print(
        table(
          ['ID', 'SITE', 'AT', 'SEEN', 'PROBLEMS'],
          rows.map((row) => [row.id, row.site, new Date(row.at).toISOString(), String(row.seen), problems(row)]),
        ),
      );
    });
  quarantine
    .command('show')
    .description('show one with the body that was refused')
    .argument('<id>')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const shown = await withStore(context, async ({ store, seal }) => {
        const row = (await store.quarantine({ id }))[0];
        if (!row) throw new CommandError(`There is no refused order ${id}.`);
        return { ...viewQuarantined(row), body: seal.open(row.body) };
      });
      if (options.json) return printJson(shown);
      print(`${shown.id}  ${shown.site}  ${shown.route}  ${shown.at}`);
      for (const { field, message } of shown.errors) print(`  ${field} ${message}`);
      print(shown.body);
    });
  quarantine
    .command('replay')
    .description('read refused orders again, after a fix of the rules or the site; those that pass leave quarantine')
    .argument('[id...]', 'all of them unless given')
    .option('--site <id>', 'of one site')
    .option('--json', 'print as JSON')
    .action(async (ids: string[], options: { site?: string; json?: boolean }) => {
      const results = await withStore(context, (open) => replay(ids, options.site, open));
      const taken = results.filter(({ result }) => result !== 'invalid').length;
      if (options.json) return printJson(results);
      print(`${taken} of ${results.length} taken.`);
      for (const { id, result, errors } of results)
        print(
          `  ${id}  ${result}${errors ? `: ${errors.map(({ field, message }) => `${field} ${message}`).join('; ')}` : ''}`,
        );
    });
  quarantine
    .command('drop')
    .description('remove refused orders for good')
    .argument('<id...>')
    .action(async (ids: string[]) => {
      const dropped = await withStore(context, ({ store }) => store.dropQuarantine(ids));
      print(`${dropped} dropped.`);
    });
  return quarantine;
}

async function replay(ids: string[], site: string | undefined, open: OpenStore): Promise<Replayed[]> {
  const { store, seal, sites } = open;
  const { ingest } = createIngest({ store, sites, seal, clock: systemClock });
  const { receive } = createFrontDoor({ ingest: { ingest }, sites, clock: systemClock });
  const want = { ids, ...(site === undefined ? {} : { site }) };
  // What this makes is found by the running collector, or by the next one.
  return replayQuarantine(want, { store, receive, ingest, sites, seal, clock: systemClock, wake: () => undefined });
}

const problems = ({ errors }: Quarantined): string =>
  errors.map(({ field, message }) => `${field} ${message}`).join('; ');

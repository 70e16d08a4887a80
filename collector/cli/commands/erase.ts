/** `clickthread erase`: forgets one person. On a terminal it says first what it would do. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { databaseFile, readEnvironment } from '../../environment.ts';
import { countOf } from '../../lib/text/count.ts';
import { type ErasedOf, erasePerson } from '../../privacy/erase.ts';
import { SUBJECTS } from '../../privacy/subject.ts';
import type { Subject } from '../../model/upkeep/subject.ts';
import { chooseSite, mustConfirm } from '../choose.ts';
import { CommandError } from '../command-error.ts';
import { withStore, type CommandContext } from '../open-store.ts';
import { print, printJson } from '../terminal/print.ts';
import { terminalPrompts } from '../terminal/prompts.ts';

interface Options extends Partial<Record<Subject['by'], string>> {
  site?: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

export function eraseCommand(context: CommandContext): Command {
  return new Command('erase')
    .option('--email <address>', 'by e-mail address, the present one or an earlier one')
    .option('--phone <number>', 'by phone number, as the shop writes it')
    .option('--customer <id>', "by the shop's customer id")
    .option('--visitor <id>', 'by the id in the browser (cookie _ct_v)')
    .option('--site <id>', 'of one site; of all unless given')
    .option('--dry-run', 'say what would go, and change nothing')
    .option('--yes', 'without asking')
    .option('--json', 'print as JSON')
    .action(async (options: Options) => {
      const { by, value } = readSubject(options);
      const erased = await withStore(context, async (open) => {
        const { store, seal, now } = open;
        const { byId } = await open.sites();
        const all = [...new Set([...byId.keys(), ...(await store.sitesWithData())])];
        const sites = options.site === undefined ? all : [(await chooseSite(open, options.site)).config.id];
        const erase = (dryRun: boolean) =>
          erasePerson({ by, value, sites, store, seal, now, actor: 'command line', dryRun });
        if (options.dryRun) return erase(true);
        if (options.json !== true && options.yes !== true && (context.prompts ?? terminalPrompts()))
          await mustConfirm(context, { yes: false, warning: `${wordsOf(await erase(true), 'would')}\n` });
        return erase(false);
      });
      if (options.json) return printJson(erased);
      print(wordsOf(erased, options.dryRun ? 'would' : 'did'));
      if (options.dryRun) return print('Nothing was changed.');
      print('What networks were told is theirs to erase; so are backups of this data, until they are replaced.');
      const copies = oldCopies(databaseFile(readEnvironment(context.env, { makes: false }).data));
      if (copies.length > 0)
        print(`Copies that an upgrade or a restore made hold the person still, delete them: ${copies.join(', ')}`);
    });
}

function readSubject(options: Options): { by: Subject['by']; value: string } {
  const named = SUBJECTS.filter((by) => options[by] !== undefined);
  const [by] = named;
  const value = by === undefined ? '' : (options[by] ?? '').trim();
  if (by === undefined || named.length > 1 || value === '')
    throw new CommandError('Name the person by one of --email, --phone, --customer and --visitor.');
  return { by, value };
}

/** Copies of the data beside it: nobody looks into them. */
function oldCopies(file: string): string[] {
  const folder = dirname(file);
  const names = readdirSync(folder).filter((name) => name.startsWith(`${basename(file)}.before-`));
  return names.toSorted().map((name) => join(folder, name));
}

/** What goes, site by site, in words; what nobody has is left out. */
function wordsOf(erased: readonly ErasedOf[], tense: 'would' | 'did'): string {
  const lines = erased.flatMap((row) => {
    const parts = partsOf(row);
    return parts.length === 0 ? [] : [`Site ${row.site}:`, ...parts.map((part) => `  ${part}`)];
  });
  if (lines.length === 0)
    return tense === 'would' ? 'Nothing here names this person.' : 'Nothing here named this person.';
  return [tense === 'would' ? 'Would be erased:' : 'Erased:', ...lines].join('\n');
}

function partsOf(row: ErasedOf): string[] {
  const part = (count: number, singular: string, plural?: string, more = ''): string[] =>
    count === 0 ? [] : [`${countOf(count, singular, plural)}${more}`];
  return [
    ...part(row.orders, 'order', undefined, ': without its customer and browser; amount and status stay'),
    ...part(row.stopped, 'report on its way', 'reports on their way', ': stopped'),
    ...part(row.attempts, 'exchange with a network', 'exchanges with networks', ': without what was said'),
    ...part(row.touches, 'landing of their browsers', 'landings of their browsers'),
    ...part(row.identities, 'tie between customer and browser', 'ties between customer and browser'),
    ...part(row.contacts, 'contact of a list', 'contacts of lists', ': also at the platform, with its next update'),
    ...part(row.quarantine, 'refused order', undefined, ': dropped whole'),
    ...part(row.withdrawals, 'proof of withdrawn consent', 'proofs of withdrawn consent', ' of their browsers'),
    ...part(row.texts, 'other text that names them', 'other texts that name them', ': without the name'),
  ];
}

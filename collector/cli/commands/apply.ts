/** `clickthread apply FILE`: makes the stored configuration match a YAML file, or only says what would change. */
import { dirname } from 'node:path';
import { Command } from 'commander';
import { applyConfiguration, type Applied } from '../../configuration/apply.ts';
import type { ConnectionChange, FieldChange, SiteChange } from '../../configuration/file/compare.ts';
import { type CommandContext, isFirstUse, type OpenStore, withNewStore, withTrialStore } from '../open-store.ts';
import { fromEnvironment } from '../settings-options.ts';
import { print, printJson } from '../terminal/print.ts';
import { readInput } from '../terminal/read-input.ts';

interface Options {
  dryRun?: boolean;
  prune?: boolean;
  json?: boolean;
}

export function applyCommand(context: CommandContext): Command {
  return new Command('apply')
    .argument('<file>', 'the file; - for standard input')
    .option('--dry-run', 'only say what would change')
    .option(
      '--prune',
      'remove connections and alert channels that the file leaves out, with their settings and secrets',
    )
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: Options) => {
      const text = readInput(file);
      const applied = await apply({ text, folder: file === '-' ? process.cwd() : dirname(file) }, context, options);
      if (options.json) return printJson({ ...applied, dryRun: options.dryRun ?? false });
      if (options.dryRun) {
        for (const change of applied.changes) print(linesOf(change).join('\n'));
        print(`Would apply: ${summaryOf(applied)}. Nothing was changed.`);
      } else print(`Applied: ${summaryOf(applied)}`);
      for (const removed of applied.removed)
        print(`${options.dryRun ? 'Would remove' : 'Removed'} with its settings and secrets: ${removed}`);
      for (const left of applied.leftOut)
        print(`Not in the file, and still in force: ${left} (--prune removes it with its secrets)`);
      for (const left of applied.left ?? []) print(left);
      for (const warning of applied.warnings) print(`Look again: ${warning}.`);
    });
}

async function apply(
  { text, folder: at }: { text: string; folder: string },
  context: CommandContext,
  { dryRun = false, prune = false }: Options,
): Promise<Applied> {
  const applyTo =
    (more: { dryRun: boolean }) =>
    ({ store, seal, now, environment }: OpenStore): Promise<Applied> =>
      applyConfiguration({
        ...{ text, folder: at, store, seal, now, prune, ...more },
        env: (name) => fromEnvironment(context, name),
        actor: 'command line',
        allowPrivate: environment.allowPrivate,
      });
  if (isFirstUse(context)) {
    const tried = await withTrialStore(context, applyTo({ dryRun: true }));
    if (dryRun) return tried;
  }
  return withNewStore(context, applyTo({ dryRun }));
}

/** `garden (1 changed, 1 new, 3 as before)` */
function summaryOf({ changes, alerts }: Applied): string {
  const sites = changes.map((site) => `${site.id} (${countsOf(site).join(', ')})`);
  return [...sites, ...(alerts.length > 0 ? [`alerts to ${alerts.join(', ')}`] : [])].join(', ');
}

const COUNTED: readonly [ConnectionChange['change'], string][] = [
  ['changed', 'changed'],
  ['new', 'new'],
  ['same', 'as before'],
  ['removed', 'removed'],
  ['left_out', 'not in the file'],
];

function countsOf({ change, connections }: SiteChange): string[] {
  const own = { new: ['new site'], changed: ['site settings changed'], same: [] }[change];
  const counts = COUNTED.flatMap(([kind, words]) => {
    const count = connections.filter((one) => one.change === kind).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  return own.length + counts.length > 0 ? [...own, ...counts] : ['as before'];
}

const SIGNS: Record<ConnectionChange['change'], string> = {
  ...{ new: '+', changed: '~', same: ' ', removed: '-', left_out: ' ' },
};

const NOTES: Partial<Record<ConnectionChange['change'], string>> = {
  left_out: ': not in the file, stays',
  same: ': as before',
};

function linesOf({ id, change, fields, connections }: SiteChange): string[] {
  return [
    `${SIGNS[change]} site ${id}${change === 'same' ? ': as before' : ''}`,
    ...fields.map((field) => `    ${fieldLine(field)}`),
    ...connections.flatMap((one) => [
      `  ${SIGNS[one.change]} connection ${one.id} (${one.type})${NOTES[one.change] ?? ''}`,
      ...one.fields.map((field) => `      ${fieldLine(field)}`),
    ]),
  ];
}

function fieldLine({ field, from, to }: FieldChange): string {
  if (from === null) return `+ ${field}: ${to}`;
  if (to === null) return `- ${field}: ${from}`;
  return from === to ? `~ ${field}: another value` : `~ ${field}: ${from} → ${to}`;
}

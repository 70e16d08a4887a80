/** `clickthread doctor`: what is well, what is not, and how to mend it. */
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { examine, type Finding } from '../doctor.ts';
import { addressFindings, fileFindings, folderFindings, tagFinding } from '../doctor-machine.ts';
import { ConfigurationError, readEnvironment, type Environment } from '../environment.ts';
import { systemClock } from '../lib/clock.ts';
import { createSeal } from '../lib/seal.ts';
import { createSender } from '../send.ts';
import { databaseFile } from '../environment.ts';
import { buildSites } from '../sites.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import { CommandError, print, printJson, type CommandContext } from './context.ts';

export function doctorCommand(context: CommandContext): Command {
  return new Command('doctor')
    .description('examine data, clock, address, tag and every connection; fails where something must be mended')
    .option('--no-test', 'ask no vendor')
    .option('--json', 'print as JSON')
    .action(async (options: { test: boolean; json?: boolean }) => {
      const findings = await diagnose(context, options.test);
      if (options.json) printJson(findings);
      else for (const finding of findings) print(tell(finding));
      const failed = findings.filter(({ level }) => level === 'fail').length;
      if (failed > 0) throw new CommandError(`${failed} thing${failed === 1 ? '' : 's'} must be mended.`);
    });
}

async function diagnose(context: CommandContext, test: boolean): Promise<Finding[]> {
  let environment: Environment;
  try {
    environment = readEnvironment(context.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ field, message }) => ({
      area: `environment ${field}`,
      level: 'fail',
      message,
      fix: 'Correct the variable; docs/reference.md lists them.',
    }));
  }
  const now = systemClock();
  const file = databaseFile(environment.data);
  const { findings, usable } = fileFindings(file, now);
  const first = [
    ...folderFindings(environment),
    ...findings,
    tagFinding(context.tagFolder ?? fileURLToPath(new URL('../../tag', import.meta.url))),
  ];
  return usable ? [...first, ...(await examineData(environment, { file, now, test }))] : first;
}

async function examineData(
  environment: Environment,
  { file, now, test }: { file: string; now: number; test: boolean },
): Promise<Finding[]> {
  const { allowPrivate } = environment;
  const store = openSqliteStore({ file, clock: systemClock, readonly: true });
  const vendors = createSender({ allowPrivate, clock: systemClock });
  // Our own address is the operator's word, wherever it lies.
  const own = createSender({ allowPrivate: true, clock: systemClock });
  try {
    const sites = buildSites(await store.configuration(), createSeal(environment.key));
    const domains = [...sites.byId.values()].map(({ config }) => ({ id: config.id, domains: config.domains }));
    return [
      ...(test ? await addressFindings({ environment, sites: domains, send: own.send }) : []),
      ...(await examine({ store, sites, allowPrivate, now, ...(test ? { send: vendors.send } : {}) })),
    ];
  } finally {
    await Promise.all([store.close(), vendors.close(), own.close()]);
  }
}

const WORDS: Record<Finding['level'], string> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

const tell = ({ area, level, message, fix }: Finding): string =>
  `${WORDS[level]}  ${area}: ${message}${fix === undefined ? '' : `\n      → ${fix}`}`;

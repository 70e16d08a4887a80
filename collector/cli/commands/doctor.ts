/** `clickthread doctor`: what is well, what is not, and how to mend it. */
import { Command } from 'commander';
import { agreeOnTime } from '../../admin/agree-on-time.ts';
import { collectorFindings } from '../../admin/doctor/collector.ts';
import { diagnoseMachine } from '../../admin/doctor/diagnose.ts';
import { describeFinding, type Finding } from '../../admin/doctor/finding.ts';
import { buildSites } from '../../configuration/sites.ts';
import { type Environment, placeOfData, readEnvironment } from '../../environment.ts';
import { unknownVariables } from '../../environment/unknown-variables.ts';
import { builtTagFolder } from '../../lib/package-root.ts';
import { countOf } from '../../lib/text/count.ts';
import { ConfigurationError } from '../../model/configuration-error.ts';
import { createSender } from '../../outbound/send.ts';
import { openData } from '../../store/open-data.ts';
import type { Stores } from '../../store/store.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type CommandContext, withStore } from '../open-store.ts';
import { type Look, PLAIN, showState, showTime } from '../terminal/look.ts';
import { lookOf, print, printJson } from '../terminal/print.ts';

export function doctorCommand(context: CommandContext): Command {
  return new Command('doctor')
    .option('--no-test', 'ask no vendor')
    .option('--agree-time', 'take the clock of this machine for right: deletion and deadlines go by it from now on')
    .option('--json', 'print as JSON')
    .action(async (options: { test: boolean; agreeTime?: boolean; json?: boolean }) => {
      if (options.agreeTime) return agree(context);
      const look = lookOf(context);
      const time = (at: number): string => showTime(at, options.json ? PLAIN : look);
      const findings = await examine(context, { test: options.test, time });
      if (options.json) printJson(findings);
      else for (const finding of findings) print(linesOf(finding, look));
      const failed = findings.filter(({ level }) => level === 'fail').length;
      if (failed > 0) throw new CommandError(`${countOf(failed, 'thing')} must be mended.`);
    });
}

async function agree(context: CommandContext): Promise<void> {
  const at = await withStore(context, async ({ store, now }) => {
    await agreeOnTime({ store, now, actor: COMMAND_LINE });
    return new Date(now).toISOString();
  });
  print(`Agreed: deletion and deadlines go by ${at} from now on; a running collector follows within a minute.`);
}

interface Asked {
  /** Whether vendors and addresses are asked. */
  test: boolean;
  time: (at: number) => string;
}

async function examine(context: CommandContext, { test, time }: Asked): Promise<Finding[]> {
  let environment: Environment;
  try {
    environment = readEnvironment(context.env, { makes: false });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ field, message }) =>
      describeFinding({
        ...{ area: `environment ${field}`, level: 'fail', mend: 'environment.wrong' },
        said: ['environment.wrong', { said: message }],
      }),
    );
  }
  const { clock } = context;
  const { allowPrivate, key } = environment;
  const vendors = createSender({ allowPrivate, clock });
  // Our own address is the operator's word, wherever it lies.
  const own = createSender({ allowPrivate: true, clock });
  let store: Stores | undefined;
  try {
    const findings = await diagnoseMachine({
      ...{ environment, tagFolder: context.tagFolder ?? builtTagFolder(), now: clock(), time },
      async openData() {
        const data = await openData({ ...placeOfData(environment), key, clock, readonly: true, isCommand: true });
        store = data.store;
        const { seal } = data;
        return { store, seal, sites: buildSites(await store.configuration(), seal) };
      },
      ...(test ? { ask: { vendors: vendors.send, self: own.send } } : {}),
    });
    const collector = test && store ? await collectorFindings({ environment, send: own.send }) : [];
    const slips = unknownVariables(context.env).map(({ name, meant }) =>
      describeFinding({
        ...{ area: 'environment', level: 'warn', mend: ['environment.slip', { meant }] },
        said: ['environment.slip', { name }],
      }),
    );
    return [...slips, ...collector, ...findings];
  } finally {
    await Promise.all([store?.close(), vendors.close(), own.close()]);
  }
}

const WORDS: Record<Finding['level'], string> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

const linesOf = ({ area, level, message, fix }: Finding, look: Look): string =>
  `${showState(WORDS[level], look)}  ${area}: ${message}${fix === undefined ? '' : `\n      → ${fix}`}`;

/** `clickthread explain ORDERID --rules FILE`: what other rules would have decided, beside what was decided. */
import { readFileSync } from 'node:fs';
import { readRules, replayOrder } from '../replay-rules.ts';
import { viewDecision } from '../order-view.ts';
import type { StoredOrder } from '../store/store.ts';
import { CommandError, type OpenStore } from './context.ts';

export interface RulesReplay {
  changes: boolean;
  stored: ReturnType<typeof viewDecision>;
  replayed: ReturnType<typeof viewDecision>;
  told: { connection: string; credited: boolean; reason: string }[];
  suppressed: { connection: string; reason: string }[];
}

export async function explainRules(file: string, stored: StoredOrder, open: OpenStore): Promise<RulesReplay> {
  const site = (await open.sites()).byId.get(stored.site);
  if (!site)
    throw new CommandError(`Site ${stored.site} was removed, and its connections with it: rules can't be tried.`);
  const rules = readRules(readFile(file), site);
  const { stored: then, replayed } = await replayOrder({ stored, site, rules, store: open.store });
  return {
    changes: key(then.winner) !== key(replayed.attribution.winner),
    stored: viewDecision(then),
    replayed: viewDecision(replayed.attribution),
    told: replayed.told.map(({ connection, credited, reason }) => ({ connection, credited, reason })),
    suppressed: replayed.suppressed,
  };
}

const key = (winner: StoredOrder['attribution']['winner']): string =>
  winner === null ? 'nobody' : JSON.stringify([winner.connection, winner.param, winner.value]);

export function tellRules({ changes, stored, replayed, told, suppressed }: RulesReplay): string {
  return [
    changes
      ? 'These rules would decide otherwise. Nothing was changed or sent.'
      : 'These rules decide the same. Nothing was changed or sent.',
    '',
    ...tellDecision('As decided', stored),
    '',
    ...tellDecision('By these rules', replayed),
    '',
    told.length === 0 ? 'Nobody would be told.' : 'Would be told:',
    ...told.map(
      ({ connection, credited, reason }) => `  ${connection}  ${credited ? 'credited' : 'informed'}: ${reason}`,
    ),
    ...suppressed.map(({ connection, reason }) => `  ${connection}  ${reason}`),
  ].join('\n');
}

function tellDecision(title: string, { winner, rule, touches }: ReturnType<typeof viewDecision>): string[] {
  const to = winner ? `${winner.connection}${winner.param ? ` for ${winner.param}=${winner.value}` : ''}` : 'nobody';
  return [
    `${title}: credited to ${to} (${rule})`,
    ...touches.map(({ at, param, value, reason }) => `  ${at}  ${param}=${value}  ${reason}`),
  ];
}

function readFile(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${(error as Error).message}`);
  }
}

/** `clickthread explain ORDERID --rules FILE`: what other rules would have decided, beside what was decided. */
import { viewDecision } from '../../../admin/order-view.ts';
import { readRules } from '../../../configuration/file/read-rules.ts';
import { replayOrder } from '../../../admin/what-if.ts';
import type { StoredOrder } from '../../../model/stored-order.ts';
import { CommandError } from '../../command-error.ts';
import type { OpenStore } from '../../open-store.ts';
import { type Look, showTime } from '../../terminal/look.ts';
import { readInput } from '../../terminal/read-input.ts';

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
  const rules = readRules(readInput(file), site);
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

export function rulesLines({ changes, stored, replayed, told, suppressed }: RulesReplay, look: Look): string {
  return [
    changes
      ? 'These rules would decide otherwise. Nothing was changed or sent.'
      : 'These rules decide the same. Nothing was changed or sent.',
    '',
    ...tellDecision('As decided', { decision: stored, look }),
    '',
    ...tellDecision('By these rules', { decision: replayed, look }),
    '',
    told.length === 0 ? 'Nobody would be told.' : 'Would be told:',
    ...told.map(
      ({ connection, credited, reason }) => `  ${connection}  ${credited ? 'credited' : 'informed'}: ${reason}`,
    ),
    ...suppressed.map(({ connection, reason }) => `  ${connection}  ${reason}`),
  ].join('\n');
}

function tellDecision(title: string, given: { decision: ReturnType<typeof viewDecision>; look: Look }): string[] {
  const { decision, look } = given;
  const { winner, rule, touches } = decision;
  const to = winner ? `${winner.connection}${winner.param ? ` for ${winner.param}=${winner.value}` : ''}` : 'nobody';
  return [
    `${title}: credited to ${to} (${rule})`,
    ...touches.map(({ at, param, value, reason }) => `  ${showTime(at, look)}  ${param}=${value}  ${reason}`),
  ];
}

/** Looks every few seconds for what needs a person, and tells whoever wants to hear of it, for as long as the collector runs. */
import { seconds } from '../lib/duration.ts';
import type { AlertChannel } from '../configuration/alerts/channels.ts';
import type { Sites } from '../configuration/sites.ts';
import type { Clock } from '../lib/clock.ts';
import { keepRounds } from '../lib/rounds.ts';
import type { RequestLimits } from '../lib/limits/request-limits.ts';
import type { Sender } from '../outbound/send.ts';
import type { Store } from '../store/store.ts';
import { noteConditions, type NoteDeps } from './note-conditions.ts';
import { tellChannels, type TellDeps } from './tell-channels.ts';

export interface KeepAlertsDeps {
  /** Reads; a look must not wait for those that write. */
  read: Omit<NoteDeps['store'], 'noteAlerts'> & Pick<Store, 'dueAlertMessages'>;
  write: Pick<Store, 'noteAlerts' | 'settleAlertMessages'>;
  sites: () => Promise<Sites>;
  channels: () => Promise<AlertChannel[]>;
  send: Sender['send'];
  limits: RequestLimits;
  freeMegabytes: () => number | undefined;
  random: () => number;
  clock: Clock;
  log: TellDeps['log'] & { error(fields: object, message: string): void };
}

const EVERY = seconds(10);

/** One round. */
export async function runAlertRound(deps: KeepAlertsDeps): Promise<void> {
  const { read, write, clock } = deps;
  const given = { sites: await deps.sites(), channels: await deps.channels(), log: deps.log };
  const { limits, freeMegabytes, send, random } = deps;
  const noting = { ...read, noteAlerts: (change: Parameters<Store['noteAlerts']>[0]) => write.noteAlerts(change) };
  await noteConditions({ ...given, store: noting, limits, freeMegabytes, now: clock() });
  const telling = {
    dueAlertMessages: (now: number, limit: number) => read.dueAlertMessages(now, limit),
    settleAlertMessages: (settled: Parameters<Store['settleAlertMessages']>[0]) => write.settleAlertMessages(settled),
  };
  await tellChannels({ ...given, store: telling, send, random, now: clock() });
}

/** The returned function ends it and waits for the round that is under way. */
export function keepAlerts(deps: KeepAlertsDeps): () => Promise<void> {
  return keepRounds({
    every: EVERY,
    round: () => runAlertRound(deps),
    failed: (error) => deps.log.error({ err: error }, 'alerts could not be looked after; tried again in a moment'),
  });
}

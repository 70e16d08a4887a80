/**
 * Sends the messages that are due: not in a channel's quiet hours, and again after a failure, further and further apart, for three days.
 * What waits for the same channel and is read by people goes out as one notice.
 */
import type { AlertChannel } from '../configuration/alerts/channels.ts';
import type { Sites } from '../configuration/sites.ts';
import { nextDelay } from '../lib/backoff.ts';
import { days } from '../lib/duration.ts';
import { writeLocalTime } from '../lib/local-time.ts';
import type { AlertMessage } from '../model/alerts/alert.ts';
import { quietFor } from '../model/alerts/quiet-hours.ts';
import type { Sender } from '../outbound/send.ts';
import type { SettledMessage } from '../store/alert-store.ts';
import type { Store } from '../store/store.ts';
import { joinsMessages, sendNotice } from './channels/send-notice.ts';
import { composeNotice } from './compose-notice.ts';

export interface TellDeps {
  store: Pick<Store, 'dueAlertMessages' | 'settleAlertMessages'>;
  sites: Sites;
  channels: readonly AlertChannel[];
  send: Sender['send'];
  random: () => number;
  now: number;
  log: { warn(fields: object, message: string): void };
}

/** Messages of one round; what is left goes in the next. */
const MOST = 200;
/** In one notice: more helps nobody. */
const MOST_TOGETHER = 20;
/** News of so long ago is none. */
const TRIED_FOR = days(3);

export async function tellChannels(deps: TellDeps): Promise<void> {
  const { store, channels, now } = deps;
  const due = await store.dueAlertMessages(now, MOST);
  const settled: SettledMessage[] = [];
  for (const id of new Set(due.map(({ channel }) => channel))) {
    const own = due.filter(({ channel }) => channel === id);
    const channel = channels.find((one) => one.id === id && one.enabled);
    if (channel) settled.push(...(await tellChannel(channel, own, deps)));
    else settled.push(...own.map((message) => ({ ...message, state: 'dropped' as const, settledAt: now })));
  }
  if (settled.length > 0) await store.settleAlertMessages(settled);
}

async function tellChannel(
  channel: AlertChannel,
  messages: readonly AlertMessage[],
  deps: TellDeps,
): Promise<SettledMessage[]> {
  const { now } = deps;
  const quiet = messages.map((message) => quietFor(channel.quiet, now, zoneOf(message.site, channel, deps.sites)));
  const napping = messages.flatMap((message, index) => {
    const nap = quiet[index] ?? 0;
    return nap === 0 ? [] : [{ ...message, nextAt: now + nap }];
  });
  const awake = messages.filter((_, index) => quiet[index] === 0);
  const groups = joinsMessages(channel) ? inGroups(awake, MOST_TOGETHER) : inGroups(awake, 1);
  const told: SettledMessage[] = [];
  for (const group of groups) told.push(...(await tellGroup(channel, group, deps)));
  return [...napping, ...told];
}

async function tellGroup(
  channel: AlertChannel,
  group: [AlertMessage, ...AlertMessage[]],
  deps: TellDeps,
): Promise<SettledMessage[]> {
  const { sites, send, random, now, log } = deps;
  const notice = composeNotice(group, (at, site) => momentIn(at, zoneOf(site, channel, sites)));
  const result = await sendNotice(channel, { notice, messages: group }, { send, now });
  if (!result.ok)
    log.warn({ channel: channel.id, reason: result.reason }, 'an alert could not be told; it is tried again');
  return group.map((message): SettledMessage => {
    const attempts = message.attempts + 1;
    if (result.ok) return { ...message, state: 'sent', attempts, reason: '', settledAt: now };
    const { reason } = result;
    if (now - message.createdAt > TRIED_FOR) return { ...message, state: 'failed', attempts, reason, settledAt: now };
    return { ...message, attempts, reason, nextAt: now + nextDelay({ attempt: attempts, random: random() }) };
  });
}

function inGroups<T>(list: readonly T[], size: number): [T, ...T[]][] {
  const groups: [T, ...T[]][] = [];
  for (let at = 0; at < list.length; at += size) groups.push(list.slice(at, at + size) as [T, ...T[]]);
  return groups;
}

/** A clock on a wall of the site; of the first one that the channel is for, where it is about the machine. */
export function zoneOf(site: string | null, { sites: own }: Pick<AlertChannel, 'sites'>, { byId }: Sites): string {
  const named = site ?? own?.[0] ?? [...byId.keys()][0];
  return (named === undefined ? undefined : byId.get(named)?.config.timezone) ?? 'UTC';
}

/** `2026-11-20 13:05 Europe/Bucharest`. */
const momentIn = (at: number, zone: string): string => `${writeLocalTime(at, zone).slice(0, 16)} ${zone}`;

/** One look: what holds is written down, and what each channel must hear of it becomes a message, in one transaction. */
import type { AlertChannel } from '../configuration/alerts/channels.ts';
import { newId } from '../lib/id.ts';
import type { Alert, AlertMessage, AlertPhase } from '../model/alerts/alert.ts';
import type { Store } from '../store/store.ts';
import { findConditions, type LookDeps } from './find-conditions.ts';
import { judgeConditions } from './judge-conditions.ts';

export interface NoteDeps extends LookDeps {
  store: LookDeps['store'] & Pick<Store, 'alerts' | 'messagesOfAlert' | 'noteAlerts'>;
  channels: readonly AlertChannel[];
  log: { warn(fields: object, message: string): void };
}

export async function noteConditions(deps: NoteDeps): Promise<void> {
  const { store, sites, now, log } = deps;
  const known = await store.alerts();
  const judged = judgeConditions({ ...(await findConditions(deps)), known, now });
  const messages: AlertMessage[] = [];
  const dropMessages: string[] = [];
  for (const alert of judged.open) messages.push(...(await raisingMessages(alert, deps)));
  for (const alert of judged.over) {
    const ending = await endingMessages(alert, deps);
    dropMessages.push(...ending.drop);
    // Of a site that is configured no more nothing is said.
    if (alert.site === null || sites.byId.has(alert.site)) messages.push(...ending.messages);
  }
  const { put, forget } = judged;
  for (const alert of put.filter(({ raisedAt, clearedAt }) => raisedAt === now && clearedAt === null))
    log.warn({ alert: alert.key }, `alert: ${alert.title}`);
  if (put.length + forget.length + messages.length + dropMessages.length === 0) return;
  await store.noteAlerts({ put, forget, messages, dropMessages, now });
}

/** Whether a channel is to hear of it. The machine's own troubles go to those that are for every site. */
export function hearsAlert(
  { enabled, sites, about }: AlertChannel,
  { kind, site }: Pick<Alert, 'kind' | 'site'>,
): boolean {
  if (!enabled || (about && !about.includes(kind))) return false;
  return sites === undefined || (site !== null && sites.includes(site));
}

/** Once a channel and condition: also a channel that was added while it held is told. */
async function raisingMessages(alert: Alert, { store, channels, now }: NoteDeps): Promise<AlertMessage[]> {
  const listening = channels.filter((channel) => hearsAlert(channel, alert));
  if (listening.length === 0) return [];
  const told = await store.messagesOfAlert(alert.key, alert.raisedAt);
  return listening
    .filter(({ id }) => !told.some(({ channel, phase }) => channel === id && phase === 'raised'))
    .map(({ id }) => messageOf(alert, { channel: id, phase: 'raised', now }));
}

/** Whoever was told hears that it is over. What nobody has been told yet, nobody hears. */
async function endingMessages(
  alert: Alert,
  { store, channels, now }: NoteDeps,
): Promise<{ messages: AlertMessage[]; drop: string[] }> {
  const told = (await store.messagesOfAlert(alert.key, alert.raisedAt)).filter(({ phase }) => phase === 'raised');
  const unheard = told.filter(({ state, attempts }) => state === 'waiting' && attempts === 0);
  const heard = told.filter((message) => !unheard.includes(message) && message.state !== 'dropped');
  const there = heard.filter(({ channel }) => channels.some(({ id, enabled }) => enabled && id === channel));
  return {
    messages: there.map(({ channel }) => messageOf(alert, { channel, phase: 'over', now })),
    drop: unheard.map(({ id }) => id),
  };
}

function messageOf(alert: Alert, given: { channel: string; phase: AlertPhase; now: number }): AlertMessage {
  const { channel, phase, now } = given;
  const { key, kind, site, title, text, over, raisedAt } = alert;
  return {
    ...{ id: newId(now), channel, alert: key, kind, phase, site, since: raisedAt },
    ...(phase === 'over' ? { title: over, text: '' } : { title, text }),
    ...{ state: 'waiting', nextAt: now, attempts: 0, reason: '', createdAt: now, settledAt: null },
  };
}

/** Step 4 of 5. A network's own report has an order otherwise than it stands here: what is told again, once. */
import type { Command, CommandReply } from '../../intake/command.ts';
import { newId } from '../../lib/id.ts';
import type { Delivery } from '../../model/delivery.ts';
import { isUnderWay, replayDelivery } from '../../model/upkeep/replay-rule.ts';
import { stopChanges } from '../consent/stop-reports.ts';
import { type Draft, orderKey, recordEvent, recordOrderChanges } from '../draft.ts';
import { type ChangeOf, followReport, isUndone, latestConversions, type OrderDeliveries } from '../plan-deliveries.ts';
import { tellingOf } from '../tell-order.ts';
import { isTakenBack } from './retell.ts';

type RepairCommand = Extract<Command, { type: 'repair' }>;
type RepairReply = Extract<CommandReply, { type: 'repair' }>;

const WORDS = { conversion: 'the sale', modification: 'the amount', reversal: 'the reversal' } as const;

export function repairReport(command: RepairCommand, batch: Draft): RepairReply {
  const { site: siteId, orderId, kind, seen, by } = command;
  const key = orderKey(siteId, orderId);
  const stored = batch.known.orders.get(key);
  const site = batch.sites.byId.get(siteId);
  const connection = site?.connections.find(({ id }) => id === command.connection);
  const existing = batch.known.deliveries.get(key) ?? [];
  const chain = existing.filter((one) => one.connection === command.connection);
  const [conversion] = latestConversions(chain);
  if (!stored || !site || !connection?.destination || !conversion)
    return { type: 'repair', orderId, result: 'unknown' };
  const changedAt = Math.max(...chain.map(({ updatedAt }) => updatedAt));
  const moved = chain.length !== seen.deliveries || changedAt !== seen.changedAt || chain.some(isUnderWay);
  const undone = isUndone(stored.order) || isTakenBack(chain);
  if (moved || (kind === 'reversal') !== undone) return { type: 'repair', orderId, result: 'moved' };
  const life: OrderDeliveries = {
    ...{ site, stored, personal: {}, existing, now: batch.now },
    newId: () => newId(batch.now),
  };
  const change: ChangeOf = { life, connection, conversion, chain, reason: undefined, before: stored.order };
  const planned = kind === 'conversion' ? tellAgain(change) : followReport(kind, change, []);
  const told = kind === 'reversal' ? [planned] : stopChanges([planned], life, connection);
  recordOrderChanges(stored, told, batch);
  const { title } = connection.destination;
  recordEvent(
    stored,
    'repaired',
    `${WORDS[kind]} is told to ${title} again, whose report has it otherwise (${by})`,
    batch,
  );
  const detail = { site: siteId, orderId, connection: connection.id, kind };
  (batch.changes.deeds ??= []).push({ at: batch.now, actor: by, action: 'report repair', detail });
  return { type: 'repair', orderId, result: 'told' };
}

/** The same report, so that a network which has it after all knows it; the order as it stands now, so that nothing need follow. */
function tellAgain({ life, connection, conversion }: ChangeOf): Delivery {
  // By the settings of this moment: those that it was told by may be why it is missing.
  const { facts: _told, ...sale } = conversion;
  const report = { ...conversion.report, ...tellingOf(life, connection, sale) };
  const again = replayDelivery({ ...conversion, report }, life.now);
  return { ...again, reason: 'it is missing in the report of the network', reference: null, confirmAt: null, polls: 0 };
}

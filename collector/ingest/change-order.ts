/** Step 4 of 5. What a change of an order becomes, whether it comes after the order or overtakes it, and what a person decides of a contested one. */
import type { ChangeCommand, ChangeReply, RulingCommand, RulingReply } from '../intake/command.ts';
import { applyPatch } from '../intake/validate-patch.ts';
import { formatMoney } from '../lib/money.ts';
import type { OrderWords } from '../model/authority/order-words.ts';
import type { Order } from '../model/order.ts';
import { hintOf } from '../model/visitor.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import { type Draft, orderKey, recordEvent } from './draft.ts';
import { hearChange } from './hear-report.ts';
import { isConfirmed } from './merge-report.ts';
import { heardPersonalOf, reckonOrder, saveReckoned } from './reckon-order.ts';

const OVERTAKEN = 'the shop has stated it anew since, by updatedAt: not changed';

/** The shop's word on the fields that it names, and on no other. */
export function changeOrder(command: ChangeCommand, batch: Draft): ChangeReply {
  const { site: siteId, orderId, by } = command;
  const key = orderKey(siteId, orderId);
  const existing = batch.known.orders.get(key);
  const patch = existing?.gate === 'erased' ? withoutReason(command.patch) : command.patch;
  // Changes overtake their orders (a webhook beats a tag's queue): whatever they say, they are kept and applied when the order arrives.
  if (!existing) return keepChange(command, key, batch);
  const { after, problems } = applyPatch(existing.order, patch, batch.now);
  if (!after) return { type: 'change', orderId, result: 'invalid', errors: problems };
  const { words, overtaken } = hearChange({ words: existing.words, patch, after, now: batch.now });
  const { reason } = patch;
  const site = batch.sites.byId.get(siteId)!;
  const reckoned = reckonOrder({
    ...{ site, orderId, words, personal: heardPersonalOf(existing, batch), existing, reporter: 'shop', batch },
    ...(reason === undefined ? {} : { reason }),
    named: new Set(Object.keys(patch.amounts).filter((field) => !overtaken.has(field))),
  });
  const { stored } = reckoned;
  const missing = site.config.release === 'shop' && !stored.shopConfirmed ? missingOf(words) : [];
  const status = stored.order.status;
  const said = {
    ...(missing.length > 0 ? { missing } : {}),
    ...(overtaken.size > 0 ? { warnings: [...overtaken].map((field) => ({ field, message: OVERTAKEN })) } : {}),
  };
  saveReckoned({ stored, changed: reckoned.changed }, batch);
  if (!reckoned.news) return { type: 'change', orderId, result: 'duplicate', status, ...said };
  const isNew = patch.status !== existing.order.status;
  const amounts = { before: existing.order, after: stored.order };
  recordEvent(stored, 'changed', changeText({ ...patch, by }, { isNew, ...amounts }), batch);
  if (by !== undefined) {
    const { status: to, amounts, reason: why } = patch;
    const detail = { site: siteId, orderId, ...(to ? { status: to } : {}), ...amounts, reason: why };
    (batch.changes.deeds ??= []).push({ at: batch.now, actor: by, action: 'order change', detail });
  }
  for (const note of reckoned.notes) recordEvent(stored, 'ignored', note, batch);
  return { type: 'change', orderId, result: 'updated', status, ...said };
}

/** Free words may name whoever was erased, and networks would be told them. */
function withoutReason({ reason: _words, ...patch }: ChangeCommand['patch']): ChangeCommand['patch'] {
  return patch;
}

/** `isNew`: the status is another one than before. The total as it was and as it is, where both are known and differ. */
function changeText(
  { status, reason, by }: ChangeCommand['patch'] & { by?: string | undefined },
  { isNew, before, after }: { isNew: boolean; before?: Order; after?: Order },
): string {
  const what = status !== undefined && isNew ? `set to ${status}` : 'changed';
  const [was, is] = [before, after].map((order) => order && totalOf(order));
  const amounts = was === is ? '' : ` (${was} → ${is})`;
  return `${what} by ${by ?? 'the shop'}${amounts}${reason ? `: ${reason}` : ''}`;
}

const totalOf = ({ total, currency, digits }: Order): string =>
  `${formatMoney({ minor: total, currency, ...(digits === undefined ? {} : { digits }) })} ${currency}`;

/** What the shop must still name before a change of its releases the order. */
function missingOf(words: OrderWords): string[] {
  if (isConfirmed(words)) return [];
  return (['total', 'currency'] as const).filter((field) => words.shop?.said[field] === undefined);
}

function keepChange({ site, orderId, patch }: ChangeCommand, key: string, batch: Draft): ChangeReply {
  const change = { site, orderId, at: batch.now, patch: JSON.stringify(patch) };
  batch.changes.pending.push(change);
  batch.known.pending.set(key, [...(batch.known.pending.get(key) ?? []), change]);
  return { type: 'change', orderId, result: 'kept' };
}

/** The words of an order with the changes that overtook it, oldest first. */
export function hearPending(
  order: { site: string; orderId: string; currency: string; words: OrderWords },
  batch: Draft,
): { words: OrderWords; story: string[] } {
  const key = orderKey(order.site, order.orderId);
  const pending = batch.known.pending.get(key) ?? [];
  let { words } = order;
  const story: string[] = [];
  if (pending.length === 0) return { words, story };
  batch.known.pending.delete(key);
  batch.changes.pendingDone.push({ site: order.site, orderId: order.orderId });
  let { currency } = order;
  for (const { patch: text, at } of pending) {
    const patch = JSON.parse(text) as ChangeCommand['patch'];
    const { after } = applyPatch({ orderId: order.orderId, currency }, patch, at);
    if (!after) continue;
    currency = after.currency ?? currency;
    ({ words } = hearChange({ words, patch, after, now: at }));
    story.push(changeText(patch, { isNew: true }));
  }
  return { words, story };
}

/** A person decides whose order it is, or the last moment for a decision has passed. */
export function ruleOrder(command: RulingCommand, batch: Draft): RulingReply {
  const { site: siteId, orderId, credit, by } = command;
  const existing = batch.known.orders.get(orderKey(siteId, orderId));
  if (!existing) return { type: 'ruling', orderId, result: 'unknown' };
  if (existing.contest === null) return { type: 'ruling', orderId, result: 'uncontested' };
  const one = claimantOf(existing, credit);
  if (credit !== null && !one) return { type: 'ruling', orderId, result: 'unknown visitor' };
  const words: OrderWords = { ...existing.words, ruling: { credit: one?.id ?? null, at: batch.now, by } };
  const site = batch.sites.byId.get(siteId)!;
  const reckoned = reckonOrder({
    ...{
      site,
      orderId,
      words,
      personal: heardPersonalOf(existing, batch),
      existing,
      reporter: existing.reporter,
      batch,
    },
  });
  saveReckoned({ stored: reckoned.stored, changed: reckoned.changed }, batch);
  recordEvent(
    reckoned.stored,
    'decided',
    `credited to ${credit === null ? 'nobody' : `visitor ${credit}`} by ${by}`,
    batch,
  );
  const detail = { site: siteId, orderId, credit: credit ?? 'nobody' };
  (batch.changes.deeds ??= []).push({ at: batch.now, actor: by, action: 'contested order decided', detail });
  return { type: 'ruling', orderId, result: 'decided' };
}

function claimantOf({ words }: StoredOrder, credit: string | null) {
  // A visitor without a cookie may be named as its page names it.
  return words.heard.find(
    ({ id, visitor }) => credit !== null && (id === credit || (visitor !== null && hintOf(visitor) === credit)),
  );
}

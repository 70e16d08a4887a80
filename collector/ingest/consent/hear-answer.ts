/**
 * Step 4 of 5. A visitor answers for its consent: a yes releases its orders that waited for it, a withdrawal ends its touches and stops what is
 * not told yet.
 */
import type { Consent } from '../../../wire/consent.ts';
import type { Command, TouchCommand } from '../../intake/command.ts';
import { isStatedYes } from '../../model/authority/consent-gate.ts';
import { cookielessVisitor, joinedName, namesOf } from '../../model/visitor.ts';
import type { VisitorAnswer } from '../../store/ingest-store.ts';
import { type Draft, orderKey, personOfIdentity, recordEvent } from '../draft.ts';
import { heardPersonalOf, reckonOrder, saveReckoned } from '../reckon-order.ts';

type Answering = Extract<Command, { type: 'touch' | 'order' }>;

/** The answer that a report of a browser brings; a shop's consent is for its own order. */
export function answerOf(command: Answering): VisitorAnswer | undefined {
  const { site, visitor, consent } = command;
  if (visitor === undefined || (command.type === 'order' && command.reporter === 'shop')) return undefined;
  const names = namesOf(visitor);
  const hint = command.type === 'touch' ? command.hint : undefined;
  if (hint !== undefined && !names.includes(hint)) names.push(...namesOf(hint));
  if (isStatedYes(consent)) return { site, visitor, names, answer: 'granted' };
  const isNo = command.type === 'touch' && consent?.marketing === 'denied';
  return isNo ? { site, visitor, names, answer: 'denied' } : undefined;
}

/** Kept as proof, in the transaction that the answer waits for; of the page's own id as well, for the shop may know it by that. */
export function recordWithdrawal(command: TouchCommand, consent: Consent, batch: Draft): void {
  const { site, visitor, hint } = command;
  const known = batch.known.answered.get(orderKey(site, visitor));
  const visitors = new Set([visitor, ...(hint === undefined ? [] : [cookielessVisitor(hint)])]);
  const joined = (known?.joined ?? []).filter((name) => !visitors.has(name));
  const withdraw = (name: string, customerId?: string): void => {
    const named = customerId === undefined ? {} : { customerId };
    (batch.changes.withdrawals ??= []).push({ site, visitor: name, at: batch.now, consent, ...named });
    batch.known.withdrawals.set(orderKey(site, name), batch.now);
  };
  for (const name of visitors) withdraw(name);
  // Their browsers hold cookies still, in which a later yes may be said.
  for (const name of joined) withdraw(joinedName(name));
  for (const key of known?.identities ?? []) {
    const { name, customerId } = personOfIdentity(key, batch.seal);
    withdraw(name, customerId);
  }
  for (const key of known?.orders ?? []) reckonAgain(key, undefined, batch);
  // Last: what earned an order stays told with it.
  for (const name of [...visitors, ...joined]) batch.known.touches.delete(orderKey(site, name));
}

/** What waited for this visitor's yes may go. */
export function releaseWaiting(command: Answering, batch: Draft): void {
  if (batch.known.answered.size === 0 && !batch.stopped) return;
  const answer = answerOf(command);
  if (answer?.answer !== 'granted') return;
  const { site, visitor, names } = answer;
  const known = batch.known.answered.get(orderKey(site, visitor))?.orders ?? [];
  for (const key of new Set([...known, ...(batch.stopped ?? [])])) {
    const order = batch.known.orders.get(key);
    const waits = order?.stopped && (order.gate === 'waiting' || order.gate === 'gpc');
    const isIts = order?.site === site && order.visitor !== null && names.includes(order.visitor);
    if (waits && isIts) reckonAgain(key, command.consent, batch);
  }
}

/** By the words that stand; an answer is added to them. */
function reckonAgain(key: string, consent: Consent | undefined, batch: Draft): void {
  const existing = batch.known.orders.get(key);
  const site = existing && batch.sites.byId.get(existing.site);
  if (!site) return;
  const words = consent ? { ...existing.words, answer: { consent, at: batch.now } } : existing.words;
  const { orderId } = existing.order;
  const { reporter } = existing;
  const personal = heardPersonalOf(existing, batch);
  const { stored, changed, news } = reckonOrder({ site, orderId, words, personal, existing, reporter, batch });
  if (!news && stored.gate === existing.gate) return;
  saveReckoned({ stored, changed }, batch);
  const text = consent ? 'its visitor agreed: what waited for that may go' : 'its visitor withdrew consent';
  recordEvent(stored, 'consent', text, batch);
}

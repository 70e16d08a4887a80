/** Step 4 of 5. What consent says of an order as it stands now, and whose withdrawal would stop it. */
import type { Site } from '../../configuration/sites.ts';
import { type ConsentGate, decideGate, isStatedYes } from '../../model/authority/consent-gate.ts';
import type { Observation, OrderWords } from '../../model/authority/order-words.ts';
import type { Consent } from '../../../wire/consent.ts';
import { joinedName, namesOf } from '../../model/visitor.ts';
import { type Draft, orderKey, personOfIdentity } from '../draft.ts';

export interface Judged {
  gate: ConsentGate;
  /** What was said of consent, the word that counts most. */
  consent: Consent | null;
  subjects: string[];
  /** Nobody is there whose answer could be waited for. */
  visitorless: boolean;
}

export interface JudgeInput {
  site: Site;
  words: OrderWords;
  owner: Observation | undefined;
  /** Keyed hashes of the customer. */
  persons: readonly string[];
  /** The visitor is the order's by the shop's word, or told its amount: whoever guesses the number of an order can't take its consent back. */
  borneOut: boolean;
  batch: Draft;
}

export function judgeOrder(input: JudgeInput): Judged {
  const { site, words, owner, persons, borneOut, batch } = input;
  const { shop } = words;
  const visitor = owner?.visitor ?? shop?.visitor ?? undefined;
  const names = visitor === undefined ? [] : namesOf(visitor);
  const touches = names.flatMap((name) => batch.known.touches.get(orderKey(site.config.id, name)) ?? []);
  const isKnown = owner?.visitor != null || touches.length > 0;
  const stated = shop?.consent?.marketing === 'granted' || shop?.consent?.marketing === 'denied';
  const counted = borneOut || !stated ? names : [];
  const joined = counted.map(joinedName);
  const withdrew = (subjects: readonly string[]): number | undefined => newestWithdrawal(site, subjects, batch);
  const { said, saidAt } = answerOf(words, owner);
  const visitorless = shop !== undefined && !isKnown;
  const gate = decideGate({
    rules: site.config,
    shop: shop?.consent,
    said,
    saidAt,
    agreed: touches.some((touch) => isStatedYes(touch.consent)),
    visitorless,
    visitorWithdrew: withdrew(counted),
    personWithdrew: withdrew([...persons, ...joined]),
  });
  return { gate, consent: shop?.consent ?? said ?? null, subjects: [...counted, ...joined, ...persons], visitorless };
}

function newestWithdrawal(site: Site, subjects: readonly string[], { known }: Draft): number | undefined {
  const times = subjects.flatMap((name) => known.withdrawals.get(orderKey(site.config.id, name)) ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The report's own answer; where it has none, what its visitor answered since. */
function answerOf({ answer, heard, shop }: OrderWords, owner: Observation | undefined) {
  const speaker = owner ?? (shop ? undefined : heard[0]);
  const said = speaker?.consent;
  const isAnswer = isStatedYes(said) || (said?.marketing === 'denied' && said.source !== 'gpc');
  if (answer && !isAnswer) return { said: answer.consent, saidAt: answer.at };
  return { said, saidAt: speaker?.at };
}

/** Who took consent back and is named only now: that holds for the customer's further orders, too. */
export function followTie(tie: { site: string; visitor: string; keys: readonly string[] }, batch: Draft): void {
  const { site, visitor, keys } = tie;
  const at = Math.max(...namesOf(visitor).map((name) => batch.known.withdrawals.get(orderKey(site, name)) ?? 0));
  if (at === 0) return;
  for (const key of keys) {
    const { name, customerId } = personOfIdentity(key, batch.seal);
    if ((batch.known.withdrawals.get(orderKey(site, name)) ?? 0) >= at) continue;
    batch.known.withdrawals.set(orderKey(site, name), at);
    const consent: Consent = { marketing: 'denied', source: 'person' };
    (batch.changes.withdrawals ??= []).push({
      site,
      visitor: name,
      at,
      consent,
      ...(customerId === undefined ? {} : { customerId }),
    });
  }
}

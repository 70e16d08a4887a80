/** Step 3 of 5. Gathers what may have earned an order and asks `attribute`; a decision stands once something has left on its strength. */
import { attribute, type Candidate, type Decision } from './attribute.ts';
import { identityKeys, orderKey, type Batch } from './batch.ts';
import type { Command } from './command.ts';
import type { Order, Touch } from './event.ts';
import type { Life } from './order-life.ts';
import type { Site } from './sites.ts';
import type { StoredOrder } from './store/store.ts';

type OrderCommand = Extract<Command, { type: 'order' }>;

export function decide(given: {
  command: OrderCommand;
  order: Order;
  site: Site;
  batch: Batch;
  earlier: readonly Candidate[];
}): Decision {
  const { command, order, site, batch, earlier } = given;
  const clicks = command.valid.clicks.map(({ param, value }): Candidate => ({
    param,
    value,
    at: command.valid.clickedAt ?? command.valid.order.placedAt,
    kind: 'partner',
    source: 'order',
  }));
  const carried = command.touches.map((touch): Candidate => candidateOf(touch, 'order'));
  const own =
    command.visitor === undefined ? [] : (batch.known.touches.get(orderKey(command.site, command.visitor)) ?? []);
  const others = identityKeys(command.valid.order, batch.seal)
    .flatMap((key) => batch.known.identities.get(orderKey(command.site, key)) ?? [])
    .filter((visitor) => visitor !== command.visitor)
    .flatMap((visitor) => batch.known.touches.get(orderKey(command.site, visitor)) ?? []);
  return attribute({
    order,
    reporter: command.reporter,
    candidates: [
      ...earlier,
      ...clicks,
      ...carried,
      ...own.map((touch) => candidateOf(touch, 'visitor')),
      ...others.map((touch) => candidateOf(touch, 'customer')),
    ],
    contenders: site.contenders,
    rules: site.rules,
    now: batch.now,
  });
}

function candidateOf(touch: Omit<Touch, 'id' | 'visitor'>, source: Candidate['source']): Candidate {
  const { param, value, at, kind, url, extra } = touch;
  return {
    param,
    value,
    at,
    kind,
    source,
    ...(url === undefined ? {} : { url }),
    ...(extra === undefined ? {} : { extra }),
  };
}

/** A decision stands once something has left on its strength; until then a later report may still bring the click that was missing. */
export function reconsider(given: { command: OrderCommand; stored: StoredOrder; life: Life; batch: Batch }): Decision {
  const { command, stored, life, batch } = given;
  const left = life.existing.some(
    ({ kind, state, attempts }) =>
      kind === 'conversion' && state !== 'skipped' && (attempts > 0 || state === 'sending'),
  );
  if (left && stored.attribution.winner) return standing(stored, life.site);
  const fresh = decide({ command, order: stored.order, site: life.site, batch, earlier: earlierCandidates(stored) });
  return fresh.attribution.winner || !stored.attribution.winner ? fresh : standing(stored, life.site);
}

function earlierCandidates({ attribution }: StoredOrder): Candidate[] {
  return attribution.touches.map(({ param, value, at, kind, url, source }) => ({
    param,
    value,
    at,
    kind: kind as Candidate['kind'],
    source: source as Candidate['source'],
    ...(url === undefined ? {} : { url }),
  }));
}

/** The stored decision as one that deliveries can be planned from. */
export function standing(stored: StoredOrder, site: Site): Decision {
  const decision = attribute({
    order: stored.order,
    reporter: stored.reporter,
    candidates: earlierCandidates(stored),
    contenders: site.contenders,
    rules: site.rules,
    now: stored.attribution.decidedAt,
  });
  const { winner } = stored.attribution;
  const agrees = decision.attribution.winner?.connection === winner?.connection;
  if (agrees || !winner) return { ...decision, attribution: stored.attribution, ...(winner ? {} : { told: [] }) };
  // The rules changed since: what was decided then is what is told.
  const candidate = earlierCandidates(stored).find(
    ({ param, value, at }) => param === winner.param && value === winner.value && at === winner.at,
  );
  const told = [
    {
      connection: winner.connection,
      credited: true,
      candidate: candidate ?? null,
      reason: 'decided before the rules changed',
    },
  ];
  return { attribution: stored.attribution, told, suppressed: [] };
}

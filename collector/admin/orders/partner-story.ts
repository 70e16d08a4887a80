/** An order as a partner's manager may read it: why it was credited as it was, and what their own network was told. Pure. */
import type { PartnerStory, TouchWhy } from '../../../wire/admin/partner-story.ts';
import type { OrderView } from '../order-view.ts';

/** The words of a decision may name other partners, their parameters and codes: of each only its kind is told. */
const WHY: readonly (readonly [words: RegExp, why: TouchWhy])[] = [
  [/^won outside the contest/, 'apart'],
  [/^won: the click of the partner whose code/, 'code'],
  [/^won: newest/, 'newest'],
  [/^won: oldest/, 'oldest'],
  [/^lost: the code/, 'otherCode'],
  [/^lost: a newer touch/, 'newer'],
  [/^lost: an older touch/, 'older'],
  [/^lost: an? \S+ touch comes before/, 'kind'],
  [/^lost: .* (takes the same click|arrived on the same landing)/, 'tie'],
  [/^out: stood down/, 'checkout'],
  [/^out: older than the window/, 'window'],
  [/^out: it came after/, 'late'],
  [/^out: (the site's rules|no connection)/, 'rules'],
  [/^open:/, 'contested'],
];

export function viewForPartner(
  view: Pick<OrderView, 'orderId' | 'status' | 'placedAt' | 'attribution' | 'contest' | 'deliveries'>,
  given: { connection: string; shop: string; timezone: string | null; expiresAt: number },
): PartnerStory {
  const { connection, shop, timezone, expiresAt } = given;
  const { orderId, status, placedAt, attribution } = view;
  return {
    ...{ shop, timezone, orderId, status, placedAt, partner: connection },
    credited: creditedTo(view, connection),
    touches: attribution.touches.map((touch) => ({
      at: touch.at,
      kind: touch.kind,
      yours:
        touch.connection === connection
          ? { click: `${touch.param}=${touch.value}`, won: hasWon(touch), why: whyOf(touch.reason) }
          : null,
    })),
    reports: view.deliveries
      .filter((delivery) => delivery.connection === connection)
      .map(({ kind, state, tells, updatedAt }) => ({ kind, state, tells, at: updatedAt })),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

function creditedTo(
  { attribution, contest }: Pick<OrderView, 'attribution' | 'contest'>,
  connection: string,
): PartnerStory['credited'] {
  if (contest?.kind === 'hold') return 'open';
  const { winner, touches } = attribution;
  // A programme outside the contest earns beside whoever wins it.
  if (winner?.connection === connection || touches.some((touch) => touch.connection === connection && hasWon(touch)))
    return 'yours';
  return winner === null ? 'nobody' : 'another';
}

const hasWon = ({ reason }: { reason: string }): boolean => reason.startsWith('won');

const whyOf = (reason: string): TouchWhy => WHY.find(([words]) => words.test(reason))?.[1] ?? 'other';

/** Step 4 of 5. What a network must hear that was told of a sale which is another's, or in another currency: the reversal, and a new conversion. Pure. */
import type { Connection } from '../../configuration/sites.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { Order } from '../../model/order.ts';
import type { Decision } from '../attribute.ts';
import {
  followReport,
  isUndone,
  latestConversions,
  type OrderDeliveries,
  planConversion,
  isUnsent,
} from '../plan-deliveries.ts';

const ELSEWHERE = 'the order was credited to somebody else';
const OTHER_CLICK = 'the order was credited to another click';
const OTHER_CURRENCY = 'the currency of the order was corrected';
const TAKEN_BACK: readonly (string | undefined)[] = [ELSEWHERE, OTHER_CLICK, OTHER_CURRENCY];

/** `before` is the order as it was told. */
export function planRetelling(life: OrderDeliveries, change: { before: Order; decision: Decision }): Delivery[] {
  if (isUndone(life.stored.order) || change.decision.open !== undefined) return [];
  return latestConversions(life.existing)
    .filter((conversion) => !isUnsent(conversion) && conversion.state !== 'skipped')
    .flatMap((conversion) => retell(life, conversion, change));
}

/** Whether the last conversion of a connection was taken back because it was another's or in another currency: nothing else is told of it. */
export function isTakenBack(chain: readonly Delivery[]): boolean {
  const [latest] = latestConversions(chain);
  return latest !== undefined && reversalsOf(chain).length > latest.seq;
}

const reversalsOf = (chain: readonly Delivery[]): Delivery[] =>
  chain.filter(
    ({ kind, state, attempts, report }) =>
      kind === 'reversal' && TAKEN_BACK.includes(report.reason) && (state !== 'skipped' || attempts === 0),
  );

function retell(
  life: OrderDeliveries,
  conversion: Delivery,
  { before, decision }: { before: Order; decision: Decision },
): Delivery[] {
  const connection = life.site.connections.find(({ id }) => id === conversion.connection);
  if (!connection?.destination) return [];
  const chain = life.existing.filter(({ connection: id }) => id === connection.id);
  const winner = decision.told.find(({ connection: id }) => id === connection.id);
  const everyOrder = connection.destination.audience === 'every-order';
  const { click, order } = conversion.report;
  const why = {
    elsewhere: !everyOrder && winner === undefined,
    otherCurrency: order.currency !== life.stored.order.currency,
    otherClick:
      !everyOrder && click !== undefined && winner?.candidate != null && click.value !== winner.candidate.value,
  };
  const wrong = why.elsewhere || why.otherCurrency || why.otherClick;
  if (isTakenBack(chain))
    return why.elsewhere ? [] : tellAgain({ life, connection, decision, chain, after: reversalsOf(chain).at(-1)! });
  if (!wrong) return [];
  const told = { ...before, currency: order.currency };
  const reversal = followReport(
    'reversal',
    { life, connection, conversion, chain, reason: reasonOf(why), before: told },
    [],
  );
  // What is taken back is the sale as it was told.
  reversal.report = { ...reversal.report, order };
  return why.elsewhere ? [reversal] : [reversal, ...tellAgain({ life, connection, decision, chain, after: reversal })];
}

function reasonOf(why: { elsewhere: boolean; otherCurrency: boolean }): string {
  if (why.elsewhere) return ELSEWHERE;
  return why.otherCurrency ? OTHER_CURRENCY : OTHER_CLICK;
}

/** The conversion anew, once the network has heard that the first one is taken back. */
function tellAgain(given: {
  life: OrderDeliveries;
  connection: Connection;
  decision: Decision;
  chain: readonly Delivery[];
  after: Delivery;
}): Delivery[] {
  const { life, connection, decision, chain, after } = given;
  const fresh = planConversion(life, connection, decision);
  if (!fresh) return [];
  const numbered = { ...fresh, seq: 1 + Math.max(...latestConversions(chain).map(({ seq }) => seq)) };
  if (after.state === 'skipped') {
    const title = connection.destination?.title ?? connection.type;
    return [
      {
        ...numbered,
        state: 'skipped',
        reason: `${title} can't take back what it was told: correct it there by hand`,
        nextAt: null,
      },
    ];
  }
  const heard = ['delivered', 'confirmed', 'unverified'].includes(after.state);
  if (fresh.state !== 'due' || heard) return [numbered];
  const reason = 'waits until the reversal of what was told has arrived';
  return [{ ...numbered, state: 'waiting', reason, nextAt: null, after: after.id }];
}

/** A first order is rehearsed: reported in the shop's name with a click that no network made, and told like any other. The deed stands in the audit log. */
import type { RehearsedOrder } from '../../../wire/admin/start.ts';
import { digitsOf } from '../../../wire/currency-digits.ts';
import type { Connection, Site } from '../../configuration/sites.ts';
import type { Work } from '../../intake/command.ts';
import { shopCommand } from '../../intake/read-shop-order.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { clickParamsOf } from '../../kit/destination.ts';
import type { Store } from '../../store/store.ts';

/** Where `clickthread sandbox` listens unless it is told otherwise. */
export const STAND_INS = 'http://127.0.0.1:8788';
/** Types that the sandbox plays, by the names of its vendors. */
export const REHEARSABLE: readonly string[] = ['impact', 'cartstack', 'vtmarketing', 'postback'];

export const REHEARSAL_ORDER = 'REHEARSAL-1';

/** As the shop's server would report it. Pure. Consent is stated, for nobody is there to be asked. */
export function rehearsalOrder(given: {
  currency?: string | undefined;
  clickParam?: string | undefined;
  orderId: string;
}) {
  const { currency = 'USD', clickParam, orderId } = given;
  const digits = digitsOf(currency);
  const total = digits === 0 ? '112' : `112.${'0'.repeat(digits)}`;
  return {
    ...{ orderId, total, currency },
    ...{ customer: { id: 'rehearsal', email: 'rehearsal@shop.example' }, consent: { marketing: true } },
    items: [{ sku: 'REHEARSAL', name: 'Rehearsal', quantity: 1, price: total }],
    ...(clickParam === undefined ? {} : { clicks: { [clickParam]: clickOf(orderId) } }),
  };
}

const clickOf = (orderId: string): string => orderId.toLowerCase().replace('rehearsal-', 'rehearsal-click-');

/** The parameter under which a connection's clicks arrive; undefined where it has none. */
export function clickParamOf({
  destination,
  settings,
}: Pick<Connection, 'destination' | 'settings'>): string | undefined {
  return destination && clickParamsOf(destination, settings)[0];
}

/** `connection`: whose click the order names. A number that was rehearsed before is not used again: it would tell nobody anything. */
export async function rehearseSale(
  { site, connection, actor }: { site: Site; connection: Connection; actor: string },
  deps: { read: Pick<Store, 'order'>; ingest: Ingest['ingest']; wake: (work: readonly Work[]) => void; now: number },
): Promise<RehearsedOrder> {
  const { read, ingest, wake, now } = deps;
  const orderId = await freeNumber(site.config.id, read);
  const clickParam = clickParamOf(connection);
  const order = rehearsalOrder({ currency: site.config.currency, clickParam, orderId });
  const { command } = shopCommand(order, site, now);
  const { work } = await ingest([command.type === 'order' ? { ...command, by: actor } : command]);
  wake(work);
  return { orderId, click: clickParam === undefined ? null : { param: clickParam, value: clickOf(orderId) } };
}

async function freeNumber(site: string, read: Pick<Store, 'order'>): Promise<string> {
  for (let count = 1; ; count += 1) {
    const orderId = REHEARSAL_ORDER.replace('1', String(count));
    if (!(await read.order(site, orderId))) return orderId;
  }
}

/** Step 4 of 5. An order as a connection is told it: by its settings, and of a change by those that the sale was told by. Pure. */
import type { Connection } from '../configuration/sites.ts';
import { orderAsGrouped } from '../kit/amount.ts';
import { readKept, settingsAsTold } from '../model/amounts/kept-settings.ts';
import type { Settings } from '../kit/setting.ts';
import { decimalsOf, formatMoney } from '../lib/money.ts';
import { amountsDiffer, paidLines } from '../model/amounts/differ.ts';
import { groupOrder } from '../model/amounts/groups.ts';
import { type Basis, worthOf } from '../model/amounts/ledger.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';
import type { StoredOrder } from '../model/stored-order.ts';

interface Sale {
  connection: Connection;
  conversion: Delivery;
}

/** Whether two states of an order are one for the connection: the same lines and the same amount on its basis; without a basis the same amounts. */
export function tellsSame({ connection, conversion }: Sale, told: Order, now: Order): boolean {
  const basis = connection.destination?.basis?.(settingsOfChange(connection, conversion));
  if (basis === undefined) return !amountsDiffer(told, now);
  if (JSON.stringify(paidLines(told)) !== JSON.stringify(paidLines(now))) return false;
  const amount = (order: Order): string =>
    formatMoney({ currency: order.currency, digits: decimalsOf(order), minor: worthOf(order, basis) });
  // As text: an older order may be kept with other decimals than a later report of it has.
  return Number(amount(told)) === Number(amount(now));
}

/** What a change of this sale is told by. */
const settingsOfChange = ({ destination, settings }: Connection, conversion: Delivery): Settings =>
  settingsAsTold(settings, readKept(destination!, conversion, settings));

/** The order as a report tells it, with the amount that counts there. Networks find a sale by its time as it was `told`, whatever the shop says since. */
export function tellingOf(
  { stored }: { stored: StoredOrder },
  connection: Connection,
  told?: Delivery,
): Pick<Report, 'order' | 'amount'> {
  const { destination } = connection;
  const settings = told && destination ? settingsOfChange(connection, told) : connection.settings;
  const basis = destination?.basis?.(settings);
  const rule = destination?.groups?.(settings);
  const order: Order = {
    ...withoutPersonal(stored.order),
    ...(told ? { placedAt: told.report.order.placedAt } : {}),
  };
  const grouped = told ? orderAsGrouped({ order, before: told.report.order }) : stored.order;
  const groupsOf = (on: Basis) => (rule ? { groups: groupOrder(grouped, on, rule) } : {});
  return {
    order,
    ...(basis === undefined ? {} : { amount: { basis, minor: worthOf(stored.order, basis), ...groupsOf(basis) } }),
  };
}

function withoutPersonal(order: Order): Order {
  return { ...order, personal: {} };
}

/** Awin's list of transactions in the sandbox. https://help.awin.com/apidocs/returns-a-list-of-transactions-for-a-given-advertiser */
import { readQuery } from '../../fields/query.ts';
import type { Json } from '../../fields/shape.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { AwinSale } from './changes.ts';

const DAY = 86_400_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;
const PARAMETERS = {
  required: { startDate: TIME, endDate: TIME, timezone: /^UTC$/ },
  optional: { dateType: /^(transaction|validation|amendment)$/, status: /^(pending|approved|declined|deleted)$/ },
};

/** By the time of the sale; thirty-one days at most, and all of them at once. */
export function listTransactions(
  exchange: Exchange,
  sales: readonly AwinSale[],
  rules: { paid: readonly string[] },
): Reply {
  const { fields, problems } = readQuery(exchange, PARAMETERS);
  if (problems.length > 0) return json(400, { error: 'bad_request', errors: problems });
  const [from, until] = [fields['startDate'], fields['endDate']].map((text) => Date.parse(`${text}Z`)) as [
    number,
    number,
  ];
  if (until < from || until - from > 31 * DAY)
    return json(400, { error: 'bad_request', description: 'the period must be at most 31 days' });
  const inside = sales.filter(
    ({ transactionTime }) => transactionTime * 1000 >= from && transactionTime * 1000 <= until,
  );
  const shown = inside.map((sale, index) => viewSale(sale, index, rules.paid));
  return json(
    200,
    shown.filter(({ commissionStatus }) => (fields['status'] ?? commissionStatus) === commissionStatus),
  );
}

function viewSale(sale: AwinSale, index: number, paid: readonly string[]): Json {
  const { orderReference, amount, currency, state, transactionTime } = sale;
  return {
    id: 259_000_000 + index,
    orderRef: orderReference,
    commissionStatus: state,
    saleAmount: { amount, currency },
    commissionAmount: { amount: Math.round(amount * 5) / 100, currency },
    transactionDate: new Date(transactionTime * 1000).toISOString().slice(0, 19),
    paidToPublisher: paid.includes(orderReference),
  };
}

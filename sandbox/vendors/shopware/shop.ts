/** The shop behind the sandbox Shopware: orders as its API shows them, and the webhooks that tell of them. */
import type { Json } from '../../fields/shape.ts';

export interface ShopwareOrderRow extends Json {
  id: string;
  autoIncrement: number;
  transactions: (Json & { id: string })[];
}

export interface ShopwareWebhookRow extends Json {
  id: string;
  name: string;
  eventName: string;
  url: string;
  active: boolean;
  errorCount: number;
}

export interface ShopwareTraps {
  accessKeyId: string;
  secretAccessKey: string;
  /** Seconds that a token is good for. */
  tokenLasts: number;
  /** Requests that a token is good for. */
  tokenUses: number;
  /** Entities that the integration may read; `*` for all. */
  mayRead: string;
  /** A page in place of the API. */
  maintenance: number;
  /** Webhooks are lost on the way. */
  lose: boolean;
  /** Each webhook is posted twice. */
  twice: boolean;
}

export interface ShopwareShop {
  orders: ShopwareOrderRow[];
  webhooks: ShopwareWebhookRow[];
  /** Until when, and for how many more requests, each token is good. */
  tokens: Map<string, { until: number; uses: number }>;
  /** What each webhook was answered. */
  answers: number[];
  next: number;
  now: () => number;
  traps: ShopwareTraps;
}

export const uuid = (kind: string, number: number): string =>
  `0190${kind.padEnd(12, '0')}${String(number).padStart(16, '0')}`;

export const stamp = (at: number): string => new Date(at).toISOString().replace('Z', '+00:00');

const state = (technicalName: string): Json => ({ technicalName });

export const calculated = (total: number, tax: number): Json => ({
  ...{ totalPrice: total, unitPrice: total, calculatedTaxes: [{ tax, taxRate: 19, price: total }] },
});

/** The contract notes' sample: 2 × 50.00 with 19 % tax inside, a promotion of 10.00, shipping 5.00. */
export function placeOrder(shop: ShopwareShop, fields: Json): ShopwareOrderRow {
  const number = shop.orders.length + 1;
  const at = stamp(shop.now());
  const { payment = 'paid', method = 'payment_creditcard', ...rest } = fields;
  const order: ShopwareOrderRow = {
    ...{ id: uuid('aaaa', number), autoIncrement: number, orderNumber: String(10041 + number) },
    ...{ versionId: '0fa91ce3e96a4bc2be4bd9ce752c3425', orderDateTime: at, createdAt: at, updatedAt: null },
    ...{
      amountTotal: 95,
      amountNet: 79.83,
      positionPrice: 90,
      shippingTotal: 5,
      taxStatus: 'gross',
      currencyFactor: 1,
    },
    ...{ currency: { isoCode: 'EUR' }, affiliateCode: null, campaignCode: null, customFields: null },
    orderCustomer: {
      email: 'ada@example.test',
      firstName: 'Ada',
      customerId: uuid('cccc', 1),
      customer: { guest: false },
    },
    billingAddress: { city: 'Kiel', zipcode: '24103', country: { iso: 'DE' } },
    stateMachineState: state('open'),
    transactions: [
      {
        id: uuid('bbbb', number),
        createdAt: at,
        updatedAt: null,
        stateMachineState: state(String(payment)),
        paymentMethod: { technicalName: String(method) },
        captures: [],
      },
    ],
    lineItems: [
      {
        ...{ type: 'product', label: 'Shirt', quantity: 2, unitPrice: 50, totalPrice: 100, parentId: null },
        ...{ payload: { productNumber: 'SH-M' }, price: calculated(100, 15.97) },
      },
      {
        ...{ type: 'promotion', label: 'Ten', quantity: 1, unitPrice: -10, totalPrice: -10, parentId: null },
        ...{ payload: { code: 'TEN' }, price: calculated(-10, -1.6) },
      },
    ],
    ...rest,
  };
  shop.orders.push(order);
  return order;
}

/** A payment's new state touches the payment alone. */
export function movePayment(shop: ShopwareShop, order: ShopwareOrderRow, technicalName: string): void {
  Object.assign(order.transactions.at(-1)!, { stateMachineState: state(technicalName), updatedAt: stamp(shop.now()) });
}

/** As payment plugins feed it: refunds below the payment's capture, and its state. */
export function refundPayment(shop: ShopwareShop, order: ShopwareOrderRow, amount: number): string {
  const payment = order.transactions.at(-1)!;
  const [capture = { refunds: [] }] = payment['captures'] as { refunds: Json[] }[];
  const at = stamp(shop.now());
  capture.refunds.push({ createdAt: at, amount: { totalPrice: amount }, stateMachineState: state('completed') });
  payment['captures'] = [capture];
  const back = capture.refunds.reduce(
    (sum, refund) => sum + (refund['amount'] as { totalPrice: number }).totalPrice,
    0,
  );
  const name = back > Number(order['amountTotal']) - 0.005 ? 'refunded' : 'refunded_partially';
  payment['stateMachineState'] = state(name);
  payment['updatedAt'] = at;
  return name;
}

export function changeOrder(shop: ShopwareShop, order: ShopwareOrderRow, fields: Json): void {
  Object.assign(order, fields, { updatedAt: stamp(shop.now()) });
}

const MOST_FAILURES = 10;

/** Posted within the shopper's own request: unsigned, for no app owns it, and not tried again; switched off after failures. */
export async function tellWebhooks(shop: ShopwareShop, event: string, order: ShopwareOrderRow): Promise<void> {
  if (shop.traps.lose) return;
  const { id, orderNumber } = order;
  for (const hook of shop.webhooks.filter(({ eventName, active }) => active && eventName === event)) {
    const body = JSON.stringify({
      data: { payload: { order: { id, orderNumber } }, event },
      source: { url: 'https://shop.example', eventId: uuid('eeee', shop.next++) },
      timestamp: Math.floor(shop.now() / 1000),
    });
    const post = (): Promise<number> =>
      fetch(hook.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then(
        (response) => response.status,
        () => 0,
      );
    const answers = [await post(), ...(shop.traps.twice ? [await post()] : [])];
    shop.answers.push(...answers);
    if (answers.some((status) => status < 200 || status > 299)) hook.errorCount += 1;
    if (hook.errorCount >= MOST_FAILURES) hook.active = false;
  }
}

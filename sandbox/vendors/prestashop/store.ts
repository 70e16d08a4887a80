/** The shop behind the sandbox PrestaShop: orders, slips and messages in its own time, amounts as texts of six decimals. */
import { writeLocalTime } from '../../../collector/lib/local-time.ts';
import type { Json } from '../../fields/shape.ts';

export interface PrestaShopTraps {
  webserviceKey: string;
  /** Resources that the key may read. */
  rights: readonly string[];
  /** The shop's clocks, which say no zone. */
  timezone: string;
  /** The web server keeps the Authorization header from PHP. */
  stripAuth: boolean;
  /** A page in place of the webservice. */
  maintenance: number;
  /** The webservice is switched off. */
  off: boolean;
  /** The most rows of a page, whatever is asked for. */
  most: number;
}

export interface PrestaShopShop {
  orders: (Json & { id: number })[];
  slips: Json[];
  messages: Json[];
  now: () => number;
  traps: PrestaShopTraps;
}

export const stamp = ({ now, traps }: PrestaShopShop): string => writeLocalTime(now(), traps.timezone);

const decimal = (value: number): string => value.toFixed(6);

/** The contract notes' sample: two shirts of 47.50, a tenth taken off, shipping, 19 % tax inside, in francs. `message` is the module's. */
export function placeOrder(shop: PrestaShopShop, { message, ...fields }: Json): Json & { id: number } {
  const number = shop.orders.length + 1;
  const at = stamp(shop);
  const order = {
    ...{ id: 1041 + number, reference: `XKBKNABJ${String.fromCharCode(64 + (number % 26))}`, id_currency: '2' },
    ...{ conversion_rate: '0.950000', current_state: '2', valid: '1', module: 'ps_wirepayment', id_customer: '9' },
    ...{ date_add: at, date_upd: at, total_paid_tax_incl: '90.250000', total_paid_tax_excl: '75.840000' },
    ...{ total_products: '79.830000', total_products_wt: '95.000000', total_discounts_tax_excl: '7.980000' },
    ...{ total_shipping_tax_excl: '3.990000', total_wrapping_tax_excl: '0.000000' },
    associations: {
      order_rows: [
        {
          ...{ id: '5', product_id: '12', product_quantity: '2', product_name: 'Shirt', product_reference: 'SH-M' },
          ...{ unit_price_tax_incl: '47.500000', unit_price_tax_excl: '39.915000' },
        },
      ],
    },
    ...fields,
  };
  shop.orders.push(order);
  if (message !== undefined)
    shop.messages.push({ id: shop.messages.length + 1, id_order: order.id, private: '1', message });
  return order;
}

export function changeOrder(shop: PrestaShopShop, order: Json, fields: Json): void {
  Object.assign(order, { date_upd: stamp(shop) }, fields);
}

/** A slip of some shirts, of shipping, or of an amount of goods; it leaves its order alone. */
export function addSlip(shop: PrestaShopShop, order: Json & { id: number }, given: Json): void {
  const [pieces, shipping] = [Number(given['qty'] ?? 0), Number(given['shipping'] ?? 0)];
  const goods = Number(given['amount'] ?? 47.5 * pieces);
  const at = stamp(shop);
  shop.slips.push({
    ...{ id: shop.slips.length + 1, id_order: String(order.id), date_add: at, date_upd: at },
    ...{ total_products_tax_incl: decimal(goods), total_products_tax_excl: decimal(goods / 1.19) },
    ...{ total_shipping_tax_incl: decimal(shipping), total_shipping_tax_excl: decimal(shipping / 1.19) },
    associations: {
      order_slip_details: pieces === 0 ? [] : [{ id: '1', id_order_detail: '5', product_quantity: String(pieces) }],
    },
  });
}

/** How CS-Cart spells orders, users and statuses in JSON: list rows, whole orders, and strings in place of numbers. */
import type { Page } from './list.ts';
import type { ShopOrder, ShopUser } from './shop.ts';

type Row = Record<string, unknown>;

export function orderRow(order: ShopOrder): Row {
  return {
    order_id: order.id,
    issuer_id: null,
    user_id: order.user,
    is_parent_order: order.isParent ? 'Y' : 'N',
    parent_order_id: order.parent,
    company_id: order.company,
    company: `Vendor ${order.company}`,
    timestamp: order.timestamp,
    firstname: order.firstname,
    lastname: order.lastname,
    email: order.email,
    phone: order.phone,
    status: order.status,
    total: Number(order.total),
    invoice_id: null,
    credit_memo_id: null,
    issuer_name: null,
    issuer_email: null,
  };
}

/** `GET /orders/ID`, and the body of a hook. Carries masked card data, which a client must not keep. */
export function wholeOrder(order: ShopOrder): Row {
  const products = order.products.map((product, index) => [
    String(3_000_000_000 + order.id * 10 + index),
    {
      item_id: String(3_000_000_000 + order.id * 10 + index),
      order_id: String(order.id),
      product_id: String(100 + index),
      product_code: product.code,
      product: product.name,
      price: product.price,
      amount: product.amount,
      subtotal: Number(product.price) * product.amount,
      product_options: [],
    },
  ]);
  return {
    ...orderRow(order),
    total: order.total,
    subtotal: Number(order.total),
    discount: 0,
    subtotal_discount: '0.00',
    shipping_cost: '0.00',
    display_shipping_cost: 0,
    payment_surcharge: '0.00',
    tax_subtotal: 0,
    taxes: [],
    products: Object.fromEntries(products),
    // PHP spells an empty hash as an empty list.
    coupons: order.coupons.length === 0 ? [] : Object.fromEntries(order.coupons.map((code) => [code, ['7']])),
    promotions: [],
    payment_method: { payment: 'Credit card' },
    payment_info: { card_number: 'XXXX-XXXX-XXXX-4242', cardholder_name: `${order.firstname} ${order.lastname}` },
    shipping: [],
    need_shipping: true,
    secondary_currency: order.secondaryCurrency,
    lang_code: 'en',
    ip_address: '198.51.100.7',
    b_city: 'Springfield',
    b_state: 'IL',
    b_zipcode: '62701',
    b_country: 'US',
    notes: '',
    details: '',
    updated_at: String(order.updatedAt),
    storefront_id: '1',
  };
}

export function userRow(user: ShopUser): Row {
  return {
    user_id: user.id,
    user_login: user.email,
    is_root: user.id === 1 ? 'Y' : 'N',
    timestamp: user.timestamp,
    user_type: user.type,
    status: user.status,
    firstname: user.firstname,
    lastname: user.lastname,
    email: user.email,
    company: '',
    company_id: 0,
    phone: user.phone,
    last_login: user.lastLogin,
    company_name: '',
    ...user.extra,
  };
}

/** `total` loses its trailing zeros as a number but not as a string, so the string is made from the amount's own text. */
export function asStrings(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value !== 'number') return [name, value];
      return [name, name === 'total' ? value.toFixed(2) : String(value)];
    }),
  );
}

/** `{ orders: […], params: {…} }`. Even the echo of the parameters is a string. */
export function envelope(name: string, page: Page<Row>, options: { strings: boolean; query: URLSearchParams }): Row {
  const echo = Object.fromEntries(options.query);
  const params = { ...echo, page: page.page, items_per_page: page.perPage, total_items: page.total };
  if (!options.strings) return { [name]: page.rows, params };
  return { [name]: page.rows.map(asStrings), params: { ...asStrings(params), page: page.page } };
}

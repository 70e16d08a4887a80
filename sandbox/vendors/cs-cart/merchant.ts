/** What a merchant does in the shop's admin, as `/cs-cart/merchant/*`: place, change and delete orders, for rehearsals by hand. Not CS-Cart's API. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { CsCartState } from './api.ts';
import { addOrder, addUser, changeOrder, changeUser, orderOf, type ShopOrder, userOf } from './shop.ts';

/** Places an order and tells the hooks, as the shop does. */
export async function placeOrder(state: CsCartState, order: Partial<ShopOrder>): Promise<ShopOrder> {
  const made = addOrder(state.shop, order);
  await state.hooks.fire('new_order', made);
  if (isPaid(state, made.status)) await state.hooks.fire('order_paid', made);
  return made;
}

/** Changes an order; only the step from unpaid to paid has a hook, a cancellation has none. */
export async function editOrder(state: CsCartState, id: number, change: Partial<ShopOrder>): Promise<ShopOrder> {
  const before = orderOf(state.shop, id);
  const after = changeOrder(state.shop, id, change);
  const newlyPaid = isPaid(state, after.status) && !(before && isPaid(state, before.status));
  if (newlyPaid) await state.hooks.fire('order_paid', after);
  return after;
}

/** A Multi-Vendor checkout: a parent that no list shows, and one order a vendor. */
export function splitOrder(
  state: CsCartState,
  parts: Partial<ShopOrder>[],
): { parent: ShopOrder; children: ShopOrder[] } {
  const total = parts.reduce((sum, part) => sum + Number(part.total ?? 0), 0).toFixed(2);
  const parent = addOrder(state.shop, { ...parts[0], total, isParent: true, status: 'T', company: 0 });
  const children = parts.map((part, index) => addOrder(state.shop, { company: index + 1, ...part, parent: parent.id }));
  return { parent, children };
}

function isPaid(state: CsCartState, letter: string): boolean {
  return state.statuses.find((status) => status.status === letter)?.params['payment_received'] === 'Y';
}

export async function answerMerchant(exchange: Exchange, state: CsCartState): Promise<Reply> {
  const [, , entity, number] = exchange.path.split('/');
  const id = Number(number);
  const route = `${exchange.method} ${entity ?? ''}`;
  let body: object = {};
  try {
    body = exchange.body === '' ? {} : (JSON.parse(exchange.body) as object);
  } catch {
    return json(400, { errors: [{ field: '', message: 'send JSON' }] });
  }
  if (route === 'POST orders') return json(201, await placeOrder(state, body));
  if (route === 'POST users') return json(201, addUser(state.shop, body));
  if (route === 'PATCH orders' && orderOf(state.shop, id)) return json(200, await editOrder(state, id, body));
  if (route === 'PATCH users' && userOf(state.shop, id)) return json(200, changeUser(state.shop, id, body));
  if (route === 'DELETE orders' && orderOf(state.shop, id)) {
    state.shop.removed.add(id);
    return { status: 204 };
  }
  return json(404, {
    errors: [{ field: '', message: 'use POST, PATCH or DELETE …/merchant/orders[/ID], or …/users' }],
  });
}

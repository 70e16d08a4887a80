/** The shop behind the sandbox CS-Cart: customers and orders computed from their ids, so that half a million of them need no memory. */

export interface ShopOrder {
  id: number;
  /** 0, or the order that a Multi-Vendor checkout was split from. */
  parent: number;
  isParent: boolean;
  /** 0 for a guest. */
  user: number;
  company: number;
  firstname: string;
  lastname: string;
  email: string;
  phone: string;
  /** One letter. */
  status: string;
  /** Decimal text in the shop's primary currency. */
  total: string;
  /** Unix seconds. */
  timestamp: number;
  updatedAt: number;
  products: { code: string; name: string; amount: number; price: string }[];
  coupons: string[];
  /** What the shopper saw prices in: display only. */
  secondaryCurrency: string;
}

export interface ShopUser {
  id: number;
  /** `C` customer, `A` administrator, `V` vendor. */
  type: string;
  /** `A` active, `D` disabled, `H` hidden. */
  status: string;
  firstname: string;
  lastname: string;
  email: string;
  phone: string;
  timestamp: number;
  lastLogin: number;
  /** Fields of add-ons, answered beside the built-in ones. */
  extra: Record<string, string>;
}

/** How the generated part of the shop looks. */
export interface ShopSize {
  customers: number;
  orders: number;
  /** Unix seconds of the first order. */
  start: number;
  /** Seconds between two orders. */
  stride: number;
}

const STATUSES = 'PPPPPPPPPPCCCCCCCCOOFDIIBY';
const LETTERS = STATUSES.length;

/** Knuth's multiplicative hash: the same id always gives the same customer. */
const mix = (id: number, salt: number): number => Math.imul(id + salt, 2654435761) >>> 0;

export const userIdOf = (position: number): number => position + 1;

export function generatedUser(id: number, size: ShopSize): ShopUser {
  const joined = size.start - 86_400 + id;
  return {
    id,
    type: 'C',
    status: mix(id, 5) % 50 === 0 ? 'D' : 'A',
    firstname: `First${id}`,
    lastname: `Last${id}`,
    email: `customer${id}@shop.example`,
    phone: mix(id, 9) % 3 === 0 ? '' : `+3069${String(id).padStart(8, '0')}`,
    timestamp: joined,
    lastLogin: joined + 60,
    extra: {},
  };
}

export function generatedOrder(id: number, size: ShopSize): ShopOrder {
  const guest = mix(id, 1) % 10 === 0;
  const user = guest || size.customers === 0 ? 0 : userIdOf(1 + (mix(id, 2) % size.customers));
  const cents = 500 + (mix(id, 3) % 20_000);
  const total = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  const timestamp = size.start + id * size.stride;
  const person = user === 0 ? undefined : generatedUser(user, size);
  return {
    id,
    parent: 0,
    isParent: false,
    user,
    company: 1,
    firstname: person?.firstname ?? 'Guest',
    lastname: person?.lastname ?? `Number${id}`,
    email: person?.email ?? `guest${mix(id, 4) % 5000}@mail.example`,
    phone: person?.phone ?? '',
    status: STATUSES[mix(id, 6) % LETTERS] ?? 'P',
    total,
    timestamp,
    updatedAt: timestamp + 60,
    products: [{ code: `SKU-${mix(id, 7) % 900}`, name: 'A product', amount: 1, price: total }],
    coupons: [],
    secondaryCurrency: 'EUR',
  };
}

/** A shop that starts from its generated size and is then lived in. */
export interface Shop {
  size: ShopSize;
  /** Orders that differ from what their id generates, or were added. */
  orders: Map<number, ShopOrder>;
  users: Map<number, ShopUser>;
  removed: Set<number>;
  nextOrder: number;
  nextUser: number;
  /** Unix seconds. */
  now: () => number;
}

export function openShop(size: Partial<ShopSize>, now: () => number): Shop {
  const whole: ShopSize = { customers: 0, orders: 0, start: 1_700_000_000, stride: 60, ...size };
  const shop: Shop = {
    size: whole,
    orders: new Map(),
    users: new Map(),
    removed: new Set(),
    nextOrder: whole.orders + 1,
    nextUser: whole.customers + 2,
    now,
  };
  const owner = { firstname: 'Shop', lastname: 'Owner', email: 'ops@shop.example', phone: '', extra: {} };
  shop.users.set(1, { ...owner, id: 1, type: 'A', status: 'A', timestamp: whole.start, lastLogin: whole.start });
  return shop;
}

export function orderOf(shop: Shop, id: number): ShopOrder | undefined {
  if (shop.removed.has(id)) return undefined;
  const changed = shop.orders.get(id);
  if (changed) return changed;
  return id >= 1 && id <= shop.size.orders ? generatedOrder(id, shop.size) : undefined;
}

export function userOf(shop: Shop, id: number): ShopUser | undefined {
  const changed = shop.users.get(id);
  if (changed) return changed;
  return id >= 2 && id <= shop.size.customers + 1 ? generatedUser(id, shop.size) : undefined;
}

export function addOrder(shop: Shop, order: Partial<ShopOrder>): ShopOrder {
  const id = order.id ?? shop.nextOrder;
  shop.nextOrder = Math.max(shop.nextOrder, id + 1);
  const now = shop.now();
  const made: ShopOrder = {
    ...generatedOrder(id, shop.size),
    user: 0,
    status: 'O',
    timestamp: now,
    updatedAt: now,
    ...order,
    id,
  };
  shop.orders.set(id, made);
  return made;
}

export function changeOrder(shop: Shop, id: number, change: Partial<ShopOrder>): ShopOrder {
  const order = orderOf(shop, id);
  if (!order) throw new Error(`The sandbox shop has no order ${id}.`);
  const changed = { ...order, updatedAt: shop.now(), ...change, id };
  shop.orders.set(id, changed);
  return changed;
}

export function addUser(shop: Shop, user: Partial<ShopUser>): ShopUser {
  const id = user.id ?? shop.nextUser;
  shop.nextUser = Math.max(shop.nextUser, id + 1);
  const now = shop.now();
  const made: ShopUser = { ...generatedUser(id, shop.size), status: 'A', timestamp: now, lastLogin: now, ...user, id };
  shop.users.set(id, made);
  return made;
}

export function changeUser(shop: Shop, id: number, change: Partial<ShopUser>): ShopUser {
  const user = userOf(shop, id);
  if (!user) throw new Error(`The sandbox shop has no customer ${id}.`);
  const changed = { ...user, lastLogin: shop.now(), ...change, id };
  shop.users.set(id, changed);
  return changed;
}

/** Selects and pages the sandbox shop's users: administrators among the customers unless the caller asks for `user_type=C`. */
import { pageOf, type Page } from './list.ts';
import { userOf, type Shop, type ShopUser } from './shop.ts';
import type { CsCartTraps } from './traps.ts';

export function listUsers(shop: Shop, query: URLSearchParams, traps: CsCartTraps): Page<ShopUser> {
  const { page, perPage } = pageOf(query, traps);
  const type = query.get('user_type');
  const fits = (user: ShopUser) => type === null || user.type === type;
  const offset = (page - 1) * perPage;
  const total = countUsers(shop, fits);
  const sort = query.get('sort_by') ?? 'name';
  const descending = (query.get('sort_order') ?? 'asc') === 'desc';
  const ids = (sort === 'last_login' && descending ? newestLogins : inIdOrder)(shop, {
    fits,
    descending,
    most: offset + perPage,
  });
  const rows = ids.slice(offset).flatMap((id) => userOf(shop, id) ?? []);
  return { rows, total, page, perPage };
}

interface Wanted {
  fits: (user: ShopUser) => boolean;
  descending: boolean;
  most: number;
}

function countUsers(shop: Shop, fits: (user: ShopUser) => boolean): number {
  let total = shop.size.customers;
  for (const user of shop.users.values()) {
    const replaces = user.id >= 2 && user.id <= shop.size.customers + 1;
    if (fits(user) !== replaces) total += replaces ? -1 : 1;
  }
  return total;
}

function inIdOrder(shop: Shop, { fits, descending, most }: Wanted): number[] {
  const last = Math.max(shop.size.customers + 1, shop.nextUser - 1);
  const ids: number[] = [];
  for (let step = 0; step < last && ids.length < most; step++) {
    const id = descending ? last - step : step + 1;
    const user = shop.users.get(id);
    const generated = id >= 2 && id <= shop.size.customers + 1;
    if (user ? fits(user) : generated) ids.push(id);
  }
  return ids;
}

/** Generated customers have logged in in the order of their ids; those who were added or changed stand in the map. */
function newestLogins(shop: Shop, { fits, most }: Wanted): number[] {
  const lived = [...shop.users.values()].filter(fits);
  const generated = inIdOrder(shop, { fits, descending: true, most: most + lived.length })
    .filter((id) => !shop.users.has(id))
    .flatMap((id) => userOf(shop, id) ?? []);
  return [...lived, ...generated]
    .sort((a, b) => b.lastLogin - a.lastLogin)
    .slice(0, most)
    .map((user) => user.id);
}

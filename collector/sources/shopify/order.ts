/**
 * Shopify's order, in the words of its webhooks, as ours: always the state as a whole. The Admin API is asked with these names as aliases, so
 * that one reader serves both. https://shopify.dev/docs/api/admin-rest/latest/resources/order (read 2026-11)
 */
import { isClickId } from '../../../wire/journey.ts';
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport, StatusMap, StatusMeaning } from '../../kit/source.ts';
import { readCarriedClick } from '../carried-click.ts';
import { orderNames } from '../order-names.ts';
import { ownStatuses } from '../status-meaning.ts';
import { rowsOf, shopifyAmounts } from './amounts.ts';

const BUILT_IN: StatusMap = {
  paid: 'approved',
  partially_refunded: 'approved',
  refunded: 'refunded',
  voided: 'cancelled',
  expired: 'cancelled',
  pending: 'pending',
  authorized: 'pending',
  partially_paid: 'pending',
};

/** What Shopify calls the channel of a renewal; the first order of a subscription comes from the shop's own. */
const RENEWAL = 'subscription_contract';

/** Numbers that themes, mails and pixels show. */
const SHOWN = ['name', 'order_number', 'confirmation_number'];

/** Ids are longer than a number of JavaScript is exact: the address of the API's object has them as text. */
export const shopifyId = (row: Json): string | undefined =>
  /^gid:\/\/shopify\/Order\/(\d+)/.exec(textOf(row['admin_graphql_api_id']) ?? '')?.[1] ?? textOf(row['id']);

/** The order's state, or why it is none of ours. */
export function readShopifyOrder(
  row: Json,
  settings: Settings,
  changedAt: number | undefined,
): ShopReport | { ignored: string } {
  const channel = textOf(row['source_name']) ?? '';
  if (channel === RENEWAL && settings['renewals'] !== 'report')
    return { ignored: 'a renewal of a subscription: this connection does not tell them (renewals)' };
  if (ignoredChannels(settings).includes(channel))
    return { ignored: `an order of the channel ${channel}, which is not told (ignoredChannels)` };
  const meaning = meaningOf(row, settings);
  if (meaning === 'ignore')
    return { ignored: `an order that is ${textOf(row['financial_status']) ?? 'in no state'} is none yet` };
  return {
    ...(changedAt === undefined ? {} : { changedAt }),
    order: {
      ...orderNames(numberOf(row, settings), [shopifyId(row), ...SHOWN.map((field) => row[field])]),
      status: meaning,
      placedAt: textOf(row['created_at']),
      ...shopifyAmounts(row, { meaning, settings }),
      coupons: rowsOf(row['discount_codes']).flatMap(({ code }) => textOf(code) ?? []),
      customer: customerOf(row),
      ...clickOf(row, settings),
    },
  };
}

/** The one that networks are told; Shopify's web pixel knows the id alone. */
function numberOf(row: Json, settings: Settings): string | undefined {
  const field = String(settings['orderNumber']);
  return field === 'id' ? shopifyId(row) : (textOf(row[field]) ?? shopifyId(row));
}

function meaningOf(row: Json, settings: Settings): StatusMeaning {
  // A page may have reported it as a sale: what is none is taken back, and told to nobody.
  if (row['test'] === true && settings['testOrders'] !== 'report') return 'cancelled';
  if (textOf(row['cancelled_at']) !== undefined) return 'cancelled';
  if (rowsOf(row['disputes']).some(isChargeBack)) return 'refunded';
  const status = textOf(row['financial_status']) ?? '';
  return { ...BUILT_IN, ...ownStatuses(settings) }[status] ?? 'pending';
}

/** An inquiry moves no money, and of what is won it came back. */
const isChargeBack = ({ initiatedAs, status }: Json): boolean => initiatedAs === 'CHARGEBACK' && status !== 'WON';

const ignoredChannels = ({ ignoredChannels: names }: Settings): string[] => (Array.isArray(names) ? names : []);

/** What an app may not see of a person is null. */
function customerOf(row: Json): Record<string, unknown> {
  const account = isObject(row['customer']) ? row['customer'] : {};
  const address = [row['billing_address'], row['shipping_address']].find(isObject) ?? {};
  const known = {
    id: textOf(account['id']),
    email: row['email'] ?? account['email'],
    phone: row['phone'] ?? address['phone'] ?? account['phone'],
    firstName: address['first_name'] ?? account['first_name'],
    lastName: address['last_name'] ?? account['last_name'],
    city: address['city'],
    region: address['province_code'] ?? address['province'],
    postcode: address['zip'],
    country: address['country_code'],
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}

/** What the cart carried; where that is nothing, the address by which the buyer came. */
function clickOf(row: Json, settings: Settings): Record<string, unknown> {
  const attributes = rowsOf(row['note_attributes']);
  const own = isObject(settings['clickFields']) ? (settings['clickFields'] as Record<string, string>) : {};
  const carried = readCarriedClick(
    (name) => textOf(attributes.findLast((one) => one['name'] === name)?.['value']),
    own,
  );
  if (carried.journey !== undefined || carried.clicks !== undefined) return { ...carried };
  const at = Date.parse(textOf(row['created_at']) ?? '');
  const touches = Number.isNaN(at) ? [] : touchesOf(textOf(row['landing_site']) ?? '', at);
  return { ...carried, ...(touches.length === 0 ? {} : { touches }) };
}

/** What the site doesn't capture is left out by the intake; when the page was opened nobody knows, but before the order. */
function touchesOf(landing: string, at: number): { param: string; value: string; at: number }[] {
  const query = /\?([^#]*)/.exec(landing)?.[1] ?? '';
  return [...new URLSearchParams(query)]
    .filter(([param, value]) => /^[\w.-]{1,64}$/.test(param) && !/^utm_/i.test(param) && isClickId(value, param))
    .slice(0, 20)
    .map(([param, value]) => ({ param, value, at }));
}

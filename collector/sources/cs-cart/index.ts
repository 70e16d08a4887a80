/** CS-Cart: customers and orders through its REST API, hints through its Zapier hooks. https://docs.cs-cart.com/latest/developer_guide/api/ (read 2026-11) */
import type { Settings } from '../../kit/setting.ts';
import {
  type Ask,
  defineSource,
  type ListPage,
  type Paging,
  type SourceCustomer,
  type SourceOrder,
} from '../../kit/source.ts';
import { isCurrency } from '../../lib/money.ts';
import { addressProblems, apiRequest, sameShop } from './address.ts';
import { isRow, readJson, readList, rowText } from './reply.ts';
import { bareOrder, customerOf, orderOf, readCsCartOrder } from './rows.ts';
import { stages } from './stages.ts';
import { readStatuses, statusMap, statusMapProblems } from './status.ts';

type Filter<Q> = (query: Q) => Record<string, string | number>;

/** CS-Cart pages by offset over a live table: ascending ids keep what was read in its place while orders are added. */
function orders<Q extends Paging>(filter: Filter<Q>): Ask<Q, ListPage<SourceOrder>> {
  return {
    request: (query, settings) =>
      apiRequest('orders', settings, {
        query: {
          sort_by: 'order_id',
          sort_order: 'asc',
          page: query.page,
          items_per_page: query.perPage,
          ...filter(query),
        },
      }),
    read: (response, settings) => readList(response, 'orders', (row) => orderOf(row, settings)),
  };
}

/** Without `user_type=C` administrators and vendors come too. */
function customers(sort: Record<string, string>): Ask<Paging, ListPage<SourceCustomer>> {
  return {
    request: (query, settings) =>
      apiRequest('users', settings, {
        query: { user_type: 'C', ...sort, page: query.page, items_per_page: query.perPage },
      }),
    read: (response, settings) => readList(response, 'users', (row) => customerOf(row, settings)),
  };
}

const unix = (milliseconds: number): number => Math.max(0, Math.floor(milliseconds / 1000));

export default defineSource({
  name: 'cs-cart',
  title: 'CS-Cart',
  docs: 'https://docs.cs-cart.com/latest/developer_guide/api/',
  settings: {
    listName: {
      label: 'List name',
      help: 'The list that receives your CS-Cart audience. It cannot be changed later.',
      required: true,
      pattern: /^.{1,100}$/,
      patternHelp: '1 to 100 characters',
    },
    url: {
      label: 'CS-Cart URL',
      help: 'http(s)://HOST, with the sub-folder if the shop lives in one. It cannot be changed later.',
      required: true,
      kind: 'url',
    },
    apiKey: {
      label: 'CS-Cart API key',
      help: 'Customers → Administrators → the account → API access. Generating a new key makes the old one invalid everywhere.',
      required: true,
      secret: true,
      pattern: /^[A-Za-z0-9]{16,64}$/,
      patternHelp: 'the key as CS-Cart shows it: letters and digits',
    },
    adminEmail: {
      label: 'CS-Cart admin e-mail',
      help: 'The account whose key it is. A read-only administrator with "View orders" and "View users" is enough.',
      required: true,
      pattern: /^[^\s@:]+@[^\s@:]+$/,
      patternHelp: 'an e-mail address',
    },
    currency: {
      label: 'Primary currency',
      help: 'ISO 4217 code of the store’s primary currency: the API gives amounts in it and does not name it.',
      required: true,
      pattern: /^[A-Z]{3}$/,
      patternHelp: 'an ISO 4217 code such as EUR',
    },
    orders: {
      label: 'Multi-Vendor checkouts',
      help: 'child: each vendor’s order is reported under its own id. parent: their sum under the checkout’s id, which the thank-you page carries.',
      options: ['child', 'parent'],
      default: 'child',
    },
    statusMap: {
      label: 'Statuses',
      help: 'Letter → approved, pending, cancelled, refunded or ignore. Letters left out follow CS-Cart’s defaults and the shop’s own flags.',
      kind: 'map',
    },
    companyId: {
      label: 'Storefront (company) id',
      help: 'Only the orders of this storefront.',
      pattern: /^\d+$/,
      patternHelp: 'a number',
    },
    agreedField: {
      label: 'Field that holds the consent to be written to',
      help: 'Name of a customer field, of an add-on for example, that is Y for those who agreed. Without it nobody counts as having agreed.',
    },
    perSecond: {
      label: 'Requests a second',
      kind: 'number',
      default: 5,
      help: 'At most; the shop’s web server may want fewer.',
    },
    lookbackDays: {
      label: 'Days to look back',
      kind: 'number',
      default: 30,
      help: 'For shops older than CS-Cart 4.15.2, which cannot be asked what has changed: every run compares the orders of so many days.',
    },
    noRewrite: {
      label: 'The web server has no mod_rewrite',
      kind: 'boolean',
      default: false,
      help: 'Asks /api.php in place of /api/2.0.',
    },
  },
  immutable: ['listName', 'url'],
  same: (setting, before, after) => (setting === 'url' ? sameShop(before, after) : before === after),
  check: (settings: Settings) => [
    ...addressProblems(settings),
    ...(isCurrency(String(settings['currency']))
      ? []
      : [{ field: 'currency', message: 'is not an ISO 4217 currency' }]),
    ...statusMapProblems(settings),
  ],
  test: stages,
  sync: {
    perPage: 250,
    perSecond: 5,
    backfill: { customers: customers({ sort_by: 'id', sort_order: 'asc' }), orders: orders(() => ({})) },
    changes: {
      // Undocumented, in CS-Cart since 4.15.2; it cannot be sorted by. Older shops take no notice of it.
      orders: orders((query) => ({ updated_at_from: unix(query.since) })),
      // `time_from` is silently ignored without a period.
      placed: orders((query) => ({
        period: 'C',
        time_from: unix(query.since),
        time_to: unix(query.since) + TEN_YEARS,
      })),
      newest: customers({ sort_by: 'id', sort_order: 'desc' }),
      seen: customers({ sort_by: 'last_login', sort_order: 'desc' }),
    },
    order: {
      request: (id, settings) => apiRequest(`orders/${encodeURIComponent(id)}`, settings),
      read: readCsCartOrder,
    },
    bare: bareOrder,
    children: orders((query) => ({ parent_order_id: query.parentId })),
    statuses: {
      request: (_, settings) => apiRequest('statuses', settings, { query: { type: 'O', items_per_page: 100 } }),
      read: readStatuses,
    },
    statusMap,
    reports: (settings) => (settings['orders'] === 'parent' ? 'parent' : 'child'),
  },
  webhook: {
    kind: 'hint',
    orderIds,
    hooks: {
      triggers: ['new_order', 'order_paid'],
      needs:
        'Its Zapier add-on must be active and the administrator may need the privileges view_zapier_hooks and manage_zapier_hooks.',
      removal:
        'Delete them at the shop: GET /api/2.0/zapier_hooks lists what its Zapier add-on posts to, DELETE /api/2.0/zapier_hooks/ID deletes one.',
      list: { request: (_, settings) => apiRequest('zapier_hooks', settings), read: readHooks },
      add: {
        request: ({ url, trigger }, settings) =>
          apiRequest('zapier_hooks', settings, { method: 'POST', body: { hook_url: url, trigger_name: trigger } }),
        read: done,
      },
      remove: {
        request: (id, settings) => apiRequest(`zapier_hooks/${encodeURIComponent(id)}`, settings, { method: 'DELETE' }),
        read: done,
      },
    },
  },
});

/** A window must have an end to be one. */
const TEN_YEARS = 10 * 365 * 86_400;

/** The body is a whole order, unsigned: only its id is taken from it. */
function orderIds(body: string): string[] {
  try {
    const parsed: unknown = JSON.parse(body);
    const id = isRow(parsed) ? rowText(parsed['order_id']) : undefined;
    return id !== undefined && /^[1-9]\d{0,14}$/.test(id) ? [id] : [];
  } catch {
    return []; // no JSON, no hint
  }
}

function readHooks(response: Parameters<typeof readJson>[0]) {
  const list = readList(response, 'hooks', (row) => ({
    id: rowText(row['id']) ?? '',
    url: rowText(row['hook_url']) ?? '',
    trigger: rowText(row['trigger_name']) ?? '',
  }));
  return 'fault' in list ? list : { value: list.value.rows };
}

/** Created, or deleted with an empty answer. */
function done(response: Parameters<typeof readJson>[0]) {
  if (response.status === 204) return { value: undefined };
  const json = readJson(response);
  return 'fault' in json ? json : { value: undefined };
}

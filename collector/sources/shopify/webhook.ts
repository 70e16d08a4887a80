/**
 * Shopify's webhooks: base64 of an HMAC over the bytes. No time is signed, bodies come twice and in any order, and nothing but the body is
 * signed: headers only say where to look. https://shopify.dev/docs/apps/build/webhooks (read 2026-11)
 */
import type { Problem } from '../../../wire/problem.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { HookDelivery, HookReading } from '../../kit/source.ts';
import { seconds } from '../../lib/duration.ts';
import { sameSecret, signBytes } from '../../lib/hash.ts';
import { rowsOf } from './amounts.ts';
import { canAsk } from './api.ts';
import { shopifyId, readShopifyOrder } from './order.ts';

const SIGNATURE = 'x-shopify-hmac-sha256';
const DOMAIN = 'x-shopify-shop-domain';

/** Those that tell everything; the others that are read say the same again, or sooner. */
export const NEEDED_TOPICS = ['orders/create', 'orders/updated'];
/** Bodies that are the order. */
const WHOLE = new Set([
  ...NEEDED_TOPICS,
  'orders/paid',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/partially_fulfilled',
]);

export function verifyShopifyHook({ headers, body }: HookDelivery, settings: Settings): Problem | undefined {
  const given = headers[SIGNATURE]?.trim() ?? '';
  const problem = (message: string): Problem => ({ field: SIGNATURE, message });
  if (given === '') return problem('is missing: Shopify signs whatever it posts, so somebody else has posted this');
  const secrets = [settings['webhookSecret'], settings['previousWebhookSecret'], settings['clientSecret']];
  const keys = secrets.filter((secret) => secret !== undefined).map((secret) => String(secret).trim());
  if (keys.length === 0) return problem("can't be checked: this connection has no webhookSecret");
  if (!keys.some((key) => sameSecret(given, signBytes(key, body, 'base64')))) {
    if (keys.some((key) => sameSecret(given.toLowerCase(), signBytes(key, body, 'hex'))))
      return problem('is hex: Shopify signs in base64');
    return problem(
      'does not match the body: webhooks of Settings → Notifications are signed with the key that stands there (webhookSecret), those of an app with its client secret (clientSecret); if these are right, something on the way changes the body',
    );
  }
  const domain = headers[DOMAIN]?.trim().toLowerCase();
  const shop = String(settings['shop']).toLowerCase();
  if (domain !== undefined && domain !== shop)
    return {
      field: DOMAIN,
      message: `is ${domain.slice(0, 80)}, and this connection is of ${shop}: correct shop, or the webhook's address`,
    };
  return undefined;
}

export function readShopifyHook({ headers, body }: HookDelivery, settings: Settings): HookReading {
  const topic = headers['x-shopify-topic'] ?? 'orders/updated';
  if (headers['x-shopify-test'] === 'true') return { ignored: 'a sample notification: no order' };
  const read = READERS.find(({ topics }) => topics.has(topic))?.read;
  if (!read) return { ignored: `the topic ${topic.slice(0, 60)} changes no order` };
  const row = parseObject(body.toString('utf8'));
  if (!row) return { broken: 'Shopify signed a body that is no JSON object: choose the format JSON for the webhook' };
  return read(row, { topic, settings, triggered: headers['x-shopify-triggered-at'] });
}

interface Context {
  topic: string;
  settings: Settings;
  triggered: string | undefined;
}

const READERS: readonly { topics: ReadonlySet<string>; read: (row: Json, context: Context) => HookReading }[] = [
  { topics: WHOLE, read: readOrderBody },
  { topics: new Set(['refunds/create']), read: (row, context) => readAgain(row['order_id'], context) },
  {
    topics: new Set(['orders/edited']),
    read: ({ order_edit: edit }, context) => readAgain(isObject(edit) ? edit['order_id'] : undefined, context),
  },
  { topics: new Set(['customers/redact']), read: readRedaction },
  {
    topics: new Set(['customers/data_request']),
    read: () => ({ ignored: 'somebody asks what is known of them: "clickthread explain" shows it order by order' }),
  },
  {
    topics: new Set(['disputes/create', 'disputes/update']),
    read: (row, context) =>
      context.settings['chargebacks'] === true
        ? readAgain(row['order_id'], context)
        : { ignored: 'this connection does not tell charge-backs (chargebacks)' },
  },
];

function readOrderBody(row: Json, { settings, triggered, topic }: Context): HookReading {
  const lacking = ['id', 'financial_status', 'total_price', 'updated_at'].filter(
    (field) => textOf(row[field]) === undefined,
  );
  if (lacking.length > 0)
    return {
      broken: `The body of ${topic} has no ${lacking.join(', ')}: make the webhook again, without a selection of fields`,
    };
  const reading = readShopifyOrder(row, settings, changedAtOf(row, triggered));
  if ('ignored' in reading) return reading;
  // Which money went back, and what was charged back, stands whole in the API alone.
  const more = rowsOf(row['refunds']).length > 0 || settings['chargebacks'] === true;
  const id = shopifyId(row);
  return { reports: [reading], ...(more && id !== undefined && canAsk(settings) ? { reread: [id] } : {}) };
}

/** Bodies that only name an order. */
function readAgain(named: unknown, { settings, topic }: Context): HookReading {
  const id = textOf(named);
  if (id === undefined) return { ignored: `${topic} names no order` };
  if (canAsk(settings)) return { reports: [], reread: [id] };
  return {
    broken: `${topic} only names an order: give the connection access to the Admin API, or take this webhook away, for orders/updated tells the same`,
  };
}

/** Topics are not signed: only a body that names its shop, a customer and orders to forget is such a wish. */
function readRedaction(row: Json, { settings }: Context): HookReading {
  const shop = textOf(row['shop_domain'])?.toLowerCase();
  const customer = isObject(row['customer']) ? row['customer'] : {};
  if (shop !== String(settings['shop']).toLowerCase() || !Array.isArray(row['orders_to_redact']))
    return { ignored: 'a wish to forget a customer of another shop, or none' };
  const names = { customer: customer['id'], email: customer['email'], phone: customer['phone'] };
  const erase = (['customer', 'email', 'phone'] as const).flatMap((by) => {
    const value = textOf(names[by]);
    return value === undefined ? [] : [{ by, value }];
  });
  return erase.length > 0 ? { erase } : { ignored: 'a wish to forget that names nobody' };
}

/**
 * Shopify says the second alone, and several changes fall into one: within it the time of the event decides, which is not signed and so counts
 * for no more than that.
 */
function changedAtOf(row: Json, triggered: string | undefined): number | undefined {
  const at = Date.parse(textOf(row['updated_at']) ?? '');
  if (Number.isNaN(at)) return undefined;
  const later = Date.parse(triggered ?? '') - at;
  return Number.isNaN(later) ? at : at + Math.min(Math.max(later, 0), seconds(1) - 1);
}

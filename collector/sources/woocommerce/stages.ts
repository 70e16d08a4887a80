/** The stages of testing a WooCommerce connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import { isObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { TestStage } from '../../kit/source.ts';
import { judgeBy, type StageVerdict } from '../judge-answer.ts';
import { hasKeys, readWooAnswer, wooRequest } from './api.ts';
import { wooCatchUp } from './catch-up.ts';
import { WOO_TOPICS } from './hooks.ts';

const WEBHOOKS = 'WooCommerce → Settings → Advanced → Webhooks';

const judge = judgeBy(readWooAnswer);

/** Without keys there is nobody to ask. */
const withKeys =
  (path: string, query: Record<string, string | number>) =>
  (settings: Settings): ReturnType<typeof wooRequest> | string =>
    hasKeys(settings) ? wooRequest(path, settings, { query }) : wooCatchUp.unable(settings)!;

export const wooStages: readonly TestStage[] = [
  {
    name: 'address',
    title: 'The address is a shop with WooCommerce',
    // Without credentials: whoever answers is not told a secret before it has shown what it is.
    request: (settings) => wooRequest('wc/v3', settings, { credentials: false }),
    verdict: judge((value) =>
      isObject(value) && value['namespace'] === 'wc/v3'
        ? { ok: true, message: 'The REST API of WooCommerce answers.' }
        : { ok: false, message: 'What answers is no REST API of WooCommerce: check the URL.' },
    ),
  },
  {
    name: 'orders',
    title: 'The keys may read orders',
    request: withKeys('wc/v3/orders', { per_page: 1, status: 'any' }),
    verdict: judge((value, _, response) =>
      Array.isArray(value)
        ? { ok: true, message: `${response.headers['x-wp-total'] ?? 'Some'} orders.` }
        : { ok: false, message: 'The answer is no list of orders.' },
    ),
  },
  {
    name: 'webhooks',
    title: 'The shop posts its orders here',
    request: withKeys('wc/v3/webhooks', { per_page: 100 }),
    verdict: judge(webhooksVerdict),
  },
];

/** WooCommerce switches a webhook off after a few failures in a row, and says so nowhere but here. */
function webhooksVerdict(value: unknown): StageVerdict {
  const hooks = (Array.isArray(value) ? value.filter(isObject) : []).filter(({ delivery_url: url }) =>
    /\/v1\/hooks\//.test(textOf(url) ?? ''),
  );
  const off = hooks.filter(({ status }) => status !== 'active').map(({ topic }) => textOf(topic));
  if (off.length > 0)
    return {
      ok: false,
      message: `Switched off: ${off.join(', ')}. Set it to Active again in ${WEBHOOKS}; keys that may write do so within the hour.`,
    };
  const topics = hooks.map(({ topic }) => textOf(topic));
  const missing = WOO_TOPICS.filter((topic) => !topics.includes(topic));
  if (missing.length > 0)
    return { ok: false, message: `No webhook for ${missing.join(', ')}: make one each in ${WEBHOOKS}.` };
  return { ok: true, message: `${WOO_TOPICS.join(', ')} are active.` };
}

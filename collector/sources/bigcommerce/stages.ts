/** The stages of testing a BigCommerce connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import { textOf } from '../../kit/json.ts';
import type { TestStage } from '../../kit/source.ts';
import { judgeBy } from '../judge-answer.ts';
import { bigCommerceRequest, bigCommerceRows, readBigCommerce } from './api.ts';
import { BIGCOMMERCE_SCOPES } from './webhook.ts';

const judge = judgeBy(readBigCommerce);

export const bigCommerceStages: readonly TestStage[] = [
  {
    name: 'orders',
    title: 'The token may read orders',
    request: (settings) => bigCommerceRequest('v2/orders', settings, { query: { limit: 1 } }),
    verdict: judge(() => ({ ok: true, message: 'BigCommerce answers.' })),
  },
  {
    name: 'refunds',
    title: 'The token may read refunds',
    request: (settings) => bigCommerceRequest('v3/orders/payment_actions/refunds', settings, { query: { limit: 1 } }),
    verdict: judge(() => ({ ok: true, message: 'What goes back is found.' })),
  },
  {
    name: 'webhooks',
    title: 'The shop tells at once',
    request: (settings) => bigCommerceRequest('v3/hooks', settings, { query: { limit: 250 } }),
    verdict: judge((value) => {
      const ours = bigCommerceRows(value).filter(({ destination }) => /\/v1\/hooks\//.test(textOf(destination) ?? ''));
      const make = 'clickthread connection hook ID --register';
      const off = ours.filter(({ is_active: on }) => on === false).map(({ scope }) => textOf(scope));
      if (off.length > 0)
        return { ok: false, message: `Switched off after failures: ${off.join(', ')}. Make them anew: ${make}` };
      const missing = BIGCOMMERCE_SCOPES.filter((scope) => !ours.some((hook) => hook['scope'] === scope));
      return missing.length > 0
        ? { ok: false, message: `No webhook for ${missing.join(', ')}. Make them: ${make}` }
        : { ok: true, message: `${ours.length} webhooks are active.` };
    }),
  },
];

/** The stages of testing a Shopware connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import { type Json, parseObject, textOf } from '../../kit/json.ts';
import type { TestStage } from '../../kit/source.ts';
import { judgeBy, type StageVerdict } from '../judge-answer.ts';
import { readShopwareAnswer, shopwareRequest, shopwareRows, shopwareToken, shopwareTokenRequest } from './api.ts';
import { SHOPWARE_ASSOCIATIONS } from './order.ts';

const judge = judgeBy(readShopwareAnswer);

export const shopwareStages: readonly TestStage[] = [
  {
    name: 'address',
    title: 'The address is a shop with Shopware 6',
    // Without a token: whoever answers is not told a secret before it has shown what it is.
    request: (settings) => shopwareRequest('_info/version', settings, { token: false }),
    verdict(response) {
      const value = parseObject(response.body);
      const known =
        response.status === 401 ? Array.isArray(value?.['errors']) : textOf(value?.['version']) !== undefined;
      if (known && (response.status === 401 || response.status === 200))
        return { ok: true, message: 'The Admin API of Shopware answers.' };
      const reading = readShopwareAnswer(response);
      const why = 'fault' in reading ? reading.fault.message : 'What answers is no Shopware: check the URL.';
      return { ok: false, message: why };
    },
  },
  {
    name: 'credentials',
    title: 'Shopware accepts the access key',
    request: shopwareTokenRequest,
    verdict: (response, settings) =>
      judgeBy((given) => shopwareToken.read(given, settings))(() => ({
        ...{ ok: true, message: 'The integration got its token.' },
      }))(response, settings),
  },
  {
    name: 'orders',
    title: 'The integration may read orders',
    request: (settings) =>
      shopwareRequest('search/order', settings, {
        body: { limit: 1, 'total-count-mode': 1, associations: SHOPWARE_ASSOCIATIONS },
      }),
    verdict: judge((answer) => ({ ok: true, message: `${textOf(answer['total']) ?? 'Some'} orders.` })),
  },
  {
    name: 'webhooks',
    title: 'The shop tells at once',
    request: (settings) => shopwareRequest('search/webhook', settings, { body: { limit: 500 } }),
    verdict: (response, settings) =>
      response.status === 403
        ? { ok: true, message: 'The integration may not see webhooks: the shop is asked every ten minutes.' }
        : judge(webhooksVerdict)(response, settings),
  },
];

function webhooksVerdict(answer: Json): StageVerdict {
  const ours = shopwareRows(answer).filter(({ url }) => /\/v1\/hooks\//.test(textOf(url) ?? ''));
  const off = ours.filter(({ active }) => active === false).map(({ eventName }) => textOf(eventName));
  if (off.length > 0)
    return {
      ok: false,
      message: `Switched off after failures: ${off.join(', ')}. Make them anew: clickthread connection hook ID --register`,
    };
  return {
    ok: true,
    message:
      ours.length === 0
        ? 'No webhook: the shop is asked every ten minutes. clickthread connection hook ID --register makes them.'
        : `${ours.length} webhooks are active.`,
  };
}

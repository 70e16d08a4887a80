/** The stages of testing a PrestaShop connection: a stage for each resource that orders need. A later one is only asked when the earlier ones passed. */
import { textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { TestStage } from '../../kit/source.ts';
import { judgeBy } from '../judge-answer.ts';
import { prestaShopRequest, prestaShopRows, readPrestaShopAnswer, RESOURCES } from './api.ts';

const judge = judgeBy(readPrestaShopAnswer);

const zone = ({ timezone }: Settings): string =>
  timezone === undefined
    ? ' Its times are read as UTC: set timezone to the shop’s own (International → Localization).'
    : '';

export const prestaShopStages: readonly TestStage[] = RESOURCES.map((resource) => ({
  name: resource,
  title: `The key may read ${resource}`,
  request: (settings) =>
    resource === 'messages' && settings['clickFrom'] === 'none'
      ? 'Messages are not asked for: clickFrom is none.'
      : prestaShopRequest(resource, settings, { display: '[id]', limit: '1' }),
  verdict: judge((answer, settings) => {
    if (resource !== 'orders') return { ok: true, message: 'It is shown.' };
    const newest = textOf(prestaShopRows(answer)[0]?.['id']);
    const what = newest === undefined ? 'There is no order yet.' : 'Orders are shown.';
    return { ok: true, message: `${what}${zone(settings)}` };
  }),
}));

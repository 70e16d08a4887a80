/** The stages of testing a Lemon Squeezy connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { TestStage } from '../../kit/source.ts';
import type { HttpRequest } from '../../model/http.ts';
import { judgeBy } from '../judge-answer.ts';
import { lemonRequest, lemonRows, ofStore, readLemonAnswer } from './api.ts';
import { lemonCatchUp } from './catch-up.ts';
import { LEMON_EVENTS } from './webhook.ts';

/** Without a key there is nobody to ask. */
const withKey =
  (path: string, query: (settings: Settings) => Record<string, string> = () => ({})) =>
  (settings: Settings): HttpRequest | string =>
    lemonCatchUp.unable(settings) ?? lemonRequest(path, settings, query(settings));

const judge = judgeBy(readLemonAnswer);

const attributesOf = (row: Json): Json => (isObject(row['attributes']) ? row['attributes'] : {});

export const lemonStages: readonly TestStage[] = [
  {
    name: 'store',
    title: 'The key may read the store',
    request: withKey('stores'),
    verdict: judge((answer, { storeId }) => {
      const stores = lemonRows(answer);
      const known = stores
        .map((row) => `${String(row['id'])} ${textOf(attributesOf(row)['name']) ?? ''}`.trim())
        .join(', ');
      if (storeId === undefined)
        return stores.length > 1
          ? { ok: false, message: `The key sees several stores, ${known}: name the shop's in storeId.` }
          : { ok: true, message: `The store ${known} is there.` };
      return stores.some(({ id }) => String(id) === String(storeId))
        ? { ok: true, message: `The store ${String(storeId)} is there.` }
        : { ok: false, message: `The key sees no store ${String(storeId)}, but ${known || 'none'}: correct storeId.` };
    }),
  },
  {
    name: 'orders',
    title: 'The key may read orders',
    request: withKey('orders', (settings) => ({ ...ofStore(settings), 'page[size]': '1' })),
    verdict: judge((answer) => {
      const test = attributesOf(lemonRows(answer)[0] ?? {})['test_mode'] === true;
      return { ok: true, message: test ? 'They are those of the test mode.' : 'Lemon Squeezy answers.' };
    }),
  },
  {
    name: 'webhooks',
    title: 'Lemon Squeezy posts its events here',
    request: withKey('webhooks', ofStore),
    verdict: judge((answer) => {
      const ours = lemonRows(answer)
        .map(attributesOf)
        .filter(({ url }) => /\/v1\/hooks\//.test(textOf(url) ?? ''));
      if (ours.length === 0)
        return { ok: false, message: 'No webhook posts to this collector: add one in Settings → Webhooks.' };
      const events = new Set(ours.flatMap(({ events: names }) => (Array.isArray(names) ? names.map(String) : [])));
      const missing = LEMON_EVENTS.filter((name) => !events.has(name));
      return missing.length > 0
        ? { ok: false, message: `The webhook does not send ${missing.join(', ')}: add them in Settings → Webhooks.` }
        : { ok: true, message: 'The webhook sends all that is needed.' };
    }),
  },
];

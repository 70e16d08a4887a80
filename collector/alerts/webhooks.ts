/** The condition that a shop has given up posting its orders, and could not be told to go on. Pure. */
import type { Site } from '../configuration/sites.ts';
import type { Condition } from '../model/alerts/alert.ts';
import { hookTrouble } from '../model/shop/hook-health.ts';
import type { SyncRow } from '../store/sync-store.ts';

export function hookConditions(
  sites: readonly Pick<Site, 'connections'>[],
  rows: readonly Pick<SyncRow, 'site' | 'connection' | 'checkpoint'>[],
): Condition[] {
  return sites
    .flatMap(({ connections }) => connections)
    .filter(({ enabled }) => enabled)
    .flatMap(({ site, id, source }): Condition[] => {
      const health = rows.find((row) => row.site === site && row.connection === id)?.checkpoint.hooks;
      const trouble = health && source ? hookTrouble(health, source.title) : undefined;
      if (trouble === undefined) return [];
      return [
        {
          ...{ key: `webhooks ${site}/${id}`, kind: 'webhooks', site },
          title: `${id} of ${site} no longer posts all of its orders`,
          text: `${trouble} The shop is asked for its orders all the same, only later. After mending it: clickthread sync ${id} --site ${site}`,
          over: `${id} of ${site} posts its orders again.`,
        },
      ];
    });
}

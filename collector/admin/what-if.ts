/** Decides a stored order again under other rules, for the question "what if": nothing is stored and nothing is sent. */
import type { Site } from '../configuration/sites.ts';
import { attributeOrder, type Candidate, type Decision } from '../ingest/attribute.ts';
import type { Contender, Rules } from '../model/rules.ts';
import type { StoredAttribution, StoredOrder } from '../model/stored-order.ts';
import type { Store } from '../store/store.ts';
import type { RulesFile } from '../configuration/file/read-rules.ts';

/** The same order, the same touches, the same moment; `stored` is what was decided then. */
export async function replayOrder(given: {
  stored: StoredOrder;
  site: Site;
  rules: RulesFile;
  store: Pick<Store, 'touchesOf'>;
}): Promise<{ stored: StoredAttribution; replayed: Decision }> {
  const { stored, site, store } = given;
  const touches = stored.visitor === null ? [] : await store.touchesOf(stored.site, stored.visitor);
  const seen: Candidate[] = touches
    // What the buyer's browser did after the order had been told was not there to be weighed.
    .filter(({ at }) => at <= Math.max(stored.receivedAt, stored.attribution.decidedAt))
    .map(({ param, value, at, kind, url, extra }) => ({
      ...{ param, value, at, kind, source: 'visitor' as const },
      ...(url === undefined ? {} : { url }),
      ...(extra === undefined ? {} : { extra }),
    }));
  const weighed = stored.attribution.touches.map(({ param, value, at, kind, url, source }): Candidate => ({
    ...{ param, value, at, kind: kind as Candidate['kind'], source: source as Candidate['source'] },
    ...(url === undefined ? {} : { url }),
  }));
  const { rules, contenders } = rulesOf(given.rules, site);
  const replayed = attributeOrder({
    order: stored.order,
    ...(stored.attribution.until === undefined ? {} : { until: stored.attribution.until }),
    candidates: [...seen, ...weighed],
    contenders,
    rules,
    now: stored.attribution.decidedAt,
  });
  return { stored: stored.attribution, replayed };
}

function rulesOf({ attribution, connections }: RulesFile, site: Site): { rules: Rules; contenders: Contender[] } {
  const { model, precedence, coupons, standDown, window: siteWindow } = attribution;
  const contenders = site.contenders
    .filter(({ id }) => connections[id]?.enabled !== false)
    .map((contender): Contender => {
      const own = connections[contender.id];
      const destination = site.connections.find(({ id }) => id === contender.id)?.destination;
      // A connection whose window was the site's follows the site's new one.
      const follows = destination?.window === undefined && contender.window === site.rules.window;
      const { customers: _before, ...rest } = contender;
      const customers = own?.customers ?? contender.customers ?? 'all';
      return {
        ...rest,
        ...(customers === 'all' ? {} : { customers }),
        window: own?.window ?? (follows ? siteWindow : contender.window),
        mode: own?.mode ?? contender.mode,
        exclusive: own?.exclusive ?? contender.exclusive,
      };
    });
  return {
    rules: { version: site.rules.version, model, precedence, window: siteWindow, coupons, standDown },
    contenders,
  };
}

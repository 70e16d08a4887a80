/** Step 2 of 5. Clicks that networks keep in cookies of their own on the shop's domain, as an order's request brings them. Pure. */
import { isClickId } from '../../../wire/journey.ts';
import type { Site } from '../../configuration/sites.ts';
import { isNamed } from '../../kit/click-cookie.ts';
import { clickParamsOf } from '../../kit/destination.ts';
import type { Touch } from '../../model/touch.ts';

/** Clicks with a time of their own, and those that may be as old as their cookie. */
export interface HeldClicks {
  touches: Pick<Touch, 'param' | 'value' | 'kind' | 'at'>[];
  undated: { param: string; value: string }[];
}

/** Of several connections of one network each reads the cookie; a click is one all the same. */
export function readVendorCookies(
  cookies: readonly (readonly [string, string])[],
  site: Site,
  now: number,
): HeldClicks {
  const held: HeldClicks = { touches: [], undated: [] };
  const seen = new Set<string>();
  for (const { destination, settings } of site.connections)
    for (const cookie of destination?.cookies ?? [])
      for (const [, text] of cookies.filter(([name]) => isNamed(cookie, name))) {
        const param = cookie.param ?? clickParamsOf(destination!, settings)[0];
        const click = cookie.read ? cookie.read(text) : { value: text };
        if (param === undefined || click === undefined || !isClickId(click.value, param)) continue;
        const { value, at } = click;
        if (seen.has(`${param}\n${value}`)) continue;
        seen.add(`${param}\n${value}`);
        if (at !== undefined && at > 0 && at <= now) held.touches.push({ param, value, kind: 'partner', at });
        else if (at === undefined) held.undated.push({ param, value });
      }
  return held;
}

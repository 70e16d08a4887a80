/** What the address of a page brings: click ids, referrals and campaign parameters. */
import type { WireTouch } from '../collector/wire.ts';
import { entry, isJourney } from './journey.ts';
import { guard, say } from './say.ts';
import { site } from './state.ts';

/** What the page's addresses brought and nobody has stored yet. */
export const held: WireTouch[] = [];

/**
 * Holds the touches that the current address carries. Names in any case, values byte for byte; in the query, in the hash, and, for names not
 * found so far, once and twice more decoded (`?to=%2F%3Firclickid%3D…`). `awc[0]=` counts as `awc`; of several values the greatest
 * is kept, which for ids that hold their time is the newest. A partner or campaign counts where there is no click id.
 */
export const land = guard(() => {
  const { params, paid, referrals } = site;
  const clicks = params.concat(paid!);
  const touches: WireTouch[] = [];
  const known: Record<string, string> = {};
  let extra: typeof known | undefined;
  let text = location.href;
  for (let depth = 3; depth--; text = guard(decodeURIComponent)(text) ?? text)
    // A plus is part of the value: forms are not where click ids come from.
    for (const [name, value] of new URLSearchParams(text.replace(/[?#]/g, '&').replace(/\+/g, '%2B'))) {
      const param = name.replace(/\[.*/, '').toLowerCase();
      if (!known[param] || (depth > 1 && value > known[param])) known[param] = value;
      if (/^utm_/.test(param)) extra = { ...extra, [param]: value };
    }
  for (const param of clicks.concat(referrals!, 'utm_source')) {
    const value = known[param];
    if (value && (!touches[0] || clicks.includes(param))) {
      if (isJourney('1^00000000' + entry(param, value) + 1))
        touches.push({
          param,
          value,
          at: Date.now(),
          // Without its query, which may hold what nobody else should know.
          url: location.origin + location.pathname,
          // The collector leaves out the site's own pages.
          referrer: document.referrer,
          extra,
        });
      else say('skipped', 'unsafe value', param);
    }
  }
  held.push(...touches);
});

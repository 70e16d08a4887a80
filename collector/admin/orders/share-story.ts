/** A link by which whoever looks after a partner reads one order's story without signing in: made, listed and ended, each time in the audit log. */
import { randomBytes } from 'node:crypto';
import type { PartnerStory, SharedStory, StoryLinkView } from '../../../wire/admin/partner-story.ts';
import type { Problem } from '../../../wire/problem.ts';
import type { Sites } from '../../configuration/sites.ts';
import { days } from '../../lib/duration.ts';
import { sha256 } from '../../lib/hash.ts';
import { STORY_LINK_DAYS, type StoryLink } from '../../model/people/story-link.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import type { PeopleStore } from '../../store/people-store.ts';
import type { Store } from '../../store/store.ts';
import { type OrderReader, readOrderView } from '../read-order-view.ts';
import { viewForPartner } from './partner-story.ts';

interface ShareDeps {
  store: Pick<PeopleStore, 'addStoryLink' | 'endStoryLink'>;
  now: number;
  /** Who does it, for the audit log. */
  actor: string;
}

/** `known` are the connections of its site. The secret stands behind the `#`, which browsers send to nobody. */
export async function shareStory(
  asked: { order: StoredOrder; connection: unknown; days?: unknown; known: readonly string[]; dashboard: string },
  { store, now, actor }: ShareDeps,
): Promise<SharedStory | { problems: Problem[] }> {
  const { order, known, dashboard } = asked;
  const connection = known.find((id) => id === asked.connection);
  const { days: life = STORY_LINK_DAYS.usual } = asked;
  const isLife = Number.isInteger(life) && Number(life) >= 1 && Number(life) <= STORY_LINK_DAYS.most;
  if (connection === undefined || !isLife)
    return {
      problems: [
        ...(connection === undefined
          ? [{ field: 'connection', message: `must be one of this site: ${known.join(', ') || 'there is none'}` }]
          : []),
        ...(isLife ? [] : [{ field: 'days', message: `must be a whole number from 1 to ${STORY_LINK_DAYS.most}` }]),
      ],
    };
  const token = randomBytes(32).toString('base64url');
  const { orderId } = order.order;
  const link: StoryLink = {
    ...{ hash: sha256(token), site: order.site, orderId, connection },
    ...{ madeBy: actor, madeAt: now, expiresAt: now + days(Number(life)) },
  };
  const detail = { site: order.site, orderId, connection, days: life };
  await store.addStoryLink(link, { at: now, actor, action: 'story share', detail });
  return { ...viewStoryLink(link), link: `${dashboard}#/story/${encodeURIComponent(order.site)}/${token}` };
}

/** False where it had ended before. */
export function endShare(
  { site, orderId, id }: { site: string; orderId: string; id: string },
  { store, now, actor }: ShareDeps,
): Promise<boolean> {
  return store.endStoryLink(site, id, { at: now, actor, action: 'story unshare', detail: { site, orderId } });
}

/** Its hash names it: whoever knows that can open nothing. */
export const viewStoryLink = ({ hash, connection, madeBy, madeAt, expiresAt }: StoryLink): StoryLinkView => ({
  ...{ id: hash, connection, madeBy },
  madeAt: new Date(madeAt).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
});

/** Undefined where the link is unknown, ended or too old, or the order is gone. */
export async function readSharedStory(
  { site, token }: { site: string; token: string },
  deps: {
    read: OrderReader & Pick<Store, 'order'> & Pick<PeopleStore, 'findStoryLink'>;
    sites: () => Promise<Sites>;
    clock: () => number;
  },
): Promise<PartnerStory | undefined> {
  const { read, sites, clock } = deps;
  const link = await read.findStoryLink(site, sha256(token));
  if (!link || link.expiresAt <= clock()) return undefined;
  const stored = await read.order(site, link.orderId);
  if (!stored) return undefined;
  const config = (await sites()).byId.get(site)?.config;
  const view = await readOrderView(stored, read, { sites, clock });
  return viewForPartner(view, {
    ...{ connection: link.connection, shop: config?.name ?? site, timezone: config?.timezone ?? null },
    expiresAt: link.expiresAt,
  });
}

/**
 * Looks whether a shop still posts its webhooks here. WooCommerce switches one off after a few failures in a row, BigCommerce after two days of
 * them, Shopify deletes it; none of them says so. What is off is switched on again where the API lets us; the rest is a person's to mend.
 */
import type { HookSetUp, HookWatch, ShopHook, Source } from '../kit/source.ts';
import type { HookHealth } from '../model/shop/hook-health.ts';
import { isOurs } from './hooks.ts';
import { type Fetcher, SourceFailure } from './run/fetch.ts';

interface Look {
  watch: HookWatch;
  /** Where a webhook is made that the shop has deleted. */
  setUp: HookSetUp | undefined;
  /** Where the shop should post to. */
  address: string;
  fetcher: Fetcher;
}

const NOTHING: Omit<HookHealth, 'at'> = { known: [], off: [], gone: [], paused: [], problem: '' };

type Standing = Pick<HookHealth, 'off' | 'gone' | 'paused'>;

/** `former`: as it stood the last time. Undefined where this shop shows no webhooks, or these settings leave nobody to ask. */
export async function lookAfterHooks(
  { webhook }: Source,
  { address, fetcher, former, now }: Pick<Look, 'address' | 'fetcher'> & { former?: HookHealth; now: number },
): Promise<HookHealth | undefined> {
  const watch = webhook?.hooks ?? (webhook?.kind === 'signed' ? webhook.watch : undefined);
  if (!watch || watch.unable?.(fetcher.settings) !== undefined) return undefined;
  const look: Look = { watch, setUp: webhook?.hooks, address, fetcher };
  try {
    const found = await ownHooks(look);
    const known = watch.triggers.filter(
      (trigger) => former?.known.includes(trigger) === true || found.some((hook) => hook.trigger === trigger),
    );
    const before = standingOf(known, found);
    const { tried, problem } = await mend(look, { before, found });
    const after = tried ? standingOf(known, await ownHooks(look)) : before;
    const isDown = (trigger: string): boolean => after.off.includes(trigger) || after.gone.includes(trigger);
    const triggers = [...before.off, ...before.gone].filter((trigger) => !isDown(trigger));
    const restored =
      triggers.length === 0 ? former?.restored : { at: now, triggers, times: (former?.restored?.times ?? 0) + 1 };
    return { at: now, known, ...after, problem, ...(restored ? { restored } : {}) };
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    // Who is merely busy is asked again in an hour.
    return error.temporary ? former : { ...(former ?? NOTHING), at: now, problem: error.message };
  }
}

async function ownHooks({ watch, address, fetcher }: Look): Promise<ShopHook[]> {
  return (await fetcher.ask(watch.list, undefined)).filter(({ url }) => isOurs(url, address));
}

/** One that is on is enough for a trigger, whatever else is listed for it. */
function standingOf(known: readonly string[], found: readonly ShopHook[]): Standing {
  const within = (state: ShopHook['state']): string[] =>
    known.filter((trigger) => {
      const own = found.filter((hook) => hook.trigger === trigger);
      return !own.some((hook) => hook.state === undefined) && own.some((hook) => hook.state === state);
    });
  const gone = known.filter((trigger) => !found.some((hook) => hook.trigger === trigger));
  const paused = within('paused');
  return { off: within('off').filter((trigger) => !paused.includes(trigger)), gone, paused };
}

/** Tries what the API lets us do; `problem` says why something can't be done. */
async function mend(
  { watch, setUp, address, fetcher }: Look,
  { before, found }: { before: Standing; found: readonly ShopHook[] },
): Promise<{ tried: boolean; problem: string }> {
  let tried = false;
  try {
    const down = found.filter(({ state, trigger }) => state === 'off' && before.off.includes(trigger));
    for (const id of new Set(watch.restore ? down.map((hook) => hook.id) : [])) {
      tried = true;
      await fetcher.ask(watch.restore!, id);
    }
    for (const trigger of watch.deletes && setUp ? before.gone : []) {
      tried = true;
      await fetcher.ask(setUp!.add, { url: address, trigger });
    }
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    return { tried, problem: `${error.message} ${watch.needs}` };
  }
  return { tried, problem: '' };
}

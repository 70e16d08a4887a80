/** What the tag knows while the page lives. The late part shares it: in the split build it finds it on `clickthread._`. */
import type { Consent } from '../collector/event.ts';
import type { TagSettings } from '../collector/wire.ts';
import type { LatePart } from './later.ts';
import type { Said } from './say.ts';

/** What an entry adds to the site's settings. */
export interface Settings extends TagSettings {
  /** Fetches the late part. */
  late: () => Promise<Partial<LatePart>>;
}

/** The site's settings, filled once at start, and what belongs to the page. */
export const site = {} as Settings & {
  /** The public function. */
  call: (call: string, ...given: unknown[]) => unknown;
  /** Called when the consent gate moved. */
  changed?: () => void;
  /** The journey of this page, where cookies are refused. */
  journey?: string;
};

/** The last hundred things that were said. The late part listens to what is added. */
export const said: Said[] = [];

/** Consent signals. `true` and `false` are answers; `undefined` is a signal that is there and has not answered: it holds the gate shut. */
export const votes: Record<string, boolean | undefined> = {};

/** What the visitor has allowed. Travels with touch and order; that a browser sends GPC, the collector sees for itself. */
export const consent: Consent = { marketing: 'unknown' };

/** What the late part shares, in an order of its own: names would weigh more. */
export const shared = [site, said, votes, consent] as const;

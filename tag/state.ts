/** What the tag knows while the page lives. */
import type { Consent } from '../wire/consent.ts';
import type { PreparedSettings } from '../wire/tag-settings.ts';
import type { Loose } from './page.ts';
import type { Parts, Said } from './parts.ts';

/** What an entry adds to the site's settings. */
export interface Settings extends PreparedSettings {
  /** Fetches a part: `late`, `link`, `page` or `signals`. */
  part: (name: string) => Promise<Partial<Parts>>;
}

/** The site's settings, filled once at start, and what belongs to the page. */
export const site = {} as Settings & {
  /** The public function. */
  call: (call: string, ...given: unknown[]) => unknown;
  /** Called when the consent gate moved. */
  changed?: () => void;
  /** What is known of the customer, for the next order: names, and the shop's signature under them. */
  identity?: Loose;
  /** The journey as this page last kept or met it: where it is gone later, somebody removed it. False when that was seen. */
  kept?: string | false;
};

/** The last hundred things that were said. Who listens hears what is added. */
export const said: Said[] = [];

/** Consent signals. `true` and `false` are answers; `undefined` is a signal that is there and has not answered: it holds the gate shut. */
export const votes: Record<string, boolean | undefined> = {};

/** What the visitor has allowed. Travels with touch and order; that a browser sends GPC, the collector sees for itself. */
export const consent: Consent = { marketing: 'unknown' };

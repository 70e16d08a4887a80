/** What an installation knows of itself: whether a write passes, whether its key is the right one, and the agreed time. */

import type { Deed } from '../model/upkeep/deed.ts';

export interface InstallationStore {
  /** A durable write that nobody reads; rejects where an order could not be kept either. */
  probe(now: number): Promise<void>;
  /** A value that was sealed with the key in force; null before the first start. */
  keyCheck(): Promise<Buffer | null>;
  /** The time that deletion and deadlines go by; null before the first start of a collector that keeps one. */
  agreedTime(): Promise<number | null>;
  /** `deed`: where a person agrees, not the running collector. */
  agreeOnTime(at: number, deed?: Deed): Promise<void>;
  /** When something was last written, as far as the newest rows tell; null in an empty store. */
  newestMoment(): Promise<number | null>;
}

/**
 * The parts of the tag that are fetched when a page first needs them, as a table of contents: written out here, so that the first file knows
 * them without importing them. `entries/parts.ts` proves that they are as it says.
 */
import type { Fire } from '../wire/fire.ts';
import type { Journey } from '../wire/journey.ts';
import type { ConversionBody } from '../wire/messages.ts';

/** What a page can listen to; `0` is for the debugger alone. */
export type Told = 'ready' | 'touch' | 'conversion' | 'skipped' | 'error' | 0;

export type Said = [event: Told, reason: unknown, detail?: unknown];

export interface Job {
  /** What makes the order one and the same: its id. */
  key: string;
  body: ConversionBody;
  /** Not before, epoch milliseconds. */
  due?: number;
  /** Milliseconds that it waited last. */
  pause?: number;
  /** Tells older failures from newer ones. */
  since?: number;
}

/** The answer's body, and the answer. Empty where there was none, or nobody to answer. */
export type Answer = [text?: string, response?: Response];

/** What the parts export, by the name that `later` asks for. */
export interface Parts {
  /** Takes the journey that a link from another domain of the site brought. */
  arrive(address: string): void;
  /** Fills the page's fields and looks after its frames. */
  attend(): void;
  /** Gives the page what it may put on a cart. */
  journey(tell: (told: object) => void): void;
  /** Fires a cookie tracker's pixel or form, once an order. */
  fire(orderId: string, tasks?: (Fire & { delivery?: string; orderId?: string })[]): void;
  /** Reads a landing that brings no plain click id. */
  land(address: string): unknown;
  /** Takes the journey as the collector tells it. */
  learn(answer: Answer, own?: Journey): void;
  /** Asks the collector for a journey that the page has lost, and tries again what could not be sent. */
  restore(): Promise<void>;
  /** Ends an order's way, or keeps it for a later try, by the collector's answer. */
  settle(job: Job, answer: Answer): true;
  /** Says on the console what the tag does and why it does not. */
  debug(on: unknown): void;
  /** Calls the page back. */
  on(event: Told, listener: (detail?: unknown, reason?: string) => void): void;
  /** The address with the journey. */
  decorate(address: string): string;
  /** Carries the journey over links and forms to the site's other domains. */
  link(): void;
  /** Looks for orders in the page, and for whom the shop has signed in. */
  page(): void;
  /** Follows the page's own consent signals. */
  signals(): void;
}

/** What a counterpart in the sandbox is: a strict stand-in for one outside system, reached over real HTTP. */
import type { Clock } from '../collector/lib/clock.ts';
import type { Exchange, Reply } from './reply.ts';
import type { ScriptedAnswer } from './script.ts';
import type { SettingsBook } from './settings.ts';

/** Answers a scripted failure that only this vendor can give (a late rejection, its own body of a 400). */
export type ScriptedReply = (answer: ScriptedAnswer, exchange: Exchange) => Reply | Promise<Reply>;

export interface Vendor {
  /** Path prefix and name in the control API: `impact`. */
  name: string;
  title: string;
  /** One sentence for the page: what it stands for and how strict it is. */
  about: string;
  /** What a connection must say to be let in, where the vendor knows one account alone; invented, so it may be shown. */
  signIn?: Readonly<Record<string, string>>;
  /** Keys of a record that the page shows as columns; the rest is shown as JSON. */
  columns: readonly string[];
  handle(exchange: Exchange): Reply | Promise<Reply>;
  /** Scripted kinds beyond those that every vendor has, see `script.ts`. */
  scripted?: Readonly<Record<string, ScriptedReply>>;
  settings: SettingsBook;
  /** What the vendor would show in its own dashboard: accepted once each, oldest first; at least the newest `most`. */
  recorded(most?: number): readonly object[];
  /** Exact numbers, whatever the raw log has dropped. */
  counts(): Record<string, number>;
  /** Forgets everything that was recorded; settings are reset by the server. */
  reset(): void;
}

/** How a vendor is made. */
export type VendorFactory = (context: { clock: Clock }) => Vendor;

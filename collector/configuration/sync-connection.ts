/** A connection that is synchronized: its source with its settings opened. */
import type { Settings } from '../kit/setting.ts';
import type { Source } from '../kit/source.ts';

/** A connection that is synchronized. */
export interface SyncConnection {
  site: string;
  id: string;
  source: Source;
  /** Validated, secrets opened. */
  settings: Settings;
  /** Orders placed earlier are history and trigger nothing. */
  createdAt: number;
}

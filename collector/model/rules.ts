/** The rules of attribution as data: who contends for an order, and how a winner is found. */
import type { TouchKind } from './touch.ts';

/** What attribution needs to know of a connection whose destination is told only of orders that it earned. */
export interface Contender {
  id: string;
  clickParams: readonly string[];
  /** Milliseconds. */
  window: number;
  mode: 'suppress' | 'inform';
  /** What has no way to be told that another partner won: its title. Told of such an order it would be paid. */
  cannotBeInformed?: string;
  exclusive: boolean;
  /** Pays for these alone, as far as the shop says which the customer is. */
  customers?: 'new' | 'returning';
  /** Present while the connection is paused: it is judged as ever, and told later. */
  paused?: true;
}

/** The site's rules, as data. `version` is stored with every decision. */
export interface Rules {
  version: number;
  model: 'last-touch' | 'first-touch';
  /** Earlier wins over later whatever the time; kinds that are absent never win. */
  precedence: readonly TouchKind[];
  /** Milliseconds, for touches that belong to no connection. */
  window: number;
  coupons: Record<string, { connection: string; exclusive: boolean }>;
  standDown: { mode: 'off' | 'report' | 'on'; minutes: number; paths: readonly string[] };
}

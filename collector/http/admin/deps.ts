/** What the routers of the admin API need, and in whose name they edit. */
import type { IncomingMessage } from 'node:http';
import type { LiveOrders } from '../../admin/live/live-orders.ts';
import type { SiteFacts } from '../../admin/note-site-facts.ts';
import type { EditDeps } from '../../configuration/edit.ts';
import type { Sites } from '../../configuration/sites.ts';
import type { Environment } from '../../environment.ts';
import type { Work } from '../../intake/command.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Sender } from '../../outbound/send.ts';
import type { Stores } from '../../store/store.ts';
import type { SyncService } from '../../sync/service.ts';
import type { Writer } from '../../writer/methods.ts';
import type { FailureLimit } from '../failure-limit.ts';

/** In whose name the audit log keeps what is done with the admin token. */
export const ADMIN_API = 'admin API';

export interface AdminDeps {
  environment: Environment;
  read: Stores;
  write: Writer;
  sites: () => Promise<Sites>;
  seal: Seal;
  sender: Sender;
  /** Asks our own public address, wherever it lies. */
  askSelf: Sender['send'];
  service: SyncService;
  clock: Clock;
  wake: (work: readonly Work[]) => void;
  /** Counts wrong tokens, links and sessions. */
  failures: FailureLimit;
  /** Hosts that a browser may have asked. */
  hostsOf: (request: IncomingMessage) => string[];
  /** Where browsers find the collector's routes, prefix included; and the dashboard, with its last slash. */
  browserUrl: () => string;
  dashboardUrl: () => string;
  /** What this process has heard of a site's pages. */
  heardOf: SiteFacts['latest'];
  /** Orders as they come, for whoever watches. */
  live: LiveOrders;
  tagFolder: string;
}

/** What editing the configuration needs; `actor` is who does it, for the audit log. */
export function editAs(
  actor: string,
  { write, seal, environment, clock }: Pick<AdminDeps, 'write' | 'seal' | 'environment' | 'clock'>,
): EditDeps {
  return { store: write, seal, allowPrivate: environment.allowPrivate, now: clock(), actor };
}

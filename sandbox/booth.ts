/** A vendor with what belongs to its place in the sandbox: its log and its script. */
import type { RequestLog } from './request-log.ts';
import type { Script } from './script.ts';
import type { Vendor } from './vendor.ts';

/** A vendor with what the server keeps about it. */
export interface Booth {
  vendor: Vendor;
  log: RequestLog;
  script: Script;
}

/** Answers of the admin API about sites. */

import type { RulesShown } from './rules.ts';

/** A site as the configuration file has it, with what belongs into its pages. */
export interface SiteView {
  id: string;
  name?: string;
  domains: string[];
  linked?: string[];
  currency?: string;
  timezone?: string;
  consent?: string;
  release?: string;
  signedOrders?: string;
  withoutScript?: string;
  attribution?: RulesShown;
  /** Ids of its connections. */
  connections: string[];
  /** The tag for its pages. */
  script: string;
  /** How long it keeps what, in milliseconds. */
  kept: { touches: number; personal: number; contacts: number };
  /** Changes with whatever is configured of it, its connections apart: whoever saves it says which one they saw. */
  version: string;
}

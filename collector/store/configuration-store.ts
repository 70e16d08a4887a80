/** Sites and connections as rows: what the store keeps of the configuration. */

export interface SiteRow {
  id: string;
  /** The validated site as `site-schema.ts` describes it, without its connections. */
  config: string;
}

export interface ConnectionRow {
  site: string;
  id: string;
  type: string;
  /** `enabled`, `window`, `mode`, `exclusive`, `limits` as JSON. */
  config: string;
  /** Settings that are not secret, as JSON. */
  settings: string;
  /** Secret settings as sealed JSON. */
  secrets: Buffer | null;
  position: number;
  createdAt: number;
  updatedAt: number;
}

/** Where alerts go. */
export interface AlertChannelRow {
  id: string;
  type: string;
  /** `sites`, `about`, `quiet`, `enabled` as JSON. */
  config: string;
  /** Settings that are not secret, as JSON. */
  settings: string;
  /** Secret settings as sealed JSON. */
  secrets: Buffer | null;
  position: number;
  createdAt: number;
  updatedAt: number;
}

export interface Configuration {
  version: number;
  /** Keys in force that sign orders in the page, sealed. */
  orderKeys: { sites: string[]; secret: Buffer }[];
  sites: SiteRow[];
  connections: ConnectionRow[];
  /** Modules that add definitions, as absolute paths, in the order of the file. */
  plugins: string[];
  /** In the order of the file. */
  alerts: AlertChannelRow[];
}

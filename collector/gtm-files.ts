/** The Google Tag Manager files of a site, as the command line writes and the admin API serves them. */
import { container } from '../gtm/container.ts';
import { tagTemplate } from '../gtm/template.ts';
import type { Environment } from './environment.ts';
import type { Site } from './sites.ts';
import { packageVersion } from './version.ts';

export type OrderSource = 'ga4' | 'cs-cart';

export interface GtmInput {
  site: Site;
  /** Where browsers find the collector's routes, `https://t.shop.example/t`. */
  collector: string;
}

/** The address that browsers use, with the prefix of the browser routes. */
export function browserAddress({ publicUrl, host, port, path }: Environment): string {
  const own = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return `${publicUrl ?? own}${path}`;
}

/** Throws where Tag Manager can't use the collector's address. */
export function gtmTemplate({ site, collector }: GtmInput): string {
  return tagTemplate({ collector, site: site.config.id, version: packageVersion() });
}

/**
 * A shop that is connected as CS-Cart is read as CS-Cart emits orders, in its primary currency, unless told otherwise.
 * Throws where no currency is known.
 */
export function gtmContainer(input: GtmInput & { now: number; orderSource?: OrderSource }): string {
  const { site, collector, now } = input;
  const { id, currency, tag } = site.config;
  const csCart = site.connections.find(({ type }) => type === 'cs-cart');
  const orderSource = input.orderSource ?? (csCart ? 'cs-cart' : 'ga4');
  const shopCurrency = orderSource === 'cs-cart' ? csCart?.settings['currency'] : undefined;
  const known = typeof shopCurrency === 'string' ? shopCurrency : currency;
  if (known === undefined)
    throw new Error(`Site ${id} has no currency: set it in the configuration file and apply it.`);
  const file = container({
    ...{ collector, site: id, currency: known, now, orderSource, version: packageVersion() },
    ...(tag.dataLayer === 'dataLayer' ? {} : { dataLayer: tag.dataLayer }),
  });
  return `${JSON.stringify(file, null, 2)}\n`;
}

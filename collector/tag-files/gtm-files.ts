/** The Google Tag Manager files of a site, as the command line writes and the admin API serves them. */
import { container } from '../../gtm/container.ts';
import { tagTemplate } from '../../gtm/template.ts';
import type { Environment } from '../environment.ts';
import type { Connection, Site } from '../configuration/sites.ts';
import { packageVersion } from '../lib/package-root.ts';

export type OrderSource = 'ga4' | 'cs-cart';

export interface GtmInput {
  site: Site;
  /** Where browsers find the collector's routes, `https://t.shop.example/t`. */
  collector: string;
}

/** The address that browsers use, with the prefix of the browser routes. */
export const browserAddress = (environment: Environment): string =>
  `${collectorAddress(environment)}${environment.path}`;

/** The address of the whole collector. */
export function collectorAddress({ publicUrl, host, port }: Environment): string {
  return publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Throws where Tag Manager can't use the collector's address. */
export function gtmTemplate({ site, collector }: GtmInput): string {
  return tagTemplate({ collector, site: site.config.id, version: packageVersion() });
}

/**
 * A shop that is connected as CS-Cart is read as CS-Cart emits orders, in its primary currency, unless told otherwise.
 * `connection` names whose file it is, where a site has several shops. Throws where no currency is known, or which is meant.
 */
export function gtmContainer(
  input: GtmInput & { now: number; orderSource?: OrderSource; connection?: string },
): string {
  const { site, collector, now } = input;
  const { id, tag } = site.config;
  const shops = site.connections.filter(({ type }) => type === 'cs-cart');
  const orderSource = input.orderSource ?? (shops.length > 0 ? 'cs-cart' : 'ga4');
  const file = container({
    ...{ collector, site: id, now, orderSource, version: packageVersion() },
    currency: orderSource === 'cs-cart' ? shopCurrency(site, shops, input.connection) : siteCurrency(site),
    ...(tag.dataLayer === 'dataLayer' ? {} : { dataLayer: tag.dataLayer }),
  });
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The file replaces the currency that a shopper sees by this one: another shop's would make wrong money of every order. */
function shopCurrency(site: Site, shops: readonly Connection[], named: string | undefined): string {
  const meant = named === undefined ? shops : shops.filter(({ id }) => id === named);
  const ids = shops.map(({ id }) => id).join(', ');
  if (named !== undefined && meant.length === 0)
    throw new Error(`Site ${site.config.id} has no CS-Cart connection "${named}"; it has ${ids || 'none'}.`);
  const currencies = new Set(meant.map(({ settings }) => String(settings['currency'])));
  if (currencies.size > 1)
    throw new Error(
      `Site ${site.config.id} has several CS-Cart shops (${ids}) in several currencies: name the connection.`,
    );
  return [...currencies][0] ?? siteCurrency(site);
}

function siteCurrency({ config: { id, currency } }: Site): string {
  if (currency !== undefined) return currency;
  throw new Error(`Site ${id} has no currency: set it in the configuration file and apply it.`);
}

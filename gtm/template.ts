/** Writes `template.tpl`, the Google Tag Manager tag template, for one collector: its address is in the permissions. */
import { readFileSync } from 'node:fs';
import { packageRoot } from '../collector/lib/package-root.ts';
import { templateFields } from './template/fields.ts';
import { templatePermissions } from './template/permissions.ts';
import { THUMBNAIL } from './template/thumbnail.ts';
import { writeTpl } from './tpl.ts';

export interface TemplateOptions {
  /** Where the collector serves the tag, prefix included, without the site: `https://t.shop.example/t`. */
  collector: string;
  /** Default of the site field. */
  site?: string;
  /** Version of this product, for the notes. */
  version: string;
}

/** Required word for word by the gallery: https://developers.google.com/tag-platform/tag-manager/templates/gallery */
const TERMS = `By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.`;

const INFO = {
  type: 'TAG',
  id: 'cvt_temp_public_id',
  version: 1,
  securityGroups: [],
  displayName: 'Clickthread',
  categories: ['AFFILIATE_MARKETING', 'ATTRIBUTION', 'CONVERSIONS'],
  brand: { id: 'brand_clickthread', displayName: 'Clickthread', thumbnail: THUMBNAIL },
  description:
    'Follows a partner’s click to the sale: loads the tag of your own collector, and reports each order once. Waits for ad_storage, and reads the order from a GA4 purchase, a variable or fields.',
  containerContexts: ['WEB'],
};

/**
 * The address as the generators use it: no trailing slash.
 * Tag Manager injects scripts over https only; plain http is let through for a loopback collector, to rehearse.
 */
export function collectorAddress(collector: string): string {
  const url = URL.canParse(collector) ? new URL(collector) : undefined;
  const loopback = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const usable = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback);
  if (!url || !usable || url.username || url.search || url.hash) {
    throw new Error(
      `Tag Manager needs the https address of the collector, such as https://t.shop.example/t; got ${collector}. Set CLICKTHREAD_PUBLIC_URL.`,
    );
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

const source = (name: string): string => readFileSync(`${packageRoot()}gtm/template/${name}`, 'utf8');

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** The whole template. The same input gives the same text. */
export function tagTemplate({ collector, site, version }: TemplateOptions): string {
  const address = collectorAddress(collector);
  return writeTpl([
    ['TERMS_OF_SERVICE', TERMS],
    ['INFO', json(INFO)],
    ['TEMPLATE_PARAMETERS', json(templateFields({ collector: address, site }))],
    ['SANDBOXED_JS_FOR_WEB_TEMPLATE', source('code.js')],
    ['WEB_PERMISSIONS', json(templatePermissions(address))],
    ['TESTS', source('tests.yaml').replaceAll('@COLLECTOR@', address)],
    ['NOTES', `Clickthread ${version}. Generated for ${address}: generate it again for another collector.`],
  ]);
}

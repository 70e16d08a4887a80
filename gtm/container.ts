/** Writes the Google Tag Manager import file of a site: template, loader, conversion tag, triggers and variables. */
import { csCartOrders, csCartOrderCount } from './cs-cart-variable.ts';
import { collectorAddress, tagTemplate } from './template.ts';

export interface ContainerOptions {
  /** Where the collector serves the tag, prefix included, without the site. */
  collector: string;
  site: string;
  /** ISO 4217. With `cs-cart` the shop's primary currency, which overrides the shopper's. */
  currency: string;
  /** Time of the export, epoch milliseconds. */
  now: number;
  /** Name of the data layer in the page; `dataLayer` unless given. */
  dataLayer?: string;
  /** `ga4`: a purchase in the data layer. `cs-cart`: as CS-Cart's Google Analytics add-on emits it. */
  orderSource: 'ga4' | 'cs-cart';
  /** Version of this product, for the template's notes. */
  version?: string;
}

/** A parameter as import files spell it: enums in capitals. */
export type Parameter =
  | { type: 'TEMPLATE' | 'BOOLEAN' | 'INTEGER'; key: string; value: string }
  | { type: 'LIST'; key: string; list: { type: 'TEMPLATE'; value: string }[] };

type Entity = Record<string, unknown>;

/** Import files may leave the ids open: Tag Manager gives its own on import. */
const ids = { accountId: '0', containerId: '0' };
const TEMPLATE_ID = '1';
/** Built into every container; the only trigger that runs before All Pages and after the consent defaults. */
const INITIALIZATION = '2147479573';
const PURCHASE = '1';
const CSCART_DOM_READY = '2';
const FOLDER = '1';

const NAMES = {
  orders: 'Clickthread - CS-Cart orders',
  orderCount: 'Clickthread - CS-Cart order count',
  currency: 'Clickthread - currency',
  email: 'Clickthread - customer e-mail',
  customer: 'Clickthread - customer id',
};

/** Tag Manager refuses an import with an empty value, so such a parameter is not written. */
function parameters(values: Record<string, string | boolean>): Parameter[] {
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([key, value]): Parameter =>
      typeof value === 'boolean' ? { type: 'BOOLEAN', key, value: String(value) } : { type: 'TEMPLATE', key, value },
    );
}

function condition(type: string, left: string, right: string): Entity {
  return { type, parameter: parameters({ arg0: left, arg1: right }) };
}

function tag(tagId: string, name: string, more: Entity): Entity {
  return {
    ...ids,
    tagId,
    name,
    type: `cvt_${ids.containerId}_${TEMPLATE_ID}`,
    parentFolderId: FOLDER,
    tagFiringOption: 'ONCE_PER_EVENT',
    monitoringMetadata: { type: 'MAP' },
    // The template waits for ad_storage by itself. NEEDED would make Tag Manager look once, when the trigger fires, and
    // drop the tag for the rest of the page: the landing's click would be lost to everybody who consents a second later.
    consentSettings: { consentStatus: 'NOT_NEEDED' },
    ...more,
  };
}

function variable(variableId: string, name: string, type: string, parameter: Parameter[]): Entity {
  return { ...ids, variableId, name, type, parameter, parentFolderId: FOLDER };
}

function dataLayerVariable(variableId: string, name: string, key: string): Entity {
  return variable(variableId, name, 'v', [
    { type: 'INTEGER', key: 'dataLayerVersion', value: '2' },
    ...parameters({ setDefaultValue: false, name: key }),
  ]);
}

function variables({ orderSource, currency, dataLayer }: ContainerOptions): Entity[] {
  const constant = variable('1', NAMES.currency, 'c', parameters({ value: currency }));
  if (orderSource === 'ga4') {
    return [
      constant,
      dataLayerVariable('2', NAMES.email, 'user_data.email'),
      dataLayerVariable('3', NAMES.customer, 'user_id'),
    ];
  }
  const orders = csCartOrders({ dataLayer: dataLayer ?? 'dataLayer', currencyVariable: NAMES.currency });
  const count = csCartOrderCount(NAMES.orders);
  return [
    constant,
    variable('2', NAMES.orders, 'jsm', parameters({ javascript: orders })),
    variable('3', NAMES.orderCount, 'jsm', parameters({ javascript: count })),
  ];
}

function triggers({ orderSource }: ContainerOptions): Entity[] {
  const purchase = {
    ...ids,
    triggerId: PURCHASE,
    name: 'Clickthread - purchase',
    type: 'CUSTOM_EVENT',
    customEventFilter: [condition('EQUALS', '{{_event}}', 'purchase')],
    parentFolderId: FOLDER,
  };
  if (orderSource === 'ga4') return [purchase];
  // CS-Cart writes order_info even where gtag is blocked or missing, and then no event comes. Never gated on the address:
  // SEO rules rewrite it.
  const ready = {
    ...ids,
    triggerId: CSCART_DOM_READY,
    name: 'Clickthread - CS-Cart order on the page',
    type: 'DOM_READY',
    filter: [condition('MATCH_REGEX', `{{${NAMES.orderCount}}}`, '^[1-9]')],
    parentFolderId: FOLDER,
  };
  return [purchase, ready];
}

function tags(options: ContainerOptions, collector: string): Entity[] {
  const shared = { siteId: options.site, collector, waitForConsent: true, debug: false };
  const source: Record<string, string> =
    options.orderSource === 'ga4'
      ? { orderSource: 'ga4', email: `{{${NAMES.email}}}`, customerId: `{{${NAMES.customer}}}` }
      : { orderSource: 'variable', order: `{{${NAMES.orders}}}` };
  const conversion = { ...shared, action: 'conversion', ...source, currency: `{{${NAMES.currency}}}` };
  return [
    tag('1', 'Clickthread - loader', {
      parameter: parameters({ ...shared, action: 'load' }),
      firingTriggerId: [INITIALIZATION],
    }),
    tag('2', 'Clickthread - conversion', {
      parameter: parameters(conversion),
      firingTriggerId: options.orderSource === 'ga4' ? [PURCHASE] : [PURCHASE, CSCART_DOM_READY],
      notes: NOTES[options.orderSource],
    }),
  ];
}

const NOTES = {
  ga4: 'Reports the order of a GA4 purchase. An order id is reported once, however often the event comes.',
  'cs-cart':
    'Reads the purchase that CS-Cart’s Google Analytics add-on sends, and its order_info. Amounts are in the primary currency of the shop, which replaces the displayed one. Items carry product codes (SKU), not product ids: a product feed must use codes to match. Several orders of one Multi-Vendor checkout are reported each.',
};

/** `2026-11-22 09:30:00`, in UTC. */
const exportTime = (now: number): string => new Date(now).toISOString().slice(0, 19).replace('T', ' ');

/** The import file as an object: `JSON.stringify` it. In Tag Manager import it with Merge → Rename, never Overwrite. */
export function container(options: ContainerOptions): Entity {
  const collector = collectorAddress(options.collector);
  const path = `accounts/${ids.accountId}/containers/${ids.containerId}`;
  const customTemplate = {
    ...ids,
    templateId: TEMPLATE_ID,
    name: 'Clickthread',
    templateData: tagTemplate({ collector, site: options.site, version: options.version ?? '' }),
  };
  return {
    exportFormatVersion: 2,
    exportTime: exportTime(options.now),
    containerVersion: {
      path: `${path}/versions/0`,
      ...ids,
      containerVersionId: '0',
      container: {
        path,
        ...ids,
        name: `Clickthread - ${options.site}`,
        publicId: 'GTM-XXXX',
        usageContext: ['WEB'],
      },
      tag: tags(options, collector),
      trigger: triggers(options),
      variable: variables(options),
      folder: [{ ...ids, folderId: FOLDER, name: 'Clickthread' }],
      builtInVariable: [{ ...ids, type: 'EVENT', name: 'Event' }],
      customTemplate: [customTemplate],
    },
  };
}

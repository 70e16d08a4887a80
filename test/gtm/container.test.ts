/** The import file, and the checker that resolves its references. */
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { checkContainer } from '../../gtm/check/container-checker.ts';
import { container } from '../../gtm/container.ts';
import { runTemplateTests } from '../../gtm/check/template-runner.ts';

const now = Date.UTC(2026, 10, 22, 9, 30);
const make = (orderSource: 'ga4' | 'cs-cart', dataLayer?: string) =>
  container({ collector: 'https://t.shop.example/t', site: 'shop', currency: 'EUR', now, orderSource, dataLayer });

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type File = any;
/** A copy with a change, the way a careless hand would make it. */
function changed(change: (version: File, file: File) => void, orderSource: 'ga4' | 'cs-cart' = 'ga4'): unknown {
  const file: File = structuredClone(make(orderSource));
  change(file.containerVersion, file);
  return file;
}

const ga4: File = make('ga4');
const csCart: File = make('cs-cart');

describe.each([
  ['ga4', ga4],
  ['cs-cart', csCart],
])('the import file for %s', (_source, file: File) => {
  it('has no problem that the checker knows', () => {
    expect(checkContainer(file)).toEqual([]);
    expect(checkContainer(JSON.parse(JSON.stringify(file)))).toEqual([]);
  });

  it('embeds the template, whose own tests pass', () => {
    const [template] = file.containerVersion.customTemplate;
    expect(runTemplateTests(template.templateData).filter(({ passed }) => !passed)).toEqual([]);
  });

  it('loads the tag on Initialization and leaves consent to the template', () => {
    expect(file.exportFormatVersion).toBe(2);
    expect(file.exportTime).toBe('2026-11-22 09:30:00');
    expect(file.containerVersion.tag[0]).toMatchObject({
      type: 'cvt_0_1',
      firingTriggerId: ['2147479573'],
      consentSettings: { consentStatus: 'NOT_NEEDED' },
      parameter: [
        { type: 'TEMPLATE', key: 'siteId', value: 'shop' },
        { type: 'TEMPLATE', key: 'collector', value: 'https://t.shop.example/t' },
        { type: 'BOOLEAN', key: 'waitForConsent', value: 'true' },
        { type: 'BOOLEAN', key: 'debug', value: 'false' },
        { type: 'TEMPLATE', key: 'action', value: 'load' },
      ],
    });
  });
});

it('reports the conversion on the purchase event', () => {
  const { tag, trigger } = ga4.containerVersion;
  expect(tag[1].firingTriggerId).toEqual([trigger[0].triggerId]);
  expect(trigger[0]).toMatchObject({
    type: 'CUSTOM_EVENT',
    customEventFilter: [
      {
        type: 'EQUALS',
        parameter: [
          { type: 'TEMPLATE', key: 'arg0', value: '{{_event}}' },
          { type: 'TEMPLATE', key: 'arg1', value: 'purchase' },
        ],
      },
    ],
  });
});

describe('the checker finds', () => {
  it.each<[string, unknown, string, string]>([
    [
      'an unknown trigger',
      changed((v) => (v.tag[1].firingTriggerId = ['77'])),
      'tag[1].firingTriggerId',
      'no trigger has the id 77',
    ],
    [
      'an unknown blocking trigger',
      changed((v) => (v.tag[1].blockingTriggerId = ['9'])),
      'tag[1].blockingTriggerId',
      'no trigger has the id 9',
    ],
    [
      'a tag that never fires',
      changed((v) => (v.tag[0].firingTriggerId = [])),
      'tag[0].firingTriggerId',
      'names no trigger',
    ],
    [
      'an unknown setup tag',
      changed((v) => (v.tag[1].setupTag = [{ tagName: 'Nobody' }])),
      'tag[1].setupTag',
      'no tag is called Nobody',
    ],
    [
      'an unknown variable',
      changed((v) => v.variable.shift()),
      'tag[1]',
      'no variable is called Clickthread - currency',
    ],
    [
      'a variable of a trigger',
      changed((v) => v.variable.pop(), 'cs-cart'),
      'trigger[1]',
      'no variable is called Clickthread - CS-Cart order count',
    ],
    [
      'a variable inside code',
      changed((v) => (v.variable[1].name = 'Renamed'), 'cs-cart'),
      'variable[2]',
      'no variable is called Clickthread - CS-Cart orders',
    ],
    [
      'a bare template type',
      changed((v) => (v.tag[0].type = 'cvt_1')),
      'tag[0].type',
      'no custom template answers to cvt_1',
    ],
    [
      'a template id',
      changed((v) => (v.customTemplate[0].templateId = '2')),
      'tag[0].type',
      'no custom template answers to cvt_0_1',
    ],
    [
      'a field that the template lacks',
      changed((v) => (v.tag[0].parameter[0].key = 'site')),
      'tag[0].parameter',
      'has no field site',
    ],
    [
      'a template without readable fields',
      changed((v) => (v.customTemplate[0].templateData = 'x')),
      'tag[0].type',
      'no readable',
    ],
    [
      'a lower-case parameter type',
      changed((v) => (v.tag[0].parameter[0].type = 'template')),
      'tag[0].parameter[0].type',
      'template is none of TEMPLATE',
    ],
    [
      'a camel-case trigger type',
      changed((v) => (v.trigger[0].type = 'customEvent')),
      'trigger[0].type',
      'customEvent is none of',
    ],
    [
      'a camel-case condition',
      changed((v) => (v.trigger[0].customEventFilter[0].type = 'equals')),
      'trigger[0].customEventFilter[0].type',
      'equals is none of EQUALS',
    ],
    [
      'a camel-case firing option',
      changed((v) => (v.tag[0].tagFiringOption = 'oncePerEvent')),
      'tag[0].tagFiringOption',
      'oncePerEvent is none of',
    ],
    [
      'a camel-case consent status',
      changed((v) => (v.tag[0].consentSettings.consentStatus = 'needed')),
      'tag[0].consentSettings.consentStatus',
      'needed is none of',
    ],
    [
      'a lower-case context',
      changed((v) => (v.container.usageContext = ['web'])),
      'container.usageContext[0]',
      'web is none of',
    ],
    [
      'a lower-case built-in variable',
      changed((v) => (v.builtInVariable[0].type = 'event')),
      'builtInVariable[0].type',
      'must be in capitals',
    ],
    [
      'a variable type in capitals',
      changed((v) => (v.variable[0].type = 'C')),
      'variable[0].type',
      'C is no type of a variable',
    ],
    [
      'an empty value',
      changed((v) => (v.variable[0].parameter[0].value = '')),
      'variable[0].parameter[0].value',
      'is empty',
    ],
    [
      'a trigger without its event',
      changed((v) => (v.trigger[0].customEventFilter = [])),
      'trigger[0].customEventFilter',
      'exactly one condition',
    ],
    ['an id used twice', changed((v) => (v.tag[1].tagId = '1')), 'tag[1].tagId', '1 is used twice'],
    [
      'a foreign account',
      changed((v) => (v.tag[1].accountId = '5')),
      'tag[1].accountId',
      "must be the container's own accountId",
    ],
    [
      'an unknown folder',
      changed((v) => (v.tag[1].parentFolderId = '5')),
      'tag[1].parentFolderId',
      'no folder has the id 5',
    ],
    [
      'code that does not parse',
      changed((v) => (v.variable[2].parameter[0].value = 'function () {'), 'cs-cart'),
      'variable[2].javascript',
      'does not parse',
    ],
    ['another format', changed((_v, file) => (file.exportFormatVersion = 1)), 'exportFormatVersion', 'must be 2'],
    ['an ISO time', changed((_v, file) => (file.exportTime = '2026-11-22T09:30:00Z')), 'exportTime', 'must read like'],
    ['something else entirely', { hello: 1 }, 'containerVersion', 'is missing'],
  ])('%s', (_title, file, field, message) => {
    const problem = checkContainer(file).find((found) => found.field === field && found.message.includes(message));
    expect(problem, JSON.stringify(checkContainer(file))).toBeDefined();
  });
});

describe('the CS-Cart variable', () => {
  /** Runs the variable of the file in a page with these globals, references replaced the way Tag Manager does. */
  function ordersOn(page: Record<string, unknown>, dataLayer?: string): unknown {
    const file: File = make('cs-cart', dataLayer);
    const code = file.containerVersion.variable[1].parameter[0].value.replace(/\{\{[^{}]+\}\}/, '"EUR"');
    const window = { ...page };
    return JSON.parse(JSON.stringify(runInContext(`(${code})()`, createContext({ window }))));
  }
  const order = (id: string) => ({
    transaction_id: id,
    value: '100.00',
    currency: 'USD',
    items: [{ item_id: 'SKU-1' }],
  });
  const inEuro = (id: string) => ({ ...order(id), currency: 'EUR' });

  it('reads gtag purchases and overrides the display currency with the primary one', () => {
    expect(
      ordersOn({
        dataLayer: [
          ['js', 1],
          ['event', 'page_view', {}],
          ['event', 'purchase', order('101')],
        ],
      }),
    ).toEqual([inEuro('101')]);
  });

  it('reads every order of a Multi-Vendor checkout once, though order_info repeats the last', () => {
    const dataLayer = [
      ['event', 'purchase', order('102')],
      ['event', 'purchase', order('103')],
      ['event', 'purchase', order('102')],
    ];
    expect(ordersOn({ dataLayer, order_info: order('103') })).toEqual([inEuro('102'), inEuro('103')]);
  });

  it('falls back to order_info where gtag is blocked', () => {
    expect(ordersOn({ order_info: order('104') })).toEqual([inEuro('104')]);
  });

  it('reads a data layer of another name', () => {
    expect(ordersOn({ shopLayer: [['event', 'purchase', order('105')]] }, 'shopLayer')).toEqual([inEuro('105')]);
  });

  it.each([
    ['no data layer', {}],
    ['a hostile data layer', { dataLayer: 7, order_info: 'x' }],
    ['an order without an id', { order_info: { value: 3 } }],
    ['entries of nothing', { dataLayer: [null, undefined, 0, 'event', ['event', 'purchase']] }],
  ])('finds nothing on a page with %s', (_title, page) => {
    expect(ordersOn(page)).toEqual([]);
  });
});

/** The fields of the tag template, as Tag Manager's editor shows them. Data only; `template.ts` writes them out. */

/** One field. The shape is Tag Manager's: https://developers.google.com/tag-platform/tag-manager/templates */
export interface TemplateField {
  type: 'TEXT' | 'RADIO' | 'CHECKBOX' | 'GROUP' | 'LABEL';
  name: string;
  displayName?: string;
  checkboxText?: string;
  help?: string;
  simpleValueType?: true;
  alwaysInSummary?: boolean;
  defaultValue?: string | boolean;
  valueHint?: string;
  radioItems?: { value: string; displayValue: string }[];
  valueValidators?: { type: string; args?: string[]; errorMessage?: string }[];
  enablingConditions?: { paramName: string; paramValue: string; type: 'EQUALS' }[];
  groupStyle?: 'ZIPPY_OPEN' | 'ZIPPY_CLOSED' | 'NO_ZIPPY';
  subParams?: TemplateField[];
}

const when = (paramName: string, paramValue: string): Pick<TemplateField, 'enablingConditions'> => ({
  enablingConditions: [{ paramName, paramValue, type: 'EQUALS' }],
});

const textField = (name: string, displayName: string, more: Partial<TemplateField> = {}): TemplateField => ({
  type: 'TEXT',
  name,
  displayName,
  simpleValueType: true,
  ...more,
});

const order: TemplateField[] = [
  {
    type: 'RADIO',
    name: 'orderSource',
    displayName: 'Where the order is',
    simpleValueType: true,
    defaultValue: 'ga4',
    radioItems: [
      { value: 'ga4', displayValue: 'GA4 purchase in the data layer' },
      { value: 'variable', displayValue: 'A variable that holds one order, or a list of orders' },
      { value: 'fields', displayValue: 'The fields below' },
    ],
  },
  textField('order', 'Order variable', {
    help: 'An object, or a list of objects, with the names of a GA4 purchase or of a Clickthread order.',
    valueHint: '{{Orders}}',
    valueValidators: [{ type: 'NON_EMPTY' }],
    ...when('orderSource', 'variable'),
  }),
  textField('orderId', 'Order id', {
    help: 'Stable: the same order must have the same id when the page is loaded again.',
    valueValidators: [{ type: 'NON_EMPTY' }],
    ...when('orderSource', 'fields'),
  }),
  textField('total', 'Total', { valueValidators: [{ type: 'NON_EMPTY' }], ...when('orderSource', 'fields') }),
  textField('tax', 'Tax', when('orderSource', 'fields')),
  textField('shipping', 'Shipping', when('orderSource', 'fields')),
  textField('coupon', 'Coupon codes', {
    help: 'One code, several separated by commas, or a variable with a list.',
    ...when('orderSource', 'fields'),
  }),
  textField('items', 'Items', {
    help: 'A variable with a list of GA4 items (item_id, item_name, price, quantity).',
    ...when('orderSource', 'fields'),
  }),
  textField('currency', 'Currency', {
    help: 'ISO 4217 code for orders that name none.',
    valueHint: 'EUR',
  }),
  textField('customerId', 'Customer id', { help: "The shop's own id of the customer, if any." }),
  textField('email', 'Customer e-mail', {
    help: 'Fill in only if a destination of this site needs it. It is not kept otherwise.',
  }),
];

/** All fields, with this collector and site as defaults. */
export function templateFields({ collector, site }: { collector: string; site?: string }): TemplateField[] {
  return [
    {
      type: 'RADIO',
      name: 'action',
      displayName: 'What this tag does',
      simpleValueType: true,
      alwaysInSummary: true,
      defaultValue: 'load',
      radioItems: [
        { value: 'load', displayValue: 'Load the tag (trigger: Initialization – All Pages)' },
        { value: 'conversion', displayValue: 'Report an order (trigger: purchase)' },
      ],
    },
    textField('siteId', 'Site id', {
      alwaysInSummary: true,
      ...(site === undefined ? {} : { defaultValue: site }),
      valueHint: 'shop',
      valueValidators: [{ type: 'NON_EMPTY' }, { type: 'REGEX', args: ['^[A-Za-z0-9_-]+$'] }],
    }),
    textField('collector', 'Collector address', {
      defaultValue: collector,
      help: "Where the collector serves the tag. Another host must be added under Permissions → Injects scripts, or taken from that collector's own template.",
      valueValidators: [{ type: 'NON_EMPTY' }, { type: 'REGEX', args: ['^https?://[^?#]+$'] }],
    }),
    {
      type: 'GROUP',
      name: 'orderGroup',
      displayName: 'Order',
      groupStyle: 'ZIPPY_OPEN',
      ...when('action', 'conversion'),
      subParams: order,
    },
    {
      type: 'CHECKBOX',
      name: 'waitForConsent',
      checkboxText: 'Wait until ad_storage is granted',
      simpleValueType: true,
      defaultValue: true,
      help: 'Nothing is loaded, stored or sent before. The order is kept in memory and reported on the same page as soon as consent is given.',
    },
    {
      type: 'CHECKBOX',
      name: 'debug',
      checkboxText: 'Say on the console what happens',
      simpleValueType: true,
      defaultValue: false,
    },
  ];
}

/** Names of every field that carries a value, groups opened. */
export function fieldNames(fields: readonly TemplateField[]): string[] {
  return fields.flatMap((field) => (field.subParams ? fieldNames(field.subParams) : [field.name]));
}

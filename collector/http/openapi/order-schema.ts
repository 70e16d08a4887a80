/** The order, its change and its journey as schemas for `/openapi.json`. A test feeds the same examples to these and to `validate-order.ts`. */
import { z } from 'zod';
import { LARGEST_MAJOR } from '../../lib/money.ts';
import { MOST_ITEMS } from '../../intake/validate-order.ts';

/** Nothing was said: what a template leaves empty. */
const nothing = z.union([z.null(), z.literal('')]);

const money = z
  .union([
    z.number().min(0).max(LARGEST_MAJOR),
    z.string().regex(/^\s*(-(?=[^1-9]*$))?\d{1,15}(\.\d{0,20})?\s*$/, 'a decimal with a dot and no grouping'),
  ])
  .describe('Major units: "112.00" or 112. At most ten billion, never negative');

/** A unit price: finer than the currency where it must be, below zero on a line that takes off. */
const unitPrice = z
  .union([
    z.number().min(-LARGEST_MAJOR).max(LARGEST_MAJOR),
    z.string().regex(/^\s*-?\d{1,15}(\.\d{0,20})?\s*$/, 'a decimal with a dot and no grouping'),
  ])
  .describe('Unit price before discounts; up to six decimals; below zero on a line that takes off');

const perhaps = (schema: z.ZodType, text: string) => z.union([schema, nothing]).optional().describe(text);

const text = z.union([z.string(), z.number(), z.null()]).optional();
/** Has at least one character that can be seen. */
const visibleText = z.union([z.string().regex(/[^\s\u0000-\u001f\u007f]/), z.number()]);

const orderId = z
  .union([
    z
      .string()

      .regex(
        /^\s*[^\s\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069](?:[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]{0,126}[^\s\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069])?\s*$/,
        '1 to 128 characters',
      ),
    z.int().min(1),
    z.int().max(-1),
  ])
  .describe("The shop's own number of the order, the same in every report");

const quantity = z.union([
  z.number().min(0).max(1_000_000),
  z.string().regex(/^\s*(?:0*1000000(?:\.0*)?|0*\d{1,6}(?:\.\d{0,6}0*)?)\s*$/),
]);

const itemFields = {
  category: text,
  quantity: perhaps(quantity, '1 unless given'),
  price: unitPrice,
  discount: perhaps(money, 'Discount on the unit price'),
  currency: z.string().optional().describe("Must be the order's where it is given"),
};
const item = z.union([
  z.looseObject({ sku: visibleText, name: text, ...itemFields }),
  z.looseObject({ sku: text, name: visibleText, ...itemFields }),
]);

const status = z.enum(['approved', 'pending', 'cancelled', 'refunded']);
const items = z.union([z.array(item).max(MOST_ITEMS), z.null()]).optional();
const coupons = z
  .union([z.array(z.string()), z.string(), z.null()])
  .optional()
  .describe('A list, or one text with commas');

const amounts = {
  subtotal: perhaps(money, 'Goods before discounts'),
  discount: perhaps(money, 'Discount on the whole order'),
  shipping: perhaps(money, 'Shipping'),
  tax: perhaps(money, 'Tax'),
};

const updatedAt = z
  .union([z.string(), z.number(), z.null()])
  .optional()
  .describe(
    'When the shop made this change, by its own clock, as placedAt is written: of two words on a field the newer stands, whichever arrives first',
  );

const clickId = z.string().regex(/^[\w.~:/|!*@$&+=%()-]{1,512}$/, 'a click id as it stood in the landing address');

export const orderSchema = z
  .looseObject({
    orderId,
    aliases: z
      .union([z.array(z.union([z.string(), z.number().int(), z.null()])), z.null()])
      .optional()
      .describe(
        'Other names that the shop has for this order (up to 8): what a page or a webhook reports under one of them is this order. A name of another order is left out',
      ),
    total: money.describe('What the customer paid'),
    currency: z
      .union([z.string().regex(/^\s*([A-Za-z]{3})?\s*$/), z.null()])
      .optional()
      .describe("ISO 4217; the site's unless given"),
    ...amounts,
    coupons,
    placedAt: z
      .union([z.string(), z.number(), z.null()])
      .optional()
      .describe(
        'ISO 8601, or the epoch’s seconds or milliseconds; without an offset in the site’s time zone; the time of arrival unless given',
      ),
    status: perhaps(status, 'approved unless given'),
    customer: z
      .union([
        z.looseObject({
          id: text.describe("The shop's own id of the customer"),
          email: z.union([z.string(), z.null()]).optional(),
          phone: text,
          isNew: z.union([z.boolean(), z.null()]).optional(),
          firstName: text,
          lastName: text,
          city: text,
          region: text,
          postcode: text,
          country: text,
        }),
        z.null(),
      ])
      .optional()
      .describe('Kept only as far as a connection of the site uses it; sealed'),
    items,
    clicks: z
      .union([z.record(z.string().regex(/^[\w.-]{1,64}$/), z.union([clickId, nothing])), z.null()])
      .optional()
      .describe('Click ids that came with the order, by landing parameter: { "irclickid": "…" }'),
    clickedAt: z
      .union([z.string(), z.null()])
      .optional()
      .describe('ISO 8601; when those were clicked; the order’s time unless given'),
    journey: z.union([z.string(), z.null()]).optional().describe("The tag's token, from clickthread('journey', …)"),
    consent: z
      .union([
        z.looseObject({ marketing: z.union([z.boolean(), z.enum(['granted', 'denied', 'unknown'])]).optional() }),
        z.null(),
      ])
      .optional()
      .describe(
        'What the customer answered: { "marketing": true }. Without it the answer is the visitor\'s; where no visitor is known, the site\'s shopConsent decides',
      ),
    updatedAt,
    custom: z
      .union([z.record(z.string(), text), z.null()])
      .optional()
      .describe('Short texts for templates, {custom.NAME}'),
    signature: z
      .union([z.string(), z.null()])
      .optional()
      .describe("Proof of the amount: HMAC-SHA256 of orderId, total and currency with the site's order key"),
  })
  .describe(
    'An order. Order id, total and currency decide whether it is taken; anything else that does not fit is left out and reported as a warning',
  );

export const patchSchema = z
  .looseObject({
    status: perhaps(status, 'The new status'),
    total: perhaps(money, 'The new total'),
    ...amounts,
    items,
    coupons,
    reason: z.union([z.string(), z.null()]).optional(),
    updatedAt,
  })
  .describe('A change of an order: what is left out stays');

/** As JSON Schema 2020-12, which OpenAPI 3.1 speaks. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

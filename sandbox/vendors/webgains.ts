/** Webgains in the sandbox: a queue that takes anything and says nothing. https://knowledgehub.webgains.com/home/server-to-server-tracking */
import { currency, isJson, type Json, jsonBody, number, oneOf, shapeProblems, text } from '../fields/shape.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Conversion {
  at: string;
  orderReference: string;
  click: string;
  value: number;
  items: Json[];
}

const list = (value: unknown): string | undefined =>
  Array.isArray(value) && value.length > 0 ? undefined : 'must be a list';
const BODY = {
  required: {
    ...{
      ids: list,
      programId: text({ pattern: /^\d+$/ }),
      eventId: text({ pattern: /^\d+$/ }),
      value: number(),
      currency,
    },
    orderReference: text(),
  },
  optional: {
    voucherId: text(),
    customerId: text(),
    customerType: text(),
    location: text(),
    comment: text(),
    items: list,
  },
};
const ID = { required: { name: oneOf('s2s'), value: text({ most: 512 }) } };
const ITEM = {
  required: { event: text({ pattern: /^\d+$/ }), price: number(), name: text() },
  optional: { code: text(), voucher: text() },
};

export const webgains: VendorFactory = (): Vendor => {
  const settings = createSettings({ programId: '' });
  const conversions: Conversion[] = [];
  const counts = { lost: 0 };
  return {
    name: 'webgains',
    title: 'Webgains',
    about: 'A queue that answers nothing; what is wrong is lost in it, and what is repeated counts again.',
    columns: ['at', 'orderReference', 'click', 'value', 'items'],
    settings,
    handle(exchange) {
      if (exchange.method !== 'POST' || exchange.path !== '/queue-conversion') return { status: 404 };
      const body = jsonBody(exchange);
      const json = isJson(body) ? body : {};
      const ids = (Array.isArray(json['ids']) ? json['ids'] : []) as Json[];
      const items = (Array.isArray(json['items']) ? json['items'] : []) as Json[];
      const wrong = [
        ...shapeProblems(body, BODY),
        ...ids.flatMap((id) => shapeProblems(id, ID)),
        ...items.flatMap((item) => shapeProblems(item, ITEM)),
      ];
      const foreign = settings.now.programId !== '' && json['programId'] !== settings.now.programId;
      if (wrong.length > 0 || foreign) counts.lost += 1;
      else
        conversions.push({
          ...{ at: new Date(exchange.at).toISOString(), orderReference: String(json['orderReference']) },
          ...{ click: String(ids[0]!['value']), value: Number(json['value']), items },
        });
      return { status: 202, body: '' };
    },
    recorded: () => conversions,
    counts: () => ({ conversions: conversions.length, ...counts }),
    reset() {
      conversions.length = 0;
      counts.lost = 0;
    },
  };
};

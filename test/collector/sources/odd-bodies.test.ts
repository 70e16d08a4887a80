/** The samples of the vendors' documents with something else in every place, one after the other: whatever comes is read or refused in words. */
import { describe, expect, test } from 'vitest';
import { reportCommand } from '../../../collector/intake/read-shop-report.ts';
import { sources } from '../../../collector/sources/index.ts';
import { readBigCommerceOrder } from '../../../collector/sources/bigcommerce/order.ts';
import { readLemonOrder } from '../../../collector/sources/lemon-squeezy/order.ts';
import { readMagentoOrder } from '../../../collector/sources/magento/order.ts';
import { readPaddleOrder } from '../../../collector/sources/paddle/order.ts';
import { readPrestaShopOrder } from '../../../collector/sources/prestashop/order.ts';
import { readShopifyOrder } from '../../../collector/sources/shopify/order.ts';
import { readShopwareOrder } from '../../../collector/sources/shopware/order.ts';
import { readStripeOrder } from '../../../collector/sources/stripe/order.ts';
import { readWooOrder } from '../../../collector/sources/woocommerce/order.ts';
import type { Settings } from '../../../collector/kit/setting.ts';
import type { HookReading, ShopReport, SignedWebhook } from '../../../collector/kit/source.ts';
import { siteOf } from '../../harness/sites.ts';
import { SAMPLES } from './samples.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
/** What may stand in any place: nothing, another type, too much of it. */
const ODD: readonly unknown[] = [null, '', 'x', 0, -1, 1e18, 1.5, true, [], {}, [null], [['x']], { a: { b: null } }];

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, below]) => pathsOf(below, [...path, key]))];
}

function withOdd(value: unknown, [key, ...rest]: Path, odd: unknown): unknown {
  if (key === undefined) return odd;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = withOdd(copy[key], rest, odd);
  return copy;
}

type Reader = (row: never, settings: Settings) => ShopReport | { ignored: string };

/** `inside`: how deep the vendor's own words begin; `worth`: what the sample says that the order is worth now. */
const ROWS: Record<string, { read: Reader; settings?: Settings; inside?: number; worth: string }> = {
  woocommerce: { read: readWooOrder, worth: '50.00 EUR' },
  shopify: { read: (row, settings) => readShopifyOrder(row, settings, NOW), worth: '47.50 CHF' },
  stripe: { read: readStripeOrder, settings: { orderField: 'order_id' }, inside: 2, worth: '49.00 EUR' },
  shopware: { read: readShopwareOrder, worth: '95.00 EUR' },
  magento: { read: readMagentoOrder, worth: '47.50 CHF' },
  bigcommerce: {
    ...{ read: readBigCommerceOrder, settings: { testMethod: 'Test Payment Gateway' } },
    ...{ inside: 2, worth: '50.00 EUR' },
  },
  prestashop: { read: readPrestaShopOrder, inside: 2, worth: '47.50 CHF' },
  paddle: {
    read: (row, settings) => readPaddleOrder(row, settings),
    settings: { orderField: 'order_id', baseUrl: 'https://api.paddle.com' },
    worth: '45.00 EUR',
  },
  'lemon-squeezy': {
    read: (row, settings) => readLemonOrder(row, settings, { ct_clicks: 'irclickid=abc' }),
    worth: '45.00 EUR',
  },
};

describe.each(Object.keys(ROWS))('%s', (name) => {
  const { read, settings = {}, inside = 1, worth } = ROWS[name]!;
  const { row, hooks } = SAMPLES[name]!;

  test('the sample itself is an order with its click, worth what was not paid back', async () => {
    const reading = read(row as never, { ...settings });
    const { order } = reading as { order: Record<string, unknown> };
    expect(`${String(order['total'])} ${String(order['currency'])}`).toBe(worth);
    expect(order['clicks']).toEqual({ irclickid: 'abc' });
    const command = reportCommand(reading as ShopReport, await siteOf([]), NOW);
    expect(command.type, JSON.stringify(command)).toBe('order');
  });

  test('an order with anything in any place is read, or refused in words', async () => {
    const site = await siteOf([]);
    // Rows that are none are left out before a reader sees them.
    const places = pathsOf(row).filter(
      (path) => path.length >= inside && !(inside > 1 && path.length === 2 && /^\d+$/.test(String(path[1]))),
    );
    for (const path of places)
      for (const odd of ODD) {
        const where = `${path.join('.')} = ${JSON.stringify(odd)}`;
        const reading = attempt(() => read(withOdd(row, path, odd) as never, { ...settings }), where);
        if ('ignored' in reading) continue;
        const command = attempt(() => reportCommand(reading, site, NOW), where);
        if (command.type === 'refused') expect(command.errors.length, where).toBeGreaterThan(0);
      }
  });

  test('a webhook with anything in any place is read, or said to be none of ours', () => {
    const source = sources.find((one) => one.name === name)!;
    const { webhook } = source;
    for (const { headers, body } of hooks)
      for (const path of pathsOf(body))
        for (const odd of ODD) {
          const text = JSON.stringify(withOdd(body, path, odd));
          const where = `${path.join('.')} = ${JSON.stringify(odd)}`;
          if (webhook?.kind === 'hint') attempt(() => webhook.orderIds(text), where);
          else {
            const delivery = { headers, body: Buffer.from(text), now: NOW };
            const reading: HookReading = attempt(
              () => (webhook as SignedWebhook).read(delivery, { ...defaultsOf(name), ...settings }),
              where,
            );
            expect(Object.keys(reading)[0], where).toMatch(/^(reports|erase|ignored|broken)$/);
          }
        }
  });
});

function attempt<T>(act: () => T, where: string): T {
  try {
    return act();
  } catch (error) {
    throw new Error(`threw at ${where}`, { cause: error });
  }
}

/** With a way to the API, so that what a body only names is read. */
function defaultsOf(name: string): Settings {
  const { settings } = sources.find((one) => one.name === name)!;
  const given = Object.entries(settings).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[key, value]],
  );
  return { ...(Object.fromEntries(given) as object), shop: 'example.myshopify.com', storeHash: 'examplehash' };
}

/** Every page of the dashboard, on a desk and on a phone: no serious fault of accessibility in either theme, and no wider than the window. */
import { expect, test } from 'vitest';
import { page, useBrowser } from '../harness/browser-suite.ts';
import { dashboard, enter, goTo, placeOrder, seriousFaults } from '../harness/dashboard.ts';

useBrowser();

const FURTHER = [
  ...['#/live', '#/deliveries', '#/connections', '#/connection/shop/impact', '#/connection/shop', '#/quarantine'],
  ...['#/reconcile', '#/rules', '#/check', '#/alerts', '#/keys', '#/audit', '#/privacy', '#/people'],
];

test.each([1280, 390])('axe finds nothing serious on any page, in either theme, %i pixels wide', async (width) => {
  await placeOrder({ orderId: 'AXE-1' }, 'click-axe');
  await page.setViewportSize({ width, height: 844 });
  await page.goto(dashboard());
  expect(await seriousFaults(page)).toEqual([]);
  await enter('owner');
  for (const place of [
    '#/todo',
    '#/overview',
    '#/overview?from=2026-01-01&to=2026-01-02',
    '#/orders',
    '#/orders?text=nothing-fits',
    '#/order/shop/AXE-1',
    ...FURTHER,
  ]) {
    await goTo(place);
    expect({ place, width, faults: await seriousFaults(page) }).toEqual({ place, width, faults: [] });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect({ place, width, wide: Math.max(0, wide) }).toEqual({ place, width, wide: 0 });
  }
});

test('Greek words, which are longer, fit on a phone and beside each other, on every page', async () => {
  await placeOrder({ orderId: 'GREEK-1' }, 'click-greek');
  await enter('owner');
  await page.getByLabel('Language').selectOption('el');
  await page.getByRole('heading', { name: 'Εκκρεμότητες' }).waitFor();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (const place of ['#/todo', '#/start', '#/overview', '#/orders', '#/order/shop/GREEK-1', ...FURTHER]) {
      await goTo(place);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect({ place, width, wide: Math.max(0, wide) }).toEqual({ place, width, wide: 0 });
    }
  }
});

/** What tests of the dashboard begin with: somebody of a role who is signed in, orders that somebody placed, and a look for what bars people. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { LinkView, Role } from '../../wire/admin/people.ts';
import { page, world } from './browser-suite.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const dashboard = (): string => `http://127.0.0.1:${world.collector.port}/admin/`;

let people = 0;
/** A link for somebody of that role. */
export async function linkFor(role: Role, sites?: string[]): Promise<string> {
  const name = `${role} ${(people += 1)}`;
  return (await world.admin<LinkView>('POST', '/people', { name, role, ...(sites ? { sites } : {}) })).link;
}

/** Opens the dashboard as somebody of that role, at a place in it. */
export async function enter(role: Role, place = '', sites?: string[]): Promise<void> {
  page.setDefaultTimeout(15_000);
  await page.goto(await linkFor(role, sites));
  await page.getByRole('navigation').waitFor();
  if (place !== '') await goTo(place);
}

/** Another place of the dashboard, once what it shows has come. */
export async function goTo(place: string): Promise<void> {
  await page.evaluate(async (hash) => {
    location.hash = hash;
    // The page hears of it by an event, and paints.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, place);
  await page.waitForFunction(() => !document.querySelector('main .loading, main .refreshing'));
}

/** An order from a page of the site; its visitor came by the given click. */
export async function placeOrder(order: Record<string, unknown> & { orderId: string }, click?: string): Promise<void> {
  const { visitor = `visitor-of-${order.orderId.replaceAll(/\W/g, '')}`, ...rest } = order;
  const touches = click === undefined ? [] : [{ param: 'irclickid', value: click, at: Date.now() - 60_000 }];
  const response = await fetch(`http://127.0.0.1:${world.collector.port}/t/shop/conversion`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'http://localhost' },
    body: JSON.stringify({ total: '112.00', currency: 'USD', ...rest, visitor, touches }),
  });
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
}

/** What axe finds that is serious, in both themes. https://github.com/dequelabs/axe-core/blob/develop/doc/API.md */
export async function seriousFaults(on: Page): Promise<string[]> {
  // The page's policy lets nothing in from outside; the tool comes by the way of the browser's own debugger.
  const found: string[] = [];
  for (const theme of ['light', 'dark']) {
    await on.evaluate((chosen) => void (document.documentElement.dataset.theme = chosen), theme);
    await on.evaluate(AXE);
    const results = await on.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
      return (await axe.run({ resultTypes: ['violations'] })).violations.map(({ id, impact, nodes }) => ({
        ...{ id, impact },
        where: nodes.map(({ target }) => target.join(' ')).slice(0, 3),
      }));
    });
    for (const { id, impact, where } of results)
      if (impact === 'serious' || impact === 'critical') found.push(`${theme}: ${id} at ${where.join(', ')}`);
  }
  return found;
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { target: string[] }[] }[];
}

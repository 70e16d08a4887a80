/** The page Live in a real browser: orders as they come and are told, what is refused, and one browser alone. */
import { expect, test } from 'vitest';
import { page, useBrowser, world } from '../harness/browser-suite.ts';
import { enter, placeOrder, seriousFaults } from '../harness/dashboard.ts';

useBrowser();

test('an order is watched as it comes and is told, also over a restart of the collector, and where no stream comes through', async () => {
  await placeOrder({ orderId: 'BEFORE-1' });
  await enter('viewer', '#/live');
  await page.getByRole('status').getByText('Listening.').waitFor();
  await page.getByRole('link', { name: 'BEFORE-1' }).waitFor();
  await placeOrder({ orderId: 'LIVE-1' }, 'click-live');
  const row = page.getByRole('row', { name: /LIVE-1/ });
  await row.getByText(/^(delivered|confirmed)/).waitFor();
  await page.getByText('Come since you opened the page: 1.').waitFor();
  await world.collector.stop();
  await page.getByText('The connection is lost; trying again.').waitFor();
  await world.collector.start();
  await page.getByRole('status').getByText('Listening.').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await placeOrder({ orderId: 'LIVE-2' });
  await page.getByText('Paused: nothing moves').waitFor();
  expect(await page.getByRole('link', { name: 'LIVE-2' }).count()).toBe(0);
  await page.route('**/admin/api/live', (route) =>
    route.request().headers().accept?.includes('event-stream') ? route.fulfill({ status: 503 }) : route.continue(),
  );
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('asked again every few seconds').waitFor();
  await page.getByRole('link', { name: 'LIVE-2' }).waitFor();
  await placeOrder({ orderId: 'LIVE-3' });
  await page.getByRole('link', { name: 'LIVE-3' }).waitFor();
  // Away while it is asked again and again, and back with a stream.
  await page.unroute('**/admin/api/live');
  await page.route('**/admin/api/live', (route) => route.fulfill({ status: 503 }));
  await page.getByText('The connection is lost; trying again.').waitFor();
  await page.unroute('**/admin/api/live');
  await page.getByRole('status').getByText('Listening.').waitFor();
});

test('a refused order is seen as it comes, with the field and the request but not the customer; one browser alone can be followed', async () => {
  await enter('operator', '#/live');
  await page.getByRole('status').getByText('Listening.').waitFor();
  const refused = { orderId: 'NO-1', total: 'free', currency: 'USD', customer: { email: 'jane@shop.example' } };
  const answer = await fetch(`http://127.0.0.1:${world.collector.port}/t/shop/conversion`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'http://localhost' },
    body: JSON.stringify({ ...refused, visitor: 'visitor-of-NO1', touches: [] }),
  });
  expect(answer.status).toBe(422);
  await placeOrder({ orderId: 'YES-1' });
  const row = page.getByRole('listitem').filter({ hasText: 'total' });
  await row.getByText('What was sent').click();
  await row.getByText('"orderId": "NO-1"').waitFor();
  expect(await row.innerText()).not.toContain('jane');
  await page.getByRole('link', { name: 'YES-1' }).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await row.getByRole('link', { name: 'only this browser' }).click();
  await page.getByRole('link', { name: 'YES-1' }).waitFor({ state: 'detached' });
  await row.getByText('"orderId": "NO-1"').waitFor();
  await page.getByRole('searchbox').fill('visitor-of-YES');
  await page.getByRole('button', { name: 'Only this one' }).click();
  await page.getByRole('link', { name: 'YES-1' }).waitFor();
  expect(await row.count()).toBe(0);
  await page.getByRole('button', { name: 'Everybody' }).click();
  await row.waitFor();
  // What somebody mends meanwhile is taken, and stands among the refused no more.
  const listed = await world.admin<{ quarantine: { id: string }[] }>('GET', '/quarantine?site=shop');
  const mended = JSON.stringify({ ...refused, total: '9.00', visitor: 'visitor-of-NO1', touches: [] });
  await world.admin('POST', `/quarantine/${listed.quarantine[0]!.id}/mend`, { body: mended });
  await row.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'NO-1' }).waitFor();
  await enter('viewer', '#/live');
  await page.getByRole('link', { name: 'YES-1' }).waitFor();
  // What the operator saw on this page goes with the operator.
  await page.getByRole('heading', { name: 'Refused' }).waitFor({ state: 'detached' });
});

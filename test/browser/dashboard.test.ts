/** The dashboard in a real browser: who gets in, what each role may, what is shown of an order, and that nothing a stranger says steers it. */
import { expect, test } from 'vitest';
import { controlOf } from '../sandbox/control.ts';
import { context, openTab, page, useBrowser, world } from '../harness/browser-suite.ts';
import { dashboard, enter, goTo, linkFor, placeOrder } from '../harness/dashboard.ts';

useBrowser();

test('a link lets in once; the cookie is out of reach of scripts, and nothing else is kept of it', async () => {
  const link = await linkFor('viewer');
  await page.goto(link);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(page.url()).not.toContain('sign-in');
  const cookies = await context.cookies();
  expect(cookies).toMatchObject([{ name: 'clickthread_session', path: '/admin', httpOnly: true, sameSite: 'Strict' }]);
  expect(await page.evaluate(() => document.cookie)).toBe('');
  await context.clearCookies();
  await page.goto(dashboard());
  await page.goto(link);
  await page.getByRole('alert').getByText('was used before').waitFor();
  await page.goto(dashboard());
  await page.getByText('clickthread user link NAME').waitFor();
});

test('nothing is asked of anybody else, nothing inline runs, and the console is silent', async () => {
  const asked: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await enter('owner', '#/orders');
  for (const place of ['#/people', '#/orders?partner=impact', '#/order/shop/NONE']) await goTo(place);
  expect(asked.filter((url) => !url.startsWith(dashboard()) && !url.startsWith('data:'))).toEqual([]);
  // The browser itself tells of answers that refuse.
  expect(said.filter((text) => !/status of (404|401)/.test(text))).toEqual([]);
});

test('an address that changes as soon as the menu stands is followed', async () => {
  await page.addInitScript(() => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector('nav')) return;
      watch.disconnect();
      location.hash = '#/people';
    });
    watch.observe(document, { childList: true, subtree: true });
  });
  await enter('viewer');
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
});

test('each role sees the deeds that are its own', async () => {
  await placeOrder({ orderId: 'ROLE-1' }, 'click-role');
  const buttons = async (): Promise<string[]> => page.getByRole('main').getByRole('button').allTextContents();
  await enter('viewer', '#/order/shop/ROLE-1');
  await page.getByText('Credited to').first().waitFor();
  expect(await buttons()).not.toContain('Refund');
  await goTo('#/people');
  expect(await buttons()).not.toContain('Let somebody in');
  const refused = await page.evaluate(async () => {
    const headers = { 'x-clickthread': 'dashboard', 'content-type': 'application/json' };
    const body = JSON.stringify({ site: 'shop', status: 'refunded', reason: 'x' });
    return (await fetch('api/orders/ROLE-1/change', { method: 'POST', headers, body })).status;
  });
  expect(refused).toBe(403);
  await enter('operator', '#/order/shop/ROLE-1');
  await page.getByRole('button', { name: 'Refund' }).waitFor();
  await goTo('#/people');
  expect(await buttons()).not.toContain('Let somebody in');
  await enter('owner', '#/people');
  await page.getByRole('button', { name: 'Let somebody in' }).waitFor();
});

test('an operator refunds an order with a reason, and the story says who did it', async () => {
  await placeOrder({ orderId: 'REFUND-1' }, 'click-refund');
  await world.settled('REFUND-1');
  await enter('operator', '#/orders');
  await page.keyboard.press('/');
  await page.keyboard.type('REFUND');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'REFUND-1' }).click();
  await page.getByRole('button', { name: 'Refund' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('every network that was told of it is told so').waitFor();
  await dialog.getByLabel('Reason').fill('sent back');
  await dialog.getByRole('button', { name: 'Refund' }).click();
  await page.getByText(/set to refunded by operator \d+: sent back/).waitFor();
  await dialog.waitFor({ state: 'detached' });
  const { deliveries } = await world.settled('REFUND-1');
  expect(deliveries.map(({ kind }) => kind)).toContain('reversal');
});

test('the list of orders is kept as a file, as it is filtered', async () => {
  await placeOrder({ orderId: '=FILE-1' });
  await placeOrder({ orderId: 'FILE-2' }, 'click-file');
  await enter('viewer', '#/orders?partner=nobody');
  await page.getByRole('link', { name: '=FILE-1' }).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^clickthread-orders-[\d-]+\.csv$/);
  const text = (await (await file.createReadStream()).toArray()).join('');
  expect(text).toContain("shop,'=FILE-1,");
  expect(text).not.toContain('FILE-2');
});

test('a report that may have arrived is ticked off on the spot, or looked at', async () => {
  const item = {
    ...{ kind: 'ambiguous', site: 'shop', connection: 'impact', name: 'MAYBE 1', count: 1, deliveries: ['d-1'] },
    ...{ reason: 'no answer', at: '2026-11-22T12:00:00.000Z' },
  };
  let open = [item];
  let told: unknown;
  await page.route('**/admin/api/todo', (route) => route.fulfill({ json: { todo: open } }));
  await page.route('**/admin/api/orders/*/done', (route) => {
    told = [new URL(route.request().url()).pathname, route.request().postDataJSON()];
    open = [];
    return route.fulfill({ json: {} });
  });
  await enter('operator');
  const place = await page.getByRole('link', { name: 'Look impact' }).getAttribute('href');
  expect(place).toBe('#/order/shop/MAYBE%201');
  await page.getByRole('button', { name: 'It is there MAYBE 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'It is there' }).click();
  await page.getByText('Nothing waits for you.').waitFor();
  expect(told).toEqual(['/admin/api/orders/MAYBE%201/done', { site: 'shop', deliveries: ['d-1'] }]);
});

test('a contested order is decided with both stories side by side', async () => {
  await placeOrder({ orderId: 'TWO-1', total: '129.00', visitor: 'visitor-anna' }, 'click-anna');
  await placeOrder({ orderId: 'TWO-1', total: '1290.00', visitor: 'visitor-ben' }, 'click-ben');
  await enter('operator', '#/order/shop/TWO-1');
  await page.getByRole('button', { name: 'Decide' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio').nth(2).waitFor();
  expect(await dialog.getByRole('radio').count()).toBe(3);
  await dialog.getByRole('radio').nth(1).check();
  await dialog.getByRole('button', { name: 'Decide' }).click();
  await page.getByText(/credited to visitor .* by operator/).waitFor();
  expect((await world.order('TWO-1'))?.contest).toBeNull();
});

test('what was rejected is sent again from the list of what is to do', async () => {
  await controlOf(() => world.sandbox, 'impact').script([{ kind: 'validation' }]);
  await placeOrder({ orderId: 'AGAIN-1' }, 'click-again');
  await world.settled('AGAIN-1');
  await enter('operator');
  await page.getByText('Rejected reports: 1').waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
  await page.getByText('Rejected reports: 1').waitFor({ state: 'detached' });
  expect((await world.settled('AGAIN-1')).deliveries).toMatchObject([
    { connection: 'impact', state: expect.stringMatching(/^(delivered|confirmed)$/) },
  ]);
});

test('a held connection is tested, mended in its form, and what was held is sent again', async () => {
  const vendor = controlOf(() => world.sandbox, 'impact');
  // However many requests there are until the token is mended: a look at an earlier order's verdict may be among them.
  await vendor.script([{ kind: 'unauthorized', times: 50 }]);
  await placeOrder({ orderId: 'HELD-1' }, 'click-held');
  await world.settled('HELD-1');
  await enter('owner');
  await page.getByText('A connection is held').waitFor();
  // What it is owed, since when, what is left of its hour, when it is asked again, and what to do stand on one line.
  await goTo('#/deliveries');
  const queue = page.getByRole('row', { name: /impact impact\.com held.* the oldest from .* of 1,000 this hour/ });
  await queue.getByText('Mend its settings, then send again. Again in').waitFor();
  await queue.getByRole('link', { name: 'Mend it' }).click();
  await page.getByRole('heading', { level: 1, name: 'impact' }).waitFor();
  await goTo('#/todo');
  await page.getByRole('link', { name: 'Look impact' }).click();
  await page.getByRole('button', { name: 'Run the test' }).click();
  await page.getByRole('status').getByText('mend').waitFor();
  const token = page.getByLabel('Auth token');
  expect(await token.inputValue()).toBe('');
  await vendor.script([]);
  await token.fill('a-new-token');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').or(page.getByText('ok').first()).first().waitFor();
  await page.getByRole('button', { name: 'Run the test' }).click();
  await page.getByRole('status').getByText('ok').last().waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await world.settled('HELD-1')).deliveries).toMatchObject([
    { connection: 'impact', state: expect.stringMatching(/^(delivered|confirmed)$/) },
  ]);
  await goTo('#/audit');
  await page.getByRole('row', { name: /owner \d+ connection put/ }).waitFor();
});

test('a key is made and shown once, and ended', async () => {
  await enter('owner', '#/keys');
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Whose it is').fill('till');
  await dialog.getByRole('button', { name: 'Make a key' }).click();
  const key = await dialog.getByText(/^ctkey_/).innerText();
  const report = () =>
    fetch(`http://127.0.0.1:${world.collector.port}/v1/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ orderId: 'KEY-1', total: '1.00', currency: 'USD' }),
    });
  expect((await report()).status).toBe(201);
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect(await page.getByRole('main').innerText()).not.toContain(key);
  await page.getByRole('button', { name: 'End it till' }).click();
  await dialog.getByRole('button', { name: 'End it' }).click();
  await page.getByText('ended').waitFor();
  expect((await report()).status).toBe(401);
});

test('a refused order is mended by hand and taken', async () => {
  await fetch(`${world.tag('127.0.0.1')}/conversion`.replace(String(world.door.port), String(world.collector.port)), {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'http://localhost' },
    body: JSON.stringify({ orderId: 'MEND-1', total: 'forty', currency: 'USD', visitor: 'visitor-of-mend' }),
  });
  await enter('operator', '#/quarantine');
  await page.getByRole('button', { name: 'Mend' }).click();
  const field = page.getByLabel('What was sent');
  await field.fill((await field.inputValue()).replace('forty', 'fifty'));
  await page.getByRole('button', { name: 'Take it' }).click();
  await page.getByRole('dialog').getByRole('alert').getByText('decimal amount').waitFor();
  await field.fill((await field.inputValue()).replace('fifty', '50.00'));
  await page.getByRole('button', { name: 'Take it' }).click();
  await page.getByText('No order was refused').waitFor();
  expect(await world.order('MEND-1')).toMatchObject({ total: '50.00' });
});

test('the overview adds up, and its days are a table, too', async () => {
  await placeOrder({ orderId: 'SUM-1', total: '1000.00' }, 'click-sum');
  await enter('viewer', '#/overview?period=7d');
  await page.getByRole('img', { name: 'Revenue of 7 days' }).waitFor();
  const row = page.getByRole('row', { name: /^impact/ });
  const amount = Number((await row.getByRole('cell').nth(1).innerText()).replace(/[^\d.]/g, ''));
  expect(amount).toBeGreaterThanOrEqual(1000);
  await page.getByRole('main').locator('summary').click();
  expect(await page.getByRole('table', { name: 'The days as a table' }).getByRole('row').count()).toBe(8);
  await row.getByRole('link').click();
  await page.getByRole('link', { name: 'SUM-1' }).waitFor();
});

test('what strangers say is shown as it is: no markup, no change of direction', async () => {
  const hostile = `X"'<img src=x onerror=alert(1)`;
  await placeOrder({
    orderId: hostile,
    items: [{ sku: 'A', name: '\u202egnp.exe<script>alert(1)</script>\u0007', quantity: 1, price: '112.00' }],
  });
  let alerted = false;
  page.on('dialog', (dialog) => {
    alerted = true;
    void dialog.dismiss();
  });
  await enter('viewer', '#/orders');
  await page.getByRole('link', { name: hostile }).click();
  await page.getByRole('heading', { level: 1, name: hostile }).waitFor();
  const text = await page.getByRole('main').innerText();
  expect(text).toContain('<script>alert(1)</script>');
  expect(text).not.toMatch(/[\u202e\u0007]/);
  expect(alerted).toBe(false);
  expect(await page.locator('main img, main script').count()).toBe(0);
});

test('a collector that restarts is waited for, and a session that ends leaves what is typed', async () => {
  await enter('owner', '#/people');
  await page.getByRole('button', { name: 'Let somebody in' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Eleni');
  await world.collector.stop();
  await page.getByRole('dialog').getByRole('button', { name: 'Let somebody in' }).click();
  await page.getByText('The collector does not answer').waitFor();
  await world.collector.start();
  await page.getByText('The collector does not answer').waitFor({ state: 'detached' });
  const { sessions } = await world.admin<{ sessions: { id: string }[] }>('GET', '/sessions');
  for (const { id } of sessions) await world.admin('DELETE', `/sessions/${id}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Let somebody in' }).click();
  await page.getByText('Your session has ended').waitFor();
  expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('Eleni');
  const editing = page;
  await openTab();
  await enter('owner');
  await page.close();
  await editing.getByRole('dialog').getByRole('button', { name: 'Let somebody in' }).click();
  await editing.getByText('It works once, for an hour').waitFor();
  await editing.getByText('Your session has ended').waitFor({ state: 'detached' });
});

test('keys lead and are listed; the menu speaks Greek when it is asked to', async () => {
  await enter('viewer', '#/people');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
  await page.getByLabel('Language').selectOption('el');
  await page.getByRole('heading', { name: 'Παραγγελίες' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('el');
  await page.reload();
  await page.getByRole('heading', { name: 'Παραγγελίες' }).waitFor();
});

test('an operator of one site finds every page of the menu in order, and none that shows the whole installation', async () => {
  await enter('operator', '', ['shop']);
  await page.getByRole('navigation').getByText('More').click();
  const links = page.getByRole('navigation').getByRole('link');
  const names = await links.allInnerTexts();
  expect(names).toEqual([
    'To do',
    'Overview',
    'Orders',
    'Live',
    'Deliveries',
    'Connections',
    'Quarantine',
    'Reconcile',
    'Rules',
    'People',
  ]);
  for (const name of names) {
    const link = page.getByRole('navigation').getByRole('link', { name, exact: true });
    if (!(await link.isVisible())) await page.getByRole('navigation').locator('summary').click();
    await link.click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.getByRole('alert').count(), name).toBe(0);
  }
  await goTo('#/audit');
  await page.getByText('This page is for people with another role').waitFor();
});

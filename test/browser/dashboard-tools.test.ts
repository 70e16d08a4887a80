/** Pages of the dashboard that are needed now and then, in a real browser: reconciling with a network's own report, forgetting a person, alerts, test clicks, rules. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { OrderStory } from '../../wire/admin/orders.ts';
import type { ConnectionShown } from '../../wire/admin/connections.ts';
import type { SiteView } from '../../wire/admin/sites.ts';
import { browser, context, page, useBrowser, world } from '../harness/browser-suite.ts';
import { until } from '../harness/until.ts';
import { dashboard, enter, goTo, placeOrder, seriousFaults } from '../harness/dashboard.ts';

useBrowser();

/** On a desk and on a phone the page has no serious fault of accessibility and is no wider than the window. */
async function expectBothWidths(): Promise<void> {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    expect({ width, faults: await seriousFaults(page) }).toEqual({ width, faults: [] });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect({ width, wide: Math.max(0, wide) }).toEqual({ width, wide: 0 });
  }
}

test('a network’s report is dropped in and compared; what differs is a list and a file', async () => {
  await placeOrder({ orderId: 'REC-1' }, 'click-rec-1');
  await placeOrder({ orderId: 'REC-2' }, 'click-rec-2');
  await world.settled('REC-1');
  await world.settled('REC-2');
  await enter('operator', '#/reconcile?site=shop&connection=impact');
  await page.getByLabel('Report of the network').setInputFiles({
    ...{ name: 'report.csv', mimeType: 'text/csv' },
    buffer: Buffer.from('Nr,Sale Amount\nREC-1,112.00\nREC-2,12.00\n=GONE,5.00\n'),
  });
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('alert').getByText('which column holds the order id').waitFor();
  await page.getByText('If a column is not recognised').click();
  await page.getByLabel('Column of the order id').fill('Nr');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByText('The order id is read from “Nr”, the amount from “Sale Amount”').waitFor();
  await page.getByRole('row', { name: /REC-2 different amount/ }).waitFor();
  await page.getByRole('row', { name: /=GONE missing here/ }).waitFor();
  await expectBothWidths();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save as CSV', exact: true }).click(),
  ]);
  expect((await (await file.createReadStream()).toArray()).join('')).toContain("'=GONE,missing here");
  await page.getByRole('button', { name: 'Fetch it from the network' }).click();
  await page.getByText(/^\d+ rows, fetched for \d{4}-\d\d-\d\d to/).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByLabel('Report of the network').setInputFiles({
    ...{ name: 'report.csv', mimeType: 'text/csv', buffer: Buffer.from('Nr,Sale Amount\nREC-2,12.00\n') },
  });
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('button', { name: 'Tell the network again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Tell the network again' }).click();
  await page.getByText(/Told again: [1-9]/).waitFor();
  // What was found before stays, with what was done about it.
  const history = page.getByRole('region', { name: 'Compared before' }).getByRole('row');
  await history.filter({ hasText: 'told again: 1' }).waitFor();
  await history.filter({ hasText: '1 of 3 agree' }).getByRole('button', { name: 'Look' }).click();
  const before = page.getByRole('dialog');
  await before.getByRole('row', { name: /REC-2 .*different amount/ }).waitFor();
  await before.getByRole('row', { name: /=GONE .*missing here .* –$/ }).waitFor();
  await expectBothWidths();
  await page.keyboard.press('Escape');
  await before.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'REC-2' }).click();
  await page.getByRole('heading', { level: 1, name: 'REC-2' }).waitFor();
});

test('after the first page only data is asked for; a page that could not be fetched says how to get it', async () => {
  const scripts: string[] = [];
  page.on('request', (request) => request.resourceType() === 'script' && scripts.push(request.url()));
  await enter('owner');
  await page.waitForLoadState('networkidle');
  expect(scripts.filter((url) => /seldom-pages|day-chart/.test(url))).toHaveLength(2);
  scripts.length = 0;
  for (const place of ['#/overview', '#/rules', '#/check', '#/start']) await goTo(place);
  expect(scripts).toEqual([]);
  await page.route('**/seldom-pages.*.js', (route) => route.fulfill({ status: 404 }));
  await page.goto(`${dashboard()}#/people`);
  await page.reload();
  await page.getByRole('alert').getByText('If the collector was updated meanwhile').waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Load it anew' }).click();
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
});

test('a partner’s manager reads one order’s story by a link, in Greek, too, until somebody ends it', async () => {
  const customer = { email: 'reader.of@example.com', id: 'C-STORY' };
  await placeOrder({ orderId: 'STORY <b>1', customer }, 'click-story');
  await world.settled('STORY <b>1');
  await enter('operator', `#/order/shop/${encodeURIComponent('STORY <b>1')}`);
  await page.getByRole('button', { name: 'Share the story' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Good for days').fill('1000');
  await dialog.getByRole('button', { name: 'Share the story' }).click();
  await dialog.getByRole('alert').getByText('must be a whole number from 1 to 90').waitFor();
  await dialog.getByLabel('Good for days').fill('2');
  await dialog.getByRole('button', { name: 'Share the story' }).click();
  const link = await page.getByRole('dialog', { name: 'The link' }).getByText('#/story/').innerText();
  await page.getByRole('button', { name: 'Close' }).click();

  const stranger = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const reading = await stranger.newPage();
  const asked: string[] = [];
  reading.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await reading.goto(link);
  await reading.getByRole('heading', { level: 1, name: 'Order STORY <b>1 at Example Shop' }).waitFor();
  await reading.getByText('This order is credited to you (impact).').waitFor();
  await reading.getByText('earned it: the newest click').waitFor();
  const text = await reading.getByRole('main').innerText();
  expect(text).toMatch(/irclickid=click-story[\s\S]*sale[\s\S]*112\.00 USD/);
  expect(text).not.toMatch(/reader\.of|C-STORY|visitor/);
  expect(asked.filter((path) => path.includes('/api/'))).toEqual(['/admin/api/story']);
  expect(await seriousFaults(reading)).toEqual([]);
  await reading.getByLabel('Language').selectOption('el');
  await reading.getByText('Αυτή η παραγγελία πιστώθηκε σε εσάς (impact).').waitFor();
  expect(await reading.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);

  await page.getByRole('button', { name: 'Share the story' }).click();
  await dialog.getByText(/^impact, until .* made by operator/).waitFor();
  await dialog.getByRole('button', { name: 'End it impact' }).click();
  await dialog.getByText(/^impact, until/).waitFor({ state: 'detached' });
  await reading.reload();
  await reading.getByRole('alert').getByText('ask the shop for a new one').waitFor();
  await stranger.close();
});

test('a connected shop is tested, read for the first time, and its customers are counted and taken away', async () => {
  const settings = {
    ...{
      listName: 'CS-Cart customers',
      url: `${world.sandbox.url}/cs-cart`,
      apiKey: 'SandboxKeySandboxKeySandboxKey01',
    },
    ...{ adminEmail: 'ops@shop.example', currency: 'EUR', perSecond: 50 },
  };
  await world.admin('PUT', '/sites/shop/connections/cscart', { type: 'cs-cart', settings });
  await enter('owner', '#/connection/shop/cscart');
  await page.getByText('Run the test first').waitFor();
  expect(await page.getByRole('button', { name: 'Read the shop for the first time' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Run the test' }).click();
  await page.getByRole('button', { name: 'Read the shop for the first time' }).click();
  await page.getByText('in step', { exact: true }).waitFor({ timeout: 30_000 });
  await page
    .getByRole('listitem')
    .filter({ hasText: /^have bought: [1-9]/ })
    .waitFor();
  await page.getByRole('heading', { name: 'Customers: CS-Cart customers' }).waitFor();
  await expectBothWidths();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save as CSV everybody' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('cscart-all.csv');
  await world.admin('DELETE', '/sites/shop/connections/cscart');
});

test('who only looks has no page for it', async () => {
  await enter('viewer');
  await goTo('#/reconcile');
  await page.getByText('This page is for people with another role').waitFor();
});

test('a person is forgotten after a look at what would go, and stands in no address', async () => {
  const customer = { email: 'Jane.Doe@example.com', id: 'C-77' };
  await placeOrder({ orderId: 'FORGET-1', customer }, 'click-forget');
  await world.settled('FORGET-1');
  await enter('owner', '#/privacy');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByLabel('Their address, number or id').fill('nobody@example.com');
  await page.getByRole('button', { name: 'See what is held' }).click();
  await page.getByText('Nothing here names this person.').waitFor();
  expect(await page.getByRole('button', { name: 'Erase' }).count()).toBe(0);
  await page.getByLabel('Their address, number or id').fill('jane.doe@example.com');
  await page.getByRole('button', { name: 'See what is held' }).click();
  await page.getByText('Orders, which lose their customer and browser; amount and status stay: 1').waitFor();
  await page.getByText('Nothing was changed so far.').waitFor();
  await page.getByRole('row', { name: /Example Shop .*400 days .*90 days/ }).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  for (const [button, expected] of [
    ['Save what is held (JSON)', '"email": "Jane.Doe@example.com"'],
    ['Save it as a table (CSV)', 'personal.email,Jane.Doe@example.com'],
  ] as const) {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^clickthread-person\.(json|csv)$/);
    expect((await (await file.createReadStream()).toArray()).join('')).toContain(expected);
  }
  const kept = (await world.order('FORGET-1')) as unknown as { customer: { id: string | null } };
  expect(kept.customer.id).toBe('C-77');
  await page.getByRole('button', { name: 'Erase' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
  await page.getByRole('heading', { name: 'Erased' }).waitFor();
  await page.getByText('What networks were told is theirs to erase').waitFor();
  const after = (await world.order('FORGET-1')) as unknown as { customer: { id: string | null } };
  expect(after.customer.id).toBeNull();
  expect([page.url(), ...asked].filter((url) => /jane|nobody/i.test(url))).toEqual([]);
});

test('who is told of what: a channel is added, hears a test message, is changed without its secret being shown, and goes', async () => {
  const heard: string[] = [];
  const listener = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      heard.push((JSON.parse(body) as { type: string }).type);
      response.writeHead(heard.length > 1 ? 500 : 204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
  await enter('owner', '#/alerts');
  await page.getByText('Nobody is told yet.').waitFor();
  await page.getByRole('button', { name: 'Add a channel' }).click();
  const form = page.getByRole('region', { name: 'Add a channel' });
  await form.getByLabel('Name').fill('ops');
  await form.getByLabel('How').selectOption('webhook');
  await form.getByLabel('Address').fill(url);
  await form.getByLabel('Signing secret').fill('too short');
  await form.getByLabel('contested orders').check();
  await form.getByLabel('Quiet hours').fill('late');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('alert').getByText('must be hours such as "22:00-07:00"').waitFor();
  await form.getByLabel('Quiet hours').fill('22:00-07:00');
  await form.getByLabel('Signing secret').fill('a-secret-of-sixteen');
  await expectBothWidths();
  await form.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'ops' });
  await row.getByText('contested orders · Quiet hours 22:00-07:00').waitFor();
  await row.getByRole('button', { name: 'Send a test message ops' }).click();
  await row.getByText('The test message was taken.').waitFor();
  expect(heard).toEqual(['alert.test']);
  await row.getByRole('button', { name: 'Send a test message ops' }).click();
  await row.getByRole('alert').getByText('500').waitFor();
  await row.getByRole('button', { name: 'Change ops' }).click();
  const change = page.getByRole('region', { name: 'ops' });
  expect(await change.getByLabel('Signing secret').inputValue()).toBe('');
  expect(await page.content()).not.toContain('a-secret-of-sixteen');
  await change.getByLabel('contested orders').uncheck();
  await change.getByLabel('It is told').uncheck();
  await change.getByRole('button', { name: 'Save' }).click();
  await row.getByText('everything · Quiet hours 22:00-07:00').waitFor();
  await row.getByText('paused').waitFor();
  const { channels } = await world.admin<{ channels: object[] }>('GET', '/alerts');
  expect(channels).toMatchObject([{ id: 'ops', enabled: false, quiet: '22:00-07:00', settings: { url } }]);
  await row.getByRole('button', { name: 'Remove ops' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Nobody is told yet.').waitFor();
});

test('a link of a partner is made for a test click, which is followed to the told order', async () => {
  world.pages.put('/', `<script async src="${world.tag('localhost')}.js"></script>`);
  await enter('viewer', '#/check');
  // What the doctor found leads to the page where it is mended.
  const found = page.getByRole('listitem').getByRole('link', { name: 'quarantine', exact: true });
  expect(await found.first().getAttribute('href')).toBe('#/quarantine');
  await page.getByRole('region', { name: 'Test it now' }).getByRole('link', { name: 'impact.com (impact)' }).click();
  const box = page.getByRole('region', { name: 'A test click' });
  await box.getByLabel('Page of the shop').fill('javascript:alert(1)');
  await box.getByRole('alert').waitFor();
  expect(await box.locator('a[href^="javascript"]').count()).toBe(0);
  await box.getByLabel('Page of the shop').fill(`${world.pages.shop}/?colour=red`);
  const link = await box.getByRole('link', { name: /colour=red/ }).getAttribute('href');
  expect(link).toMatch(/\?colour=red&(irclickid|im_ref)=test-impact-\w+$/);
  await page.goto(link!);
  await page.waitForFunction(() => typeof (window as { clickthread?: unknown }).clickthread === 'function');
  await page.evaluate(() =>
    (window as unknown as { clickthread(...call: unknown[]): void }).clickthread('conversion', {
      ...{ orderId: 'TEST-CLICK-1', total: '112.00', currency: 'USD' },
    }),
  );
  const { attribution, deliveries } = (await world.settled('TEST-CLICK-1')) as unknown as OrderStory;
  expect(attribution.winner).toMatchObject({ connection: 'impact', value: new URL(link!).search.split('=').at(-1) });
  expect(deliveries).toMatchObject([{ connection: 'impact', kind: 'conversion' }]);
  await enter('viewer', '#/check');
  const heard = page.getByRole('region', { name: /The tag for the pages of/ }).getByRole('listitem');
  await heard.getByText(`Seen localhost:${world.pages.port}`).waitFor();
  await heard.getByText('An order was reported by a page').waitFor();
});

test('other rules are tried on the orders that there are, then saved by an owner alone', async () => {
  await placeOrder({ orderId: 'RULES-1' }, 'click-rules');
  await world.settled('RULES-1');
  await enter('operator', '#/rules');
  await page.getByRole('button', { name: 'What would have changed?' }).click();
  await page.getByRole('heading', { name: /none would have gone to somebody else/ }).waitFor();
  expect(await page.getByRole('button', { name: 'Save these rules' }).count()).toBe(0);
  await enter('owner', '#/rules');
  await page.getByLabel('A click counts for').fill('soon');
  await page.getByRole('button', { name: 'What would have changed?' }).click();
  await page.getByRole('alert').getByText('must be a duration').waitFor();
  await page.getByLabel('A click counts for').fill('14d');
  await page.getByLabel('Which kind goes first').fill('paid, campaign');
  await page.getByRole('button', { name: 'What would have changed?' }).click();
  const item = page.getByRole('listitem').filter({ hasText: 'RULES-1' });
  await item.getByText('Would go to nobody').waitFor();
  await page.getByRole('row', { name: /^nobody/ }).waitFor();
  await expectBothWidths();
  await page.getByLabel('Which kind goes first').fill('partner, paid');
  await page.getByRole('button', { name: 'What would have changed?' }).click();
  await page.getByRole('heading', { name: /none would have gone/ }).waitFor();
  await page.getByRole('button', { name: 'Save these rules' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save these rules' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const site = await world.admin<{ attribution: object; connections: string[] }>('GET', '/sites/shop');
  expect(site).toMatchObject({
    attribution: { window: '14d', precedence: ['partner', 'paid'] },
    connections: ['impact'],
  });
  expect((await world.order('RULES-1'))?.attribution.winner).toMatchObject({ connection: 'impact' });
});

/** What somebody else saved while the page stood open. */
async function otherEditor(place: string, change: (body: Record<string, unknown>) => object): Promise<void> {
  const body = await world.admin<Record<string, unknown>>('GET', place);
  await world.admin('PUT', place, change(body));
}

test('of two who edit the same rules or the same connection the second is told, keeps what they typed, and may still have theirs', async () => {
  await enter('owner', '#/rules');
  const rules = (window: string) => (site: Record<string, unknown>) => ({ ...site, attribution: { window } });
  await page.getByLabel('A click counts for').fill('7d');
  await page.getByRole('button', { name: 'What would have changed?' }).click();
  await page.getByRole('button', { name: 'Save these rules' }).waitFor();
  await otherEditor('/sites/shop', (site) => ({ ...rules('21d')(site), name: 'Renamed by the other' }));
  await page.getByRole('button', { name: 'Save these rules' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save these rules' }).click();
  const alert = page.getByRole('alert');
  await alert.getByText('Somebody has changed this since you began.').waitFor();
  expect(await page.getByLabel('A click counts for').inputValue()).toBe('7d');
  expect(await world.admin('GET', '/sites/shop')).toMatchObject({ attribution: { window: '21d' } });
  await expectBothWidths();
  const [theirs] = await Promise.all([
    context.waitForEvent('page'),
    alert.getByRole('link', { name: 'What stands now (another tab)' }).click(),
  ]);
  await theirs.getByLabel('A click counts for').waitFor();
  expect(await theirs.getByLabel('A click counts for').inputValue()).toBe('21d');
  await theirs.close();
  await alert.getByRole('button', { name: 'Save mine all the same' }).click();
  await alert.waitFor({ state: 'detached' });
  await until(async () => (await world.admin<SiteView>('GET', '/sites/shop')).attribution?.window === '7d', {
    what: 'the rules of the second',
  });
  expect(await world.admin('GET', '/sites/shop')).toMatchObject({ name: 'Renamed by the other' });

  await goTo('#/connection/shop/impact');
  const field = page.getByLabel('Program');
  await field.fill('777');
  await otherEditor('/sites/shop/connections/impact', ({ settings, type }) => ({
    ...{ type, window: '9d' },
    settings: { ...(settings as object), campaignId: '555' },
  }));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await alert.getByText('Nothing of yours is lost').waitFor();
  expect(await field.inputValue()).toBe('777');
  await alert.getByRole('button', { name: 'Save mine all the same' }).click();
  await alert.waitFor({ state: 'detached' });
  await until(async () => campaignOf(await world.admin('GET', '/sites/shop/connections/impact')) === '777', {
    what: 'the second one’s settings',
  });
  expect(await world.admin('GET', '/sites/shop/connections/impact')).toMatchObject({ window: '9d' });
});

const campaignOf = ({ settings }: ConnectionShown): unknown => settings.campaignId;

test('the way in over one’s organisation is offered where it is set up, and says why it ended', async () => {
  await page.route('**/admin/api/sign-in', (route) => route.fulfill({ json: { openId: true } }));
  await page.goto(`${dashboard()}#/refused/unknown`);
  await page.getByRole('alert').getByText('Nobody is known here by your e-mail address').waitFor();
  const link = page.getByRole('link', { name: 'Sign in with your organisation' });
  expect(await link.getAttribute('href')).toBe('api/open-id');
  expect(await seriousFaults(page)).toEqual([]);
});

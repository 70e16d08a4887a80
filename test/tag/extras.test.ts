/** What the tag does for a page beside the main job: pixels, forms, fields, callbacks, debugging. */
import { describe, expect, it, vi } from 'vitest';
import { CLICK, LANDING, NOW, open } from './page.ts';
import type { Options, Page } from './page.ts';

const order = { orderId: 'O1', total: '5.00', currency: 'USD' };
const withFire = async (...fire: object[]) => {
  const page = await sold(fire);
  page.call('conversion', order);
  await page.rest();
  return page;
};
/** A page before the order whose collector wants that fired. */
const sold = (fire: object[], options: Options = {}) =>
  open({
    ...options,
    answer: ({ url }) =>
      url.endsWith('/conversion') ? { body: { orderId: 'O1', result: 'accepted', fire } } : undefined,
  });
const fired = (page: Page) => page.sent.filter(({ url }) => url.endsWith('/fired')).map(({ body }) => body);

describe('what the collector wants fired', () => {
  const url = 'https://tracker.example/track?id=O1&amount=5.00';

  it('is a pixel, fired once and reported', async () => {
    const page = await withFire({ kind: 'pixel', url, delivery: 'D1' });
    expect(page.images).toEqual([url]);
    expect(fired(page)).toEqual([{ orderId: 'O1', delivery: 'D1', ok: true, now: NOW }]);
    page.call('conversion', order);
    await page.rest();
    expect(page.images).toEqual([url]);
  });

  it('is a form in a hidden frame, whatever its fields are called', async () => {
    const fields = { id: 'O1', amount: '5.00', submit: 'x', action: 'y' };
    const page = await withFire({
      kind: 'form',
      action: 'https://tracker.example/log',
      fields,
      target: 'frame',
      delivery: 'D2',
    });
    expect(page.submitted).toEqual([
      { action: 'https://tracker.example/log', target: expect.stringMatching(/^_ct/), fields },
    ]);
    expect(page.window.document.querySelector('iframe')!.hidden).toBe(true);
    expect(page.window.document.querySelector('form')!.hidden).toBe(true);
    expect(fired(page)).toEqual([{ orderId: 'O1', delivery: 'D2', ok: true, now: NOW }]);
  });

  it('is a form with a button where the tracker becomes the page', async () => {
    const fire = {
      kind: 'form',
      action: 'https://tracker.example/log',
      fields: { id: 'O1' },
      target: 'page',
      button: 'Click to Continue',
      delivery: 'D3',
    };
    const page = await withFire(fire);
    const form = page.window.document.querySelector('form')!;
    expect([form.hidden, form.target, form.method]).toEqual([false, '', 'post']);
    expect(form.querySelector<HTMLInputElement>('[type=submit]')!.value).toBe('Click to Continue');
    expect(page.submitted).toEqual([]);
    expect(fired(page)).toEqual([]);
  });
});

it('fires and fills on a page whose content takes the document’s names', async () => {
  const fields = { id: 'O1' };
  const form = { kind: 'form', action: 'https://tracker.example/log', fields, target: 'frame' };
  const page = await sold([form], { url: LANDING });
  const { document } = page.window;
  const body = document.body;
  // As `<img name="body">` does in a browser; jsdom has no named access on documents.
  for (const name of ['body', 'createElement', 'querySelectorAll', 'addEventListener'])
    Object.defineProperty(document, name, { value: page.window.Image, configurable: true });
  body.insertAdjacentHTML('beforeend', '<input type="hidden" data-clickthread="irclickid">');
  page.call('conversion', order);
  await page.rest();
  expect(page.submitted).toEqual([{ action: form.action, target: expect.stringMatching(/^_ct/) as string, fields }]);
  expect(body.querySelector<HTMLInputElement>('input[data-clickthread]')!.value).toBe(CLICK);
});

describe('hidden fields', () => {
  const html =
    '<form><input type="hidden" data-clickthread="irclickid"><input type="hidden" data-clickthread="journey"><input type="hidden" data-clickthread="awc" value="server"></form>';
  const values = ({ window }: Page) => [...window.document.querySelectorAll('input')].map(({ value }) => value);

  it('are filled, late ones too, and left alone where there is nothing to fill', async () => {
    const page = await open({ url: LANDING, html });
    expect(values(page)).toEqual([CLICK, page.cookies()._ct, 'server']);
    page.window.document.body.insertAdjacentHTML('beforeend', '<input type="hidden" data-clickthread="IRCLICKID">');
    await page.rest();
    expect(values(page)[3]).toBe(CLICK);
  });

  it('are empty before the answer and after a withdrawal', async () => {
    const page = await open({ url: LANDING, html, settings: { consent: 'wait' } });
    expect(values(page)).toEqual(['', '', 'server']);
    page.call('consent', { marketing: true });
    await page.rest();
    expect(values(page)[0]).toBe(CLICK);
    page.call('consent', { marketing: false });
    await page.rest();
    expect(values(page)).toEqual(['', '', '']);
  });
});

describe('the calls', () => {
  it('tell the journey when it may be told', async () => {
    const page = await open({ url: LANDING, settings: { consent: 'wait' } });
    const told: unknown[] = [];
    page.call('journey', (journey: unknown) => told.push(journey));
    await page.rest();
    expect(told).toEqual([]);
    page.call('consent', { marketing: true });
    await page.rest();
    expect(told).toEqual([
      {
        visitor: page.sent[0]!.body.visitor,
        token: page.cookies()._ct,
        touches: [{ param: 'irclickid', value: CLICK, at: NOW }],
      },
    ]);
  });

  it('tell events, and a listener that throws harms nobody', async () => {
    const page = await open();
    const told: unknown[] = [];
    page.call('on', 'conversion', () => {
      throw new Error('listener');
    });
    for (const event of ['ready', 'conversion', 'skipped'])
      page.call('on', event, (_: unknown, reason: string) => told.push([event, reason]));
    page.call('conversion', order);
    await page.rest();
    page.call('conversion', order);
    await page.rest();
    expect(told).toEqual([
      ['ready', undefined],
      ['conversion', 'accepted'],
      ['skipped', 'already sent'],
    ]);
    expect(page.errors).toEqual([]);
  });

  it.each([
    ['by the call', ''],
    ['by the address', '&_ct_debug=1'],
  ])('say on the console what happens, when asked %s', async (_, query) => {
    const log = vi.fn();
    const page = await open({ url: `${LANDING}${query}`, before: ({ console }) => void (console.log = log) });
    if (!query) page.call('debug', true);
    page.call('conversion', order);
    await page.rest();
    expect(log.mock.calls.some(([name, event]) => name === 'clickthread:' && event === 'conversion')).toBe(true);
  });

  it.each<[string, Options, object]>([
    [
      'nobody has answered',
      { settings: { consent: 'auto' }, before: (window) => void (window.__tcfapi = () => undefined) },
      { own: true, marketing: 'unknown', signals: { tcf: undefined }, held: [[expect.any(String), order]], unsent: [] },
    ],
    ['the page is none of the site’s', { url: 'https://elsewhere.example/' }, { own: false, marketing: 'granted' }],
    [
      'the collector does not answer',
      { answer: () => ({ fails: true }) },
      { own: true, held: [], unsent: [{ body: { orderId: order.orderId } }] },
    ],
  ])('say on the console why nothing was sent: %s', async (_, options, expected) => {
    const log = vi.fn();
    const page = await open({
      ...options,
      before: (window) => {
        options.before?.(window);
        window.console.log = log;
      },
    });
    page.call('conversion', order);
    await page.rest();
    page.call('debug', true);
    await page.rest();
    expect(log.mock.calls[0]).toMatchObject(['clickthread:', expected]);
  });

  it('are silent otherwise', async () => {
    const log = vi.fn();
    const page = await open({
      url: LANDING,
      before: ({ console }) => void (console.log = console.error = console.warn = log),
    });
    page.call('nothing');
    await page.rest();
    expect(log).not.toHaveBeenCalled();
  });

  it('add one global and start once', async () => {
    const names = (window: object) =>
      Object.getOwnPropertyNames(window).filter((name) => name !== 'importPart' && name !== 'dataLayer');
    let before: string[] = [];
    const page = await open({ url: LANDING, before: (window) => void (before = names(window)) });
    expect(names(page.window).filter((name) => !before.includes(name))).toEqual(['clickthread']);
  });
});

describe('a late part that can not be had', () => {
  it('costs no order', async () => {
    const page = await open({ url: LANDING, lateFails: true });
    page.call('conversion', order);
    page.call('conversion', { ...order, orderId: 'O2', total: '5,00' });
    await page.rest();
    const orders = page.sent.filter(({ url }) => url.endsWith('/conversion'));
    expect(orders.map(({ body }) => body)).toMatchObject([
      { orderId: 'O1', total: '5.00' },
      { orderId: 'O2', total: '5,00' },
    ]);
    expect(page.errors).toEqual([]);
  });
});

/** The main job of the tag: from a partner's click to the order, across domains. */
import { describe, expect, it } from 'vitest';
import { CLICK, LANDING, NOW, open, SHOP } from './page.ts';

const order = { orderId: 'O1', total: '112.00', currency: 'USD' };

describe('a click, its journey and its order', () => {
  it('stores the click id on the registrable domain and tells the collector once', async () => {
    const page = await open({ url: `${LANDING}&utm_source=spring`, referrer: 'https://blog.example/post?secret=1' });
    const { visitor } = page.sent[0]!.body as { visitor: string };
    expect(page.sent).toHaveLength(1);
    expect(page.sent[0]).toMatchObject({
      url: 'https://t.shop.example/t/shop/touch',
      options: { method: 'POST', keepalive: true, credentials: 'include' },
      body: {
        touches: [{ param: 'irclickid', value: CLICK, at: NOW, url: `${SHOP}&utm_source=spring` }],
        consent: { marketing: 'granted', source: 'site' },
      },
    });
    expect(page.cookies()._ct).toBe(`1^${visitor}^irclickid^${CLICK}^${NOW.toString(36)}`);
    const shop = await open({ url: 'https://shop.example/cart', from: page });
    expect(shop.sent).toEqual([]);
    expect(shop.cookies()._ct).toBe(page.cookies()._ct);
  });

  it('sends nothing and stores nothing on an ordinary page view', async () => {
    const page = await open();
    expect(page.sent).toEqual([]);
    expect(page.window.document.cookie).toBe('');
    expect(page.storage()).toEqual({});
  });

  it('makes one request on a landing with a click id, none on other pages, and needs no more to carry the journey', async () => {
    const landing = await open({ url: LANDING, html: '<a href="/basket">Basket</a>' });
    expect(landing.sent.map(({ url, body }) => [url, body.now])).toEqual([
      ['https://t.shop.example/t/shop/touch', NOW],
    ]);
    expect(landing.partsFetched).toEqual([]);
    for (const element of landing.window.document.querySelectorAll('*')) await landing.point(element);
    expect(landing.partsFetched).toEqual([]);
    expect(landing.call('decorate', 'https://checkout.example/')).toBe('https://checkout.example/');
    await landing.rest();
    expect(landing.partsFetched).toEqual(['link.js']);
    expect(landing.call('decorate', 'https://checkout.example/')).toMatch(/[?]_ct=[\w-]+$/);
    const next = await open({ from: landing });
    expect([next.sent, next.partsFetched]).toEqual([[], ['page.js', 'link.js']]);
    expect(next.call('decorate', 'https://checkout.example/')).toMatch(/[?]_ct=[\w-]+$/);
  });

  it('carries the journey to a linked domain, takes it up there and cleans the address bar', async () => {
    const shop = await open({
      url: LANDING,
      html: '<a id="pay" href="https://checkout.example/pay?step=1#top"><b>Pay</b></a>',
    });
    shop.window.document.addEventListener('click', (event) => event.preventDefault());
    shop.window.document.querySelector('b')!.click();
    const { href } = shop.window.document.querySelector('a')!;
    expect(href).toMatch(/^https:\/\/checkout\.example\/pay\?step=1&_ct=[\w-]+#top$/);

    const checkout = await open({ url: href });
    expect(checkout.window.location.href).toBe('https://checkout.example/pay?step=1#top');
    const touchesOf = (journey = '') => journey.replace(/^1\^\d+/, '');
    expect(touchesOf(checkout.cookies()._ct)).toBe(touchesOf(shop.cookies()._ct));
    expect(checkout.cookies()._ct).not.toBe(shop.cookies()._ct);
    // The collector is told of the token by the page that made it, and counts it for the one that it leads to.
    const token = new URL(href).searchParams.get('_ct');
    expect(shop.sent[1]).toMatchObject({ url: 'https://t.shop.example/t/shop/touch', body: { give: token } });
    expect(checkout.sent.map(({ url }) => url)).toEqual(['https://t.shop.example/t/shop/touch']);
    expect(checkout.sent[0]!.body).toMatchObject({ touches: [], handover: token });
  });

  it('sends the order once with the journey, whatever is reloaded or opened in a second tab', async () => {
    const landing = await open({ url: LANDING });
    const first = await open({ url: `${SHOP}thanks?key=secret`, from: landing });
    first.call('conversion', order);
    await first.rest();
    expect(first.sent).toHaveLength(1);
    expect(first.sent[0]).toMatchObject({
      url: 'https://t.shop.example/t/shop/conversion',
      body: { ...order, journey: landing.cookies()._ct, consent: { marketing: 'granted' } },
    });
    for (const again of [await open({ from: first }), await open({ from: first, now: NOW + 40 * 864e5 })]) {
      again.call('conversion', { ...order, orderId: 'O1' });
      await again.rest();
      expect(again.sent).toEqual([]);
    }
  });

  it('sends an order made on the landing page after the landing was read', async () => {
    const page = await open({
      url: LANDING,
      before: (window) => {
        window.eval('window.clickthread=function(){(clickthread.q=clickthread.q||[]).push(arguments)}');
        window.clickthread!('conversion', order);
      },
    });
    expect(page.sent.map(({ url }) => url.split('/').pop())).toEqual(['touch', 'conversion']);
    expect(page.sent[1]!.body.journey).toBe(page.cookies()._ct);
  });
});

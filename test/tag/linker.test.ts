/** The linker: links and forms to linked domains carry the journey at the moment they are used. */
import { describe, expect, it } from 'vitest';
import { CLICK, LANDING, NOW, SHOP, open } from './page.ts';
import type { Page } from './page.ts';

let page_: { cookies: () => string };
const TOKEN = /[?&]_ct=[\w-]+/;
const landed = async (html: string) => {
  const page = await open({ url: LANDING, html });
  for (const type of ['click', 'submit'])
    page.window.document.addEventListener(type, (event) => event.preventDefault());
  return page;
};
const fire = ({ window }: Page, element: Element, type: string, init: object = {}) =>
  element.dispatchEvent(
    Object.assign(new window.Event(type, { bubbles: true, composed: true, cancelable: true }), init),
  );
const find = <E extends Element>({ window }: Page, selector: string) => window.document.querySelector<E>(selector)!;

describe('the part of the linker', () => {
  it.each([
    ['a link', '<a href="https://checkout.example/pay">Pay</a>'],
    ['a link of a subdomain with a user', '<a href="//me:pw@pay.checkout.example:8443/">Pay</a>'],
    ['an area of an image', '<map><area href="https://checkout.example/pay"></map>'],
    ['a form', '<form action="https://checkout.example/pay"></form>'],
    ['a button', '<form><button formaction="https://checkout.example/pay"></button></form>'],
  ])('is there before anybody uses %s, whether it stood on the landing or was added', async (_what, html) => {
    const landing = await open({ url: LANDING, html });
    expect(landing.partsFetched).toEqual(['link.js']);
    for (const wrap of ['', '<div>']) {
      const page = await open({ url: LANDING });
      expect(page.partsFetched).toEqual([]);
      page.window.document.body.insertAdjacentHTML('beforeend', wrap + html);
      await page.rest();
      expect(page.partsFetched).toEqual(['link.js']);
    }
  });

  it.each(['pointerover', 'focusin'])(
    'comes with %s for what no look at the document finds, and for nothing else',
    async (sign) => {
      const page = await open({
        url: LANDING,
        html: '<p><a href="/cart">Cart</a><button>Menu</button><span></span></p>',
      });
      const use = async (element: Element) => {
        fire(page, element, sign);
        await page.rest();
        return page.partsFetched;
      };
      for (const element of page.window.document.querySelectorAll('*')) expect(await use(element)).toEqual([]);
      page.window.document.dispatchEvent(new page.window.Event(sign));
      expect(page.errors).toEqual([]);
      const root = find(page, 'span').attachShadow({ mode: 'open' });
      root.innerHTML =
        '<a href="https://elsewhere.example/"><b></b></a><a href="HTTPS://Pay.CheckOut.example/"><b></b></a>';
      const [stranger, linked] = root.querySelectorAll('b');
      expect(await use(stranger!)).toEqual([]);
      expect(await use(linked!)).toEqual(['link.js']);
      const other = await open({ url: LANDING, html: '<a href="/cart">Cart</a>' });
      find(other, 'a').setAttribute('href', 'https://checkout.example/');
      fire(other, find(other, 'a'), sign);
      await other.rest();
      expect(other.partsFetched).toEqual(['link.js']);
    },
  );

  it('comes when the visitor agrees, once', async () => {
    const html = '<a href="https://checkout.example/1">1</a><a href="https://checkout.example/2">2</a>';
    const page = await open({ url: LANDING, html, settings: { consent: 'wait' } });
    expect(page.partsFetched).toEqual([]);
    page.call('consent', { marketing: true });
    await page.rest();
    expect(page.partsFetched).toEqual(['link.js']);
  });

  it.each([
    ['without a journey', SHOP, '<a href="https://checkout.example/">Pay</a>'],
    ['that only prepares a connection', LANDING, '<link rel="preconnect" href="https://checkout.example">'],
    ['that leads to strangers', LANDING, '<a href="https://elsewhere.example/">Read</a><form action="/cart"></form>'],
  ])('is not fetched on a page %s', async (_which, url, html) => {
    expect((await open({ url, html })).partsFetched).toEqual([]);
  });

  it('is there for a form that a script submits without an event', async () => {
    const page = await open({ url: LANDING, html: '<form method="post" action="https://checkout.example/in"></form>' });
    find<HTMLFormElement>(page, 'form').submit();
    expect(page.submitted[0]!.action).toMatch(TOKEN);
  });
});

describe('links', () => {
  it.each(['click', 'auxclick', 'contextmenu'])('are decorated on %s', async (type) => {
    const page = await landed('<a href="https://checkout.example/pay"><img></a>');
    fire(page, find(page, 'img'), type);
    expect(find<HTMLAnchorElement>(page, 'a').href).toMatch(TOKEN);
  });

  it('are decorated by the keyboard', async () => {
    const page = await landed('<a href="https://checkout.example/pay">Pay</a>');
    expect(find<HTMLAnchorElement>(page, 'a').href).not.toMatch(TOKEN);
    fire(page, find(page, 'a'), 'keydown', { key: 'Enter' });
    expect(find<HTMLAnchorElement>(page, 'a').href).toMatch(TOKEN);
  });

  it('are found inside shadow roots and when added late', async () => {
    const page = await landed('<div id="host"></div>');
    const root = find(page, '#host').attachShadow({ mode: 'open' });
    root.innerHTML = '<a href="https://checkout.example/pay"><span>pay</span></a>';
    await page.point(root.querySelector('span')!);
    fire(page, root.querySelector('span')!, 'click');
    expect(root.querySelector('a')!.href).toMatch(TOKEN);
  });

  it.each([
    'https://elsewhere.example/a',
    'https://shop.example/cart',
    '/cart',
    '#top',
    'mailto:a@shop.example',
    'javascript:void(0)',
    'https://evilcheckout.example/',
    'http://[bad',
  ])('to %s stay as they are', async (href) => {
    const page = await landed(`<a href="${href}">x</a>`);
    fire(page, find(page, 'a'), 'click');
    expect(find(page, 'a').getAttribute('href')).toBe(href);
  });

  it('get no second token and keep the rest of their query byte for byte', async () => {
    const page = await landed('<a href="https://checkout.example/pay?a=%20b+c&_ct=old&z=*">x</a>');
    fire(page, find(page, 'a'), 'click');
    fire(page, find(page, 'a'), 'click');
    expect(find<HTMLAnchorElement>(page, 'a').href).toMatch(
      /^https:\/\/checkout\.example\/pay\?a=%20b\+c&z=\*&_ct=[\w-]{20,}$/,
    );
  });

  it('carry nothing for a visitor without a journey', async () => {
    const page = await open({ html: '<a href="https://checkout.example/pay">pay</a>' });
    page.window.document.addEventListener('click', (event) => event.preventDefault());
    fire(page, find(page, 'a'), 'click');
    expect(find<HTMLAnchorElement>(page, 'a').href).toBe('https://checkout.example/pay');
  });
});

describe('forms', () => {
  it('that post get the token in their address, even with fields named like properties', async () => {
    const page = await landed(
      '<form method="POST" action="https://checkout.example/pay"><input name="action"><input name="method"></form>',
    );
    fire(page, find(page, 'form'), 'submit');
    expect(find(page, 'form').getAttribute('action')).toMatch(TOKEN);
  });

  it('that get receive a hidden field, once', async () => {
    const page = await landed('<form action="https://checkout.example/pay?lost=1"><button>go</button></form>');
    fire(page, find(page, 'button'), 'click');
    fire(page, find(page, 'form'), 'submit');
    expect(page.window.document.querySelectorAll('input[name=_ct][type=hidden]')).toHaveLength(1);
    expect(find<HTMLInputElement>(page, 'input').value).toMatch(/^[\w-]{20,}$/);
  });

  it('follow the button that submits them', async () => {
    const page = await landed(
      '<form method="post" action="/cart"><button formaction="https://checkout.example/pay">go</button></form>',
    );
    fire(page, find(page, 'button'), 'click');
    expect(find(page, 'button').getAttribute('formaction')).toMatch(TOKEN);
    expect(find(page, 'form').getAttribute('action')).toBe('/cart');
  });
});

describe('the other end', () => {
  const carried = async () => {
    const page = await open({ url: LANDING });
    page.call('decorate', 'https://checkout.example/');
    await page.rest();
    return page.call('decorate', 'https://checkout.example/pay?a=1') as string;
  };

  it('is reached by decorate() too', async () => {
    expect(await carried()).toMatch(/^https:\/\/checkout\.example\/pay\?a=1&_ct=[\w-]+$/);
    const page = await open({ url: LANDING });
    expect(page.call('decorate', 'https://elsewhere.example/')).toBe('https://elsewhere.example/');
    expect(page.call('decorate', 'not an address')).toBe('not an address');
  });

  const alone = { file: 'clickthread.static.js', settings: { collector: undefined } } as const;
  const attributes = { 'data-linked': 'checkout.example', 'data-domains': 'shop.example', 'data-consent': 'granted' };

  it.each([
    ['after two minutes', { now: NOW + 121_000 }],
    [
      'in another browser',
      {
        before: ({ navigator }: { navigator: Navigator }) =>
          void Object.defineProperty(navigator, 'language', { value: 'xx' }),
      },
    ],
  ])('refuses the token %s where no collector knows it, and cleans the address all the same', async (_, options) => {
    const from = await open({ ...alone, attributes, url: LANDING });
    const url = from.call('decorate', 'https://checkout.example/pay?a=1') as string;
    const far = await open({ ...alone, attributes, url });
    expect(far.cookies()._ct).toContain(CLICK);
    const page = await open({ ...alone, attributes, url, ...options });
    expect(page.window.location.href).toBe('https://checkout.example/pay?a=1');
    expect(page.cookies()).toEqual({});
  });

  it.each([409, 403, 400])('stores nothing of a token that the collector refuses with %s', async (status) => {
    const page = await open({ url: await carried(), answer: () => ({ status, body: { errors: [] } }) });
    expect(page.sent).toHaveLength(1);
    expect(page.cookies()).toEqual({});
  });

  it('stores nothing before the collector has answered, and keeps the touches where it never does', async () => {
    let asked: unknown;
    const page = await open({
      url: await carried(),
      answer: () => {
        asked = page_.cookies();
        return { fails: true };
      },
      before: (window) => void (page_ = { cookies: () => window.document.cookie }),
    });
    expect(asked).toBe('');
    expect(page.cookies()._ct).toContain(CLICK);
  });

  it('tells the collector of a link once a minute, however often it is touched', async () => {
    const page = await landed('<a href="https://checkout.example/pay">Pay</a>');
    for (const type of ['keydown', 'contextmenu', 'click']) fire(page, find(page, 'a'), type);
    await page.rest();
    expect(page.sent.filter(({ body }) => 'give' in body)).toHaveLength(1);
  });

  it.each(['garbage', 'AAAA', '-_-_', 'a'.repeat(5000)])('takes nothing from %s', async (token) => {
    const page = await open({ url: `https://checkout.example/pay?_ct=${token}` });
    expect(page.cookies()).toEqual({});
    expect(page.errors).toEqual([]);
  });

  it('keeps the state of the page that it cleans', async () => {
    const url = await carried();
    const page = await open({ url, before: ({ history }) => history.replaceState({ step: 1 }, '') });
    expect(page.window.history.state).toEqual({ step: 1 });
  });

  it.each([
    ['a collector', {}, async () => carried()],
    [
      'no collector',
      alone,
      async () =>
        (await open({ ...alone, attributes, url: LANDING })).call(
          'decorate',
          'https://checkout.example/pay?a=1',
        ) as string,
    ],
  ])('takes the token of an address that the page cleaned before the tag ran, with %s', async (_, how, make) => {
    const navigatedTo = await make();
    const written: unknown[] = [];
    const page = await open({
      ...how,
      attributes,
      url: 'https://checkout.example/pay?a=1',
      navigatedTo,
      before: ({ history }) => (history.replaceState = (...given) => void written.push(given)),
    });
    expect(page.cookies()._ct).toContain(CLICK);
    // Nothing was left to clean, and routers count what they are told of.
    expect(written).toEqual([]);
  });

  it('asks for a token once, though both addresses of a page hold it, and lets orders wait for it', async () => {
    const url = await carried();
    const page = await open({
      url,
      before: (window) => void (window.dataLayer = [{ transactionId: 7, transactionTotal: 5 }]),
    });
    expect(page.sent.filter(({ body }) => 'handover' in body)).toHaveLength(1);
    expect(page.sent.map(({ url: to }) => to.split('/').pop())).toEqual(['touch', 'conversion']);
  });

  it('lets an order go without it where no part can be had', async () => {
    const page = await open({ url: await carried(), lateFails: true });
    page.call('conversion', { orderId: 'O1', total: '5.00', currency: 'USD' });
    await page.rest();
    expect(page.sent.map(({ body }) => body.orderId)).toEqual(['O1']);
  });

  it('joins the journey to the one that is there, the newest last', async () => {
    const own = await open({ url: 'https://checkout.example/?awc=1_2_3', now: NOW - 1000 });
    const page = await open({ url: await carried(), from: own });
    expect(page.cookies()._ct).toMatch(new RegExp(`\\^awc\\^1_2_3\\^\\w+\\^irclickid\\^${CLICK}\\^\\w+$`));
  });

  it('takes the journey into frames only where the site wants it', async () => {
    const html = '<iframe src="https://checkout.example/frame"></iframe>';
    const plain = await open({ url: LANDING, html });
    expect(find<HTMLIFrameElement>(plain, 'iframe').src).not.toMatch(TOKEN);
    const wanted = await open({ url: LANDING, html, settings: { frames: true } });
    expect(find<HTMLIFrameElement>(wanted, 'iframe').src).toMatch(TOKEN);
  });

  it.each(['?product_ct=7', '?a=1&x_ct=2&_cta=3', '#?my_ct=1'])(
    'leaves parameters of the shop’s own alone: %s',
    async (own) => {
      const address = `https://checkout.example/pay${own}`;
      const html = `<iframe src="${address}"></iframe>`;
      const page = await open({ url: LANDING, html, settings: { frames: true } });
      const { src } = find<HTMLIFrameElement>(page, 'iframe');
      expect(src).toMatch(/[?&]_ct=[\w-]+/);
      expect(src.replace(/[?&]_ct=[\w-]+/, '')).toBe(address);
      const far = await open({ url: page.call('decorate', address) as string });
      expect(far.window.location.href).toBe(address);
      expect(far.cookies()._ct).toContain(CLICK);
    },
  );
});

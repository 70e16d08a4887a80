/** Capturing: what a landing's address brings, in every form that it comes in, and what is refused. */
import { describe, expect, it } from 'vitest';
import { decodeJourney } from '../../wire/journey.ts';
import { CLICK, NOW, open, SHOP } from './page.ts';
import type { Page } from './page.ts';

const touches = (page: Page) =>
  page.sent
    .filter(({ url }) => url.endsWith('/touch'))
    .flatMap(({ body }) => body.touches as { param: string; value: string }[]);
const found = (page: Page) => touches(page).map(({ param, value }) => `${param}=${value}`);

describe('capture', () => {
  it.each([
    ['in any case of its name', `?IrClickId=${CLICK}`],
    ['in the hash', `#irclickid=${CLICK}`],
    ['in the query of a hash route', `#/product?irclickid=${CLICK}`],
    ['encoded twice', `?to=%2F%3Firclickid%3D${CLICK}%26x%3D1`],
    ['encoded three times', `?to=%252F%253Firclickid%253D${CLICK}`],
    ['after a broken escape', `?q=%&irclickid=${CLICK}`],
  ])('finds a click id %s', async (_, query) => {
    expect(found(await open({ url: SHOP + query }))).toEqual([`irclickid=${CLICK}`]);
  });

  it.each([
    ['a click id', `?irclickid=${CLICK}`, [`irclickid=${CLICK}`]],
    ['a partner', '?partner=joe', ['partner=joe']],
    ['nothing', '?q=1', []],
  ])(
    'finds, where the page has cleaned its address before the tag ran, %s that it was opened with',
    async (_, query, expected) => {
      const page = await open({ url: `${SHOP}p`, navigatedTo: `${SHOP}p${query}` });
      expect(found(page)).toEqual(expected);
    },
  );

  it('counts a partner’s link that is followed again once, however often its address is read before the answer', async () => {
    const url = `${SHOP}?partner=joe`;
    const first = await open({ url, settings: { consent: 'wait' } });
    first.call('consent', { marketing: true });
    await first.rest();
    const page = await open({ url, from: first, now: NOW + 36e5, settings: { consent: 'auto' } });
    page.call('page');
    await page.rest();
    page.call('page');
    page.call('consent', { marketing: true });
    await page.rest();
    expect(found(page)).toEqual(['partner=joe']);
  });

  it('counts what stands in both addresses once, and the newer click last', async () => {
    const url = `${SHOP}?irclickid=${CLICK}`;
    expect(found(await open({ url, navigatedTo: url }))).toEqual([`irclickid=${CLICK}`]);
    const page = await open({ url, navigatedTo: `${SHOP}?irclickid=first` });
    expect(found(page)).toEqual(['irclickid=first', `irclickid=${CLICK}`]);
  });

  it('keeps values byte for byte', async () => {
    expect(found(await open({ url: `${SHOP}?irclickid=aB%2Bc%252F+d_~.` }))).toEqual(['irclickid=aB+c%2F+d_~.']);
  });

  it('takes the newest of several Awin ids, in either spelling of the name', async () => {
    const url = `${SHOP}?awc[0]=1_1700000002_b&awc=1_1700000001_a`;
    expect(found(await open({ url }))).toEqual(['awc=1_1700000002_b']);
  });

  it('keeps an ad platform’s click beside a network’s', async () => {
    const page = await open({ url: `${SHOP}?gclid=G-1&irclickid=abc`, settings: { paid: ['gclid'] } });
    expect(found(page)).toEqual(['irclickid=abc', 'gclid=G-1']);
    expect(page.partsFetched).not.toContain('late.js');
  });

  it('keeps every network its own id', async () => {
    const page = await open({ url: `${SHOP}?awc=1_2_3&irclickid=abc` });
    expect(found(page)).toEqual(['irclickid=abc', 'awc=1_2_3']);
  });

  it.each([
    ['an attribute smuggled into a cookie', '?irclickid=x%3B%20max-age%3D1'],
    ['an oversize id', `?irclickid=${'a'.repeat(513)}`],
    ['ten thousand characters', `?irclickid=${'a'.repeat(10_000)}`],
    ['a line break', '?irclickid=a%0D%0Ab'],
    ['markup', '?irclickid=%3Cscript%3E'],
    ['an emoji', '?irclickid=%F0%9F%99%82'],
    ['nothing', '?irclickid='],
    ['an ambiguous name that no connection gave', '?tid=1&cid=2&ref=3'],
  ])('neither stores nor sends %s', async (_, query) => {
    const page = await open({ url: SHOP + query });
    expect(page.sent).toEqual([]);
    expect(page.cookies()).toEqual({});
  });

  it('credits a partner or a campaign where there is no click id, and only then', async () => {
    expect(found(await open({ url: `${SHOP}?partner=anna` }))).toEqual(['partner=anna']);
    expect(found(await open({ url: `${SHOP}?utm_source=news&utm_medium=mail` }))).toEqual(['utm_source=news']);
    expect(found(await open({ url: `${SHOP}?utm_source=news&irclickid=abc` }))).toEqual(['irclickid=abc']);
  });

  it('counts a click id once however often its address is loaded, and a partner again after half an hour', async () => {
    const first = await open({ url: `${SHOP}?irclickid=abc` });
    expect((await open({ url: `${SHOP}?irclickid=abc`, from: first, now: NOW + 864e5 })).sent).toEqual([]);
    const partner = await open({ url: `${SHOP}?partner=anna` });
    expect((await open({ url: `${SHOP}?partner=anna`, from: partner, now: NOW + 1000 })).sent).toEqual([]);
    expect(found(await open({ url: `${SHOP}?partner=anna`, from: partner, now: NOW + 864e5 }))).toEqual([
      'partner=anna',
    ]);
  });

  it('tells where the visitor came from, and the page without its query', async () => {
    const outside = await open({ url: `${SHOP}?irclickid=abc&email=jane`, referrer: 'https://blog.example/' });
    expect(touches(outside)[0]).toMatchObject({ referrer: 'https://blog.example/', url: SHOP });
  });

  it('counts the page that a visitor came from where the site wants that, once, and only if the address brings nothing', async () => {
    const settings = { referrals: ['referrer'] };
    const referrer = 'https://blog.example/post?session=1';
    const page = await open({ settings, referrer });
    expect(found(page)).toEqual(['referrer=blog.example']);
    expect(found(await open({ settings, referrer, url: `${SHOP}?irclickid=abc` }))).toEqual(['irclickid=abc']);
    expect(found(await open({ settings, referrer, from: page, now: NOW + 1000 }))).toEqual([]);
    for (const own of ['https://shop.example/a', 'https://pay.checkout.example/', undefined])
      expect(found(await open({ settings, referrer: own }))).toEqual([]);
    expect(found(await open({ referrer }))).toEqual([]);
  });

  it('follows client-side routes once they show, whoever changed the address, and a frozen history breaks nothing', async () => {
    const page = await open();
    page.window.history.pushState({}, '', '/?irclickid=abc');
    page.window.document.body.append('the next page');
    await page.rest();
    expect(found(page)).toEqual(['irclickid=abc']);
    const frozen = await open({ url: `${SHOP}?irclickid=abc`, before: ({ history }) => void Object.freeze(history) });
    expect(found(frozen)).toEqual(['irclickid=abc']);
    expect(frozen.errors).toEqual([]);
  });

  it('sees a route of a router that kept the history’s own methods from before the tag', async () => {
    let push: History['pushState'];
    const page = await open({ before: ({ history }) => (push = history.pushState.bind(history)) });
    push!({}, '', '/?irclickid=abc');
    page.window.document.body.append('the next page');
    await page.rest();
    expect(found(page)).toEqual(['irclickid=abc']);
  });

  it('cuts a long journey on the page after the landing: its newest click is there at once, and a cookie holds it always', async () => {
    let page = await open();
    for (let click = 1; click < 12; click += 1) {
      const value = `${click}-`.padEnd(400, '%');
      page = await open({ url: `${SHOP}?irclickid=${encodeURIComponent(value)}`, from: page, now: NOW + click });
      expect(decodeJourney(page.cookies()._ct)?.touches.pop()?.value).toBe(value);
      expect(page.window.document.cookie.length).toBeLessThan(4096);
    }
    page = await open({ from: page });
    expect(encodeURI(page.cookies()._ct!).length).toBeLessThanOrEqual(2400);
    expect(page.storage()._ct).toBe(page.cookies()._ct);
  });

  it('writes the cookie that a network wants under its own name', async () => {
    const settings = { cookies: [{ name: 'cje', param: 'cjevent', days: 395 }], params: ['cjevent'] };
    const page = await open({ url: `${SHOP}?cjevent=first`, settings });
    expect(page.cookies().cje).toBe('first');
    const later = await open({ url: `${SHOP}?CJEVENT=second`, settings, from: page });
    expect(later.cookies().cje).toBe('second');
    const last = await open({ settings, from: later });
    expect(last.cookies().cje).toBe('second');
    last.call('consent', { marketing: false });
    await last.rest();
    expect(last.cookies()).toEqual({ _ct_c: '0' });
  });

  it('asks for a lost journey once, and only where there was one', async () => {
    const before = await open({ url: `${SHOP}?irclickid=abc` });
    const journey = { visitor: 'visitor-1', touches: [{ param: 'irclickid', value: 'abc', at: NOW }] };
    before.window.document.cookie = '_ct=; domain=shop.example; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT';
    // As Safari does with what scripts have stored, after seven days without a visit.
    before.window.localStorage.clear();
    // The collector sets it beside the visitor's cookie, which no script sees.
    before.window.document.cookie = '_ct_h=1; domain=shop.example; path=/; max-age=34560000';
    const now = NOW + 8 * 864e5;
    const back = await open({ from: before, now, answer: () => ({ body: journey }) });
    expect(back.sent).toHaveLength(1);
    expect(back.sent[0]!.body).toMatchObject({ touches: [] });
    expect(back.cookies()._ct).toBe(`1^visitor-1^irclickid^abc^${NOW.toString(36)}`);
    expect((await open({ from: back, now: now + 1 })).sent).toEqual([]);
  });
});

/** Real consent managers, wired as `docs/tag.md` says: nothing before the answer, the click after a yes, nothing after a no. */
import { beforeEach, describe, expect, it } from 'vitest';
import { pageHtml } from '../harness/browser-html.ts';
import { kept, loaded } from '../harness/browser-page.ts';
import { context, page, useBrowser, world } from '../harness/browser-suite.ts';
import { pause } from '../harness/browser-wait.ts';
import { impactAt, shopSite } from '../harness/browser-world.ts';
import { bundle } from './bundle.ts';

useBrowser((sandbox) => [shopSite({ consent: 'wait', connections: [impactAt(sandbox)] })]);

/** Sets the manager up, and leaves `say(yes)` behind: what a visitor's click in its banner does. */
const MANAGERS: Record<string, string> = {
  'vanilla-cookieconsent': `
    import * as CookieConsent from 'vanilla-cookieconsent';
    const tell = () => clickthread('consent', { marketing: CookieConsent.acceptedCategory('marketing') });
    const translations = { en: { consentModal: { title: 'May we?', acceptAllBtn: 'Yes', acceptNecessaryBtn: 'No' }, preferencesModal: { sections: [] } } };
    CookieConsent.run({ categories: { necessary: { readOnly: true }, marketing: {} }, onConsent: tell, onChange: tell, language: { default: 'en', translations } });
    window.say = (yes) => CookieConsent.acceptCategory(yes ? 'all' : []);`,
  klaro: `
    import * as klaro from 'klaro/dist/klaro-no-css';
    const callback = (yes) => clickthread('consent', { marketing: yes });
    const config = { services: [{ name: 'clickthread', title: 'Clickthread', purposes: ['marketing'], cookies: ['_ct'], callback }], lang: 'en', translations: { en: {} } };
    klaro.setup(config);
    window.say = (yes) => { const manager = klaro.getManager(config); manager.changeAll(yes); manager.saveAndApplyConsents(); };`,
  'osano cookieconsent': `
    import 'cookieconsent';
    function tell() { if (this.hasAnswered()) clickthread('consent', { marketing: this.hasConsented() }); }
    window.cookieconsent.initialise({ type: 'opt-in', onInitialise: tell, onStatusChange: tell }, (popup) => {
      window.say = (yes) => popup.setStatus(yes ? 'allow' : 'deny');
    });`,
};

const say = (yes: boolean) =>
  page.evaluate((answer) => (window as unknown as { say(yes: boolean): void }).say(answer), yes);
const ours = async () => (await kept(context, page)).filter((name) => /^_ct(_[vho]\w*)?(@|$)/.test(name));

describe.each(Object.entries(MANAGERS))('%s', (_name, source) => {
  beforeEach(async () => {
    const html = await bundle(source);
    world.pages.put('/manager.js', { html, headers: { 'content-type': 'text/javascript' } });
    world.pages.put('/shop', pageHtml({ tag: world.tag(), body: '<script src="/manager.js"></script>' }));
    await page.goto(`${world.pages.shop}/shop?irclickid=MANAGER-1`);
    await loaded(page);
    await page.waitForFunction(() => 'say' in window);
    await pause(300);
    expect([world.door.posts('touch').filter(({ touches }) => (touches as unknown[])[0]), await ours()]).toEqual([
      [],
      [],
    ]);
  });

  it('a yes keeps the click and tells it, also on the next page, and a later no removes it', async () => {
    await say(true);
    await expect.poll(() => world.door.posts('touch').at(-1)).toMatchObject({ touches: [{ value: 'MANAGER-1' }] });
    await expect.poll(ours).toContain('_ct@localhost');
    await page.goto(`${world.pages.shop}/shop`);
    await page.waitForFunction(() => 'say' in window);
    await pause(300);
    expect(await ours()).toContain('_ct@localhost');
    await say(false);
    await expect.poll(() => world.door.posts('touch').at(-1)).toMatchObject({ consent: { marketing: 'denied' } });
    await expect.poll(ours).toEqual([]);
  });

  it('a no keeps and tells nothing of it', async () => {
    await say(false);
    await page.reload();
    await pause(300);
    expect(await ours()).toEqual([]);
    expect(world.door.posts('touch').filter(({ touches }) => (touches as unknown[])[0])).toEqual([]);
  });
});

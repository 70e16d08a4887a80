import { describe, expect, it } from 'vitest';
import { testListPlatform } from '../../../collector/configuration/test-platform.ts';
import type { Settings } from '../../../collector/kit/setting.ts';
import { validateSettings } from '../../../collector/kit/validate-settings.ts';
import { customerHash, emailHash } from '../../../collector/model/contact.ts';
import apifonPlatform from '../../../collector/platforms/apifon/index.ts';
import { changeUser } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { controlOf } from '../../sandbox/control.ts';
import { seal } from '../sync/setup.ts';
import { emails, HMAC, OAUTH, openPush } from './setup.ts';

describe('carrying a list to Apifon', () => {
  for (const [form, settings] of [
    ['OAuth2', OAUTH],
    ['HMAC', HMAC],
  ] as const) {
    it(`with ${form} makes the list once and subscribes those who agreed, with the mapped fields`, async () => {
      const open = await openPush(settings);
      expect(await open.push()).toMatchObject({ result: 'done', counts: { created: 1, skipped: 1 } });
      expect([...open.platform.lists.lists.values()]).toEqual([{ id: '1000', fields: { title: 'CS-Cart customers' } }]);
      expect(open.platform.recorded()).toMatchObject([
        {
          fields: { email: 'yes@mail.example', mobile: '306940000000', firstname: 'Ann', lastname: 'Bee' },
          subscribed: true,
        },
      ]);
    });
  }

  it('subscribes everyone only when the owner says so, and never those who said no', async () => {
    const open = await openPush({ ...OAUTH, subscribe: 'all' });
    open.add('silent@mail.example', '');
    await open.world.hourly();
    await open.push();
    expect(emails(open)).toEqual(['silent@mail.example true', 'yes@mail.example true']);
  });

  it('sends nothing for contacts that did not change, and updates by the stored key those that did', async () => {
    const open = await openPush();
    await open.push();
    open.asked.length = 0;
    await open.push();
    expect(open.asked).toEqual([]);
    const [subscriber] = open.platform.lists.subscribers.values();
    changeUser(open.world.vendor.shop, 2, { firstname: 'Anna' });
    await open.world.hourly();
    expect(await open.push()).toMatchObject({ counts: { updated: 1 } });
    expect(open.asked.filter((line) => !line.includes('oauth2'))).toEqual([
      `PUT /services/api/v1/list/1000/subscriber/${subscriber?.key}`,
    ]);
  });

  it('follows a changed e-mail to its new key', async () => {
    const open = await openPush();
    await open.push();
    changeUser(open.world.vendor.shop, 2, { email: 'new@mail.example' });
    await open.world.hourly();
    await open.push();
    changeUser(open.world.vendor.shop, 2, { lastname: 'Cee' });
    await open.world.hourly();
    await open.push();
    expect(emails(open)).toEqual(['new@mail.example true']);
  });

  it('unsubscribes who has changed their mind', async () => {
    const open = await openPush();
    await open.push();
    changeUser(open.world.vendor.shop, 2, { extra: { newsletter: 'N' } });
    await open.world.hourly();
    expect(await open.push()).toMatchObject({ counts: { unsubscribed: 1 } });
    expect(emails(open)).toEqual(['yes@mail.example false']);
  });

  it('unsubscribes who took consent back as a person, by address or customer id, until they agree at the shop again', async () => {
    for (const [name, customerId] of [
      [`e:${emailHash('Yes@mail.example', seal)}`, undefined],
      [`c:${customerHash('2', seal)}`, '2'],
    ] as const) {
      const open = await openPush();
      await open.push();
      // What a visitor's browser answers concerns no list.
      open.world.withdraw('visitor-0001');
      expect(await open.push()).toMatchObject({ counts: { unsubscribed: 0 } });
      open.world.withdraw(name, customerId);
      expect(await open.push()).toMatchObject({ counts: { unsubscribed: 1 } });
      expect(emails(open)).toEqual(['yes@mail.example false']);
      changeUser(open.world.vendor.shop, 2, { firstname: 'Anna' });
      await open.world.hourly();
      await open.push();
      expect(emails(open)).toEqual(['yes@mail.example false']);
      for (const newsletter of ['N', 'Y']) {
        changeUser(open.world.vendor.shop, 2, { extra: { newsletter } });
        await open.world.hourly();
      }
      await open.push();
      expect(emails(open)).toEqual(['yes@mail.example true']);
    }
  });

  it('never subscribes who had taken consent back before the list was made', async () => {
    const open = await openPush();
    open.world.withdraw(`e:${emailHash('yes@mail.example', seal)}`);
    await open.push();
    expect(emails(open)).toEqual([]);
  });

  it('creates anew a subscriber that was deleted there, and a list that was', async () => {
    const open = await openPush();
    await open.push();
    open.platform.lists.subscribers.clear();
    changeUser(open.world.vendor.shop, 2, { lastname: 'Cee' });
    await open.world.hourly();
    expect(await open.push()).toMatchObject({ counts: { created: 1 } });
    open.platform.lists.lists.clear();
    changeUser(open.world.vendor.shop, 2, { lastname: 'Dee' });
    await open.world.hourly();
    expect(await open.push()).toMatchObject({
      result: 'failed',
      reason: expect.stringContaining('made anew') as string,
    });
    expect(await open.push()).toMatchObject({ result: 'done' });
    expect(open.platform.lists.lists.size).toBe(1);
  });

  it('reports blocked contacts and never unblocks them', async () => {
    const open = await openPush();
    open.platform.lists.blocked.set('yes@mail.example', 'sub_requested');
    expect(await open.push()).toMatchObject({
      result: 'done',
      counts: { blocked: 1 },
      problems: ['contact 2: blocked: Subscriber is blocked'],
    });
    expect(open.asked.some((line) => line.includes('bounce'))).toBe(false);
    expect(await open.push()).toMatchObject({ counts: { blocked: 0 } });
  });

  it('renews its token once, and then says what to fix', async () => {
    const open = await openPush();
    await open.push();
    open.add('later@mail.example', 'Y');
    await open.world.hourly();
    await controlOf(() => open.sandbox, 'apifon').script([{ kind: 'unauthorized', path: '/list/' }]);
    expect(await open.push()).toMatchObject({ result: 'done', counts: { created: 1 } });
    open.add('last@mail.example', 'Y');
    await open.world.hourly();
    await controlOf(() => open.sandbox, 'apifon').script([{ kind: 'unauthorized', path: '/list/', times: 5 }]);
    expect(await open.push()).toMatchObject({ result: 'failed', reason: expect.stringContaining('401') as string });
  });

  it('waits where it is asked to', async () => {
    const open = await openPush();
    await controlOf(() => open.sandbox, 'apifon').script([
      { kind: 'rate-limit', seconds: 40 },
      { kind: 'status', status: 503 },
    ]);
    const started = open.world.now();
    expect(await open.push()).toMatchObject({ result: 'done', counts: { created: 1 } });
    expect(open.world.now() - started).toBeGreaterThanOrEqual(40_000);
  });

  it('deletes there who was erased here, before anything else', async () => {
    const open = await openPush();
    await open.push();
    const hash = emailHash('Yes@mail.example', seal);
    expect(await open.world.store.eraseContacts('shop', { emailHash: hash }, open.world.now())).toEqual({
      contacts: 1,
    });
    expect(await open.push()).toMatchObject({ counts: { removed: 1 } });
    changeUser(open.world.vendor.shop, 2, { firstname: 'Back' });
    await open.world.hourly();
    await open.push();
    expect(emails(open)).toEqual([]);
  });

  it('is done by one process at a time', async () => {
    const open = await openPush();
    const results = (await Promise.all([open.push(), open.push()])).map(({ result }) => result).sort();
    expect(results).toEqual(['done', 'refused']);
  });

  it('passes its test, or says what to fix', async () => {
    const open = await openPush();
    const { settings, platform } = open.connection;
    expect(await testListPlatform(platform, settings, open.deps)).toMatchObject({ ok: true });
    const wrong = await testListPlatform(platform, { ...settings, clientSecret: 'old' }, open.deps);
    expect(wrong).toMatchObject({
      ok: false,
      stages: [{ message: expect.stringContaining('client secret') as string }],
    });
  });
});

describe('settings of Apifon', () => {
  const problems = (settings: Settings) =>
    validateSettings(apifonPlatform, { from: 'cscart', ...settings }).problems.map(({ field }) => field);

  it('want one whole pair of credentials and somebody to reach', () => {
    expect(problems({})).toEqual(['clientId', 'clientSecret']);
    expect(problems({ ...OAUTH, ...HMAC })).toEqual(['clientId']);
    expect(problems({ ...OAUTH, fields: { name: 'firstName' } })).toEqual(['fields']);
    expect(problems({ ...OAUTH, fields: { email: 'mail', mobile: 'phone' } })).toEqual(['fields.email']);
  });
});

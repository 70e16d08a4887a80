import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/server.ts';
import { configured, NOON } from './setup.ts';

const ADD = [
  'connection',
  'add',
  'cart',
  '--type',
  'cartstack',
  '--set',
  'key=${CARTSTACK_KEY}',
  '--set',
  'siteId=abc',
];

test('connections are listed with their standing, secrets masked', async () => {
  const { json, run } = await configured();
  const list = await json<object[]>('connection', 'list');
  expect(list).toMatchObject([
    {
      site: 'shop',
      id: 'impact',
      title: 'impact.com',
      role: 'destination',
      enabled: true,
      window: '7d',
      limits: { perHour: 1000, concurrency: 4, deadline: '20d', timeout: '4s' },
      settings: { accountSid: 'IRxxx', authToken: '••••••••' },
      paused: null,
      deliveries: {},
    },
    { id: 'net', enabled: false, exclusive: false, settings: { secrets: { token: '••••••••' } } },
  ]);
  expect(JSON.stringify(list)).not.toContain('tok/en');
  expect((await run(['connection'])).out).toMatch(/shop +net +postback +paused by hand +none/);
});

test('a connection is added with a secret from the environment, and the rest of the site stays as it was', async () => {
  const { run, json, open } = await configured();
  const { store } = open();
  const before = await store.configuration();
  expect(await run([...ADD, '--no-test'], { env: { CARTSTACK_KEY: 'ck-secret' } })).toMatchObject({ error: undefined });
  const after = await store.configuration();
  expect(after.connections.filter(({ id }) => id !== 'cart')).toEqual(before.connections);
  expect(after.sites).toEqual(before.sites);
  expect(await json('connection', 'list')).toContainEqual(
    expect.objectContaining({ id: 'cart', settings: expect.objectContaining({ key: '••••••••', siteId: 'abc' }) }),
  );
});

test('wrong settings are named each by its own name, and nothing is saved', async () => {
  const { run, open } = await configured();
  const { error } = await run(['connection', 'add', 'i2', '--type', 'impact', '--set', 'campaignId=x']);
  expect(error).toMatch(/settings\.campaignId: must be digits only/);
  expect(error).toMatch(/settings\.authToken: is required/);
  expect((await run(ADD)).error).toBe('--set key refers to CARTSTACK_KEY, which the environment does not set.');
  expect((await run(['connection', 'add', 'x', '--type', 'impct', '--set', 'a=b'])).error).toMatch(
    /no destination or source/,
  );
  expect((await run(['connection', 'add', 'x', '--type', 'impact', '--set', 'accountSid'])).error).toMatch(
    /--set takes NAME=VALUE/,
  );
  const { error: priv } = await run([...ADD, '--set', 'baseUrl=https://10.0.0.1'], { env: { CARTSTACK_KEY: 'ck' } });
  expect(priv).toMatch(/settings\.baseUrl: .*not a public address/);
  expect((await open().store.configuration()).connections).toHaveLength(2);
});

test('a connection is switched off and on again', async () => {
  const { run, json } = await configured();
  expect((await run(['connection', 'pause', 'impact'])).out).toMatch(
    /^Paused: impact\nOrders that come meanwhile .* wait\..*clickthread replay --connection impact\n$/,
  );
  expect(await json('connection', 'list')).toMatchObject([{ id: 'impact', enabled: false }, { id: 'net' }]);
  expect((await run(['connection', 'resume', 'impact'])).out).toBe('Resumed: impact\nNothing has waited for it.\n');
  expect(await json('connection', 'list')).toMatchObject([{ id: 'impact', enabled: true }, { id: 'net' }]);
  expect((await run(['connection', 'pause', 'impct'])).error).toBe('There is no connection impct; known: impact, net.');
});

test('removing asks first; without a terminal it takes --yes', async () => {
  const { run, json } = await configured();
  expect((await run(['connection', 'remove', 'net'])).error).toMatch(
    /permanently deletes.*\nNothing was changed\. Repeat with --yes/,
  );
  expect(await json<object[]>('connection', 'list')).toHaveLength(2);
  expect((await run(['connection', 'remove', 'net', '--yes'])).out).toBe('Removed: net\n');
  expect(await json<object[]>('connection', 'list')).toHaveLength(1);
  expect((await run(['site', 'remove', 'shop', '--yes'])).out).toBe('Removed: shop\n');
  expect(await json('site', 'list')).toEqual([]);
});

test('removing a shop’s own connection says what stays behind at the shop, however it is removed', async () => {
  const { run, folder } = await configured({ SHOP_KEY: 'SandboxKeySandboxKeySandboxKey01' });
  const set = ['url=https://shop.example', 'adminEmail=ops@shop.example', 'listName=People', 'currency=EUR'];
  const add = ['connection', 'add', 'cscart', '--type', 'cs-cart', '--no-test', '--set', 'apiKey=${SHOP_KEY}'];
  const added = () => run([...add, ...set.flatMap((pair) => ['--set', pair])]);
  const left =
    /its hooks go on posting to \/v1\/hooks\/cscart\?site=shop.*DELETE \/api\/2\.0\/zapier_hooks\/ID deletes one\.\n$/;
  expect((await added()).out).toBe('Saved: cscart\n');
  expect((await run(['connection', 'remove', 'cscart'])).error).toMatch(/connection hook cscart --unregister.*now/);
  expect((await run(['connection', 'remove', 'cscart', '--yes'])).out).toMatch(left);
  await added();
  const file = join(folder, 'without.yaml');
  writeFileSync(file, 'sites:\n  - { id: shop, domains: [shop.example], currency: USD, connections: [] }\n');
  expect((await run(['apply', '--prune', file])).out).toMatch(left);
  await added();
  expect((await run(['site', 'remove', 'shop', '--yes'])).out).toMatch(left);
});

test('a connection that a coupon rule names is not removed from under it', async () => {
  const { run } = await configured();
  expect((await run(['connection', 'remove', 'impact', '--yes'])).error).toMatch(/names the connection "impact"/);
});

test('the test asks the vendor for nothing that counts, and says what to fix', async () => {
  const sandbox = await startSandbox({ clock: () => NOON });
  onTestFinished(() => sandbox.stop());
  const { run, json } = await configured({ CLICKTHREAD_ALLOW_PRIVATE: '1' });
  const set = ['accountSid=IRdemo', 'authToken=demo-token', 'campaignId=1000', 'actionTrackerId=9876'].flatMap(
    (pair) => ['--set', pair],
  );
  const good = await run([
    'connection',
    'add',
    'impact',
    '--type',
    'impact',
    ...set,
    '--set',
    `baseUrl=${sandbox.url}/impact`,
  ]);
  expect(good.error).toBeUndefined();
  expect(good.out).toMatch(
    /Saved: impact\n.*impact \(impact\)\n +ok .*settings.*\n +ok .*reached: It answered with 200\.\n +ok /,
  );
  expect(await json('connection', 'test', 'impact')).toMatchObject([
    {
      site: 'shop',
      connection: 'impact',
      ok: true,
      advice: expect.stringContaining('no sandbox'),
      skew: expect.any(Number),
    },
  ]);
  const bad = await run([
    'connection',
    'add',
    'impact',
    '--type',
    'impact',
    ...set,
    '--set',
    `baseUrl=http://127.0.0.1:1`,
  ]);
  expect(bad.error).toBe('impact is saved, but its test failed: correct the settings with the same command.');
  expect(bad.out).toMatch(/FAIL {2}impact\.com can be reached: .* Check the address/);
});

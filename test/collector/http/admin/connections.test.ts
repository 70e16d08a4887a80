/** Connections over the admin API: made, shown without their secrets, tried, edited by two. */
import { expect, test } from 'vitest';
import { NOON } from '../../cli/commands/setup.ts';
import { openAdmin } from '../setup.ts';

const IMPACT = '/sites/shop/connections/impact';

test('secrets go in and never come out; sent back masked or left out they stay', async () => {
  const { ask, write } = await openAdmin();
  const before = (await write.configuration()).connections;
  const shown = await ask('GET', IMPACT);
  expect(shown).toMatchObject({ status: 200, body: { settings: { accountSid: 'IRxxx', authToken: '••••••••' } } });
  const { settings } = shown.body;
  const put = { type: 'impact', window: '7d', limits: { deadline: '20d', timeout: '4s' }, settings };
  expect((await ask('PUT', IMPACT, put)).status).toBe(200);
  expect((await write.configuration()).connections).toEqual(before);
  const { authToken: _left, ...rest } = settings as Record<string, unknown>;
  expect((await ask('PUT', IMPACT, { ...put, settings: { ...rest, campaignId: '2000' } })).body).toMatchObject({
    settings: { campaignId: '2000', authToken: '••••••••' },
  });
  expect((await write.configuration()).connections[0]!.secrets).not.toBeNull();
  const { text } = await ask('GET', '/connections');
  expect(text).not.toContain('tok/en');
  expect(text).not.toContain('pb/secret');
});

test('connections are made, listed, paused and removed; what is wrong is named by its setting', async () => {
  const { ask, woken } = await openAdmin();
  const vt = { id: 'vt', type: 'vtmarketing', settings: { apiKey: 'k-1' } };
  expect(await ask('POST', '/sites/shop/connections', vt)).toMatchObject({
    status: 201,
    body: { id: 'vt', settings: { apiKey: '••••••••' } },
  });
  expect(await ask('POST', '/sites/shop/connections', vt)).toMatchObject({
    status: 409,
    body: { errors: [{ field: 'id' }] },
  });
  const bad = { type: 'cartstack', settings: { siteId: 'x', baseUrl: 'http://10.0.0.1', colour: 'red' } };
  expect(await ask('PUT', '/sites/shop/connections/cart', bad)).toMatchObject({
    status: 422,
    body: {
      errors: expect.arrayContaining(
        ['settings.key', 'settings.baseUrl', 'settings.colour'].map((field) => expect.objectContaining({ field })),
      ),
    },
  });
  expect(await ask('POST', '/sites/shop/connections/vt/pause')).toMatchObject({
    status: 200,
    body: { enabled: false },
  });
  expect(await ask('POST', '/sites/shop/connections/vt/resume')).toMatchObject({
    status: 200,
    body: { enabled: true },
  });
  expect(woken).toEqual([{ site: 'shop', connection: 'vt' }]);
  expect((await ask('DELETE', '/sites/shop/connections/vt')).status).toBe(204);
  expect(await ask('GET', '/sites/shop/connections/vt')).toMatchObject({
    status: 404,
    body: { errors: [{ field: 'connection' }] },
  });
  const { body } = await ask('GET', '/sites/shop/connections');
  expect((body.connections as { id: string }[]).map(({ id }) => id)).toEqual(['impact', 'net']);
});

test('a connection test answers 422 with the stage that failed', async () => {
  const { ask } = await openAdmin({ CLICKTHREAD_ALLOW_PRIVATE: '1' });
  const { body } = await ask('GET', IMPACT);
  const settings = { ...(body.settings as object), baseUrl: 'http://127.0.0.1:1' };
  await ask('PUT', IMPACT, { type: 'impact', settings });
  expect(await ask('POST', `${IMPACT}/test`)).toMatchObject({
    status: 422,
    body: {
      ok: false,
      errors: [{ field: 'address', message: expect.stringContaining('Check the address') }],
      stages: [{ ok: true }, { ok: false }],
    },
  });
});

test('two people edit a connection: the second is told, and nothing of the first is lost', async () => {
  let now = NOON;
  const { ask } = await openAdmin({}, () => (now += 1000));
  const { settings, updatedAt: seen } = (await ask('GET', IMPACT)).body;
  const put = (campaignId: string) =>
    ask('PUT', IMPACT, { type: 'impact', seen, settings: { ...(settings as object), campaignId } });
  await ask('PUT', '/sites/shop/connections/net', {
    type: 'postback',
    enabled: true,
    settings: { url: 'https://net.example/p' },
  });
  expect((await put('2000')).status, 'another connection was changed').toBe(200);
  expect(await put('3000')).toMatchObject({ status: 409, body: { errors: [{ field: 'seen' }] } });
  expect((await ask('GET', IMPACT)).body).toMatchObject({ settings: { campaignId: '2000' } });
});

/** A shop with a list that is carried to the sandbox Apifon: what the tests of carrying and of retention share. */
import { expect, onTestFinished } from 'vitest';
import type { Settings } from '../../../collector/kit/setting.ts';
import { validateSettings } from '../../../collector/kit/validate-settings.ts';
import type { ListConnection, PushDeps } from '../../../collector/lists/push-context.ts';
import { pushList } from '../../../collector/lists/push.ts';
import apifonPlatform from '../../../collector/platforms/apifon/index.ts';
import { startSandbox } from '../../../sandbox/server.ts';
import { apifon } from '../../../sandbox/vendors/apifon/index.ts';
import { addUser } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { openWorld } from '../sync/setup.ts';

export const OAUTH = { clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret' };
export const HMAC = { hmacToken: 'sandbox-token', hmacSecret: 'sandbox-hmac-secret' };

export async function openPush(settings: Settings = OAUTH) {
  const world = await openWorld({}, { agreedField: 'newsletter' });
  const platform = apifon({ clock: () => world.now() });
  const sandbox = await startSandbox({ vendors: [() => platform], clock: () => world.now() });
  onTestFinished(() => sandbox.stop());
  const add = (email: string, newsletter: string, more: object = {}) =>
    addUser(world.vendor.shop, { email, phone: '', extra: { newsletter }, ...more });
  add('yes@mail.example', 'Y', { firstname: 'Ann', lastname: 'Bee', phone: '0030 694 0000000' });
  add('no@mail.example', 'N');
  await world.settle();
  const checked = validateSettings(apifonPlatform, { from: 'cscart', baseUrl: `${sandbox.url}/apifon`, ...settings });
  expect(checked.problems).toEqual([]);
  const connection: ListConnection = {
    site: 'shop',
    id: 'apifon',
    platform: apifonPlatform,
    settings: checked.settings,
    from: { id: 'cscart', listName: 'CS-Cart customers', currency: 'EUR' },
  };
  const asked: string[] = [];
  const deps: PushDeps = {
    ...world.deps,
    store: world.store,
    send(request, limits) {
      asked.push(`${request.method} ${request.url.slice(sandbox.url.length + '/apifon'.length)}`);
      return world.deps.send(request, limits);
    },
  };
  return { world, platform, add, connection, deps, asked, sandbox, push: () => pushList(connection, deps) };
}

/** Who is known there, and whether subscribed. */
export const emails = ({ platform }: Awaited<ReturnType<typeof openPush>>) =>
  [...platform.lists.subscribers.values()]
    .map(({ fields, subscribed }) => `${String(fields['email'])} ${subscribed}`)
    .sort();

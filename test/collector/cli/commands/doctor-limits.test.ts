import { expect, test } from 'vitest';
import { configured, NOON } from './setup.ts';

const DAY = 86_400_000;

test('a clock that is far from the agreed time is told, and agreed to by hand', async () => {
  const { run, open } = await configured();
  await open().store.agreeOnTime(NOON - 40 * DAY);
  const before = await run(['doctor', '--no-test']);
  expect(before.out).toContain(
    'agreed time: Deletion and deadlines go by 2026-10-13T12:00:00.000Z, 40d behind this clock',
  );
  expect(before.out).toContain('clickthread doctor --agree-time');
  expect((await run(['doctor', '--agree-time'])).out).toContain(
    'Agreed: deletion and deadlines go by 2026-11-22T12:00',
  );
  const { store } = open();
  expect(await store.agreedTime()).toBe(NOON);
  expect((await store.auditLog({ limit: 1 }))[0]).toMatchObject({ actor: 'command line', action: 'agree on time' });
  expect((await run(['doctor', '--no-test'])).out).not.toContain('agreed time');
});

test("a site's day is told before it is used up, and when it is", async () => {
  const { run, open, env } = await configured();
  const { store, door } = open();
  const touch = (n: number) => ({
    ...{ route: 'touch' as const, site: 'shop', origin: 'https://shop.example' },
    body: JSON.stringify({ visitor: `visitor-${n}`, touches: [{ param: 'irclickid', value: `abc${n}` }] }),
  });
  await door.receive(Array.from({ length: 45 }, (_, n) => touch(n)));
  const [used] = await store.usage(Math.floor(NOON / DAY));
  expect(used).toMatchObject({ site: 'shop', rows: 45 });
  expect(used!.bytes).toBeGreaterThan(45 * 100);
  const say = async (limits: string) =>
    (await run(['doctor', '--no-test'], { env: { ...env, CLICKTHREAD_LIMITS: limits } as Record<string, string> })).out;
  expect(await say('rows=50')).toContain('Site shop has used 90 % of what it may store today.');
  expect(await say('rows=45')).toContain('Site shop has used up what it may store today: touches are refused');
  expect(await say('rows=100')).not.toContain('Site shop');
});

/** `clickthread reconcile CONNECTION --since 30d` on the data of a running shop, against the network's sandbox. */
import { expect, test } from 'vitest';
import { hours } from '../../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { NETWORKS, openReportWorld } from '../../admin/reconcile/report-world.ts';
import { configured, install } from './setup.ts';

const folder = temporaryFolders();
const [impact] = NETWORKS;

/** An order of 112.00 that impact.com has; its change to 90.00 was taken there, and forgotten. */
async function open() {
  const place = folder();
  const world = await openReportWorld(impact!, { folder: place });
  await world.buys('A1', impact!.click);
  await world.becomes('A1', 'conversion', 'confirmed');
  await world.vendor.script(impact!.forgets.script!);
  await world.changes('A1', { total: '90.00' });
  await world.becomes('A1', 'modification', 'confirmed');
  world.rests();
  const env = { CLICKTHREAD_DATA: place, CLICKTHREAD_KEY: 'an invented key of a test', CLICKTHREAD_ALLOW_PRIVATE: '1' };
  const { run } = install();
  return {
    ...world,
    run: (...args: (string | Record<string, string>)[]) =>
      run(['reconcile', 'net', ...args.filter((one) => typeof one === 'string')], {
        env: Object.assign({}, env, ...args.filter((one) => typeof one === 'object')) as Record<string, string>,
        now: world.clock.now(),
      }),
  };
}

test('finds what the network has otherwise, says what can be done, and does it once when it is told to', async () => {
  const world = await open();
  const proposed = await world.run('--since', '30d');
  expect(proposed.error).toBeUndefined();
  expect(proposed.out).toContain('1 rows from 2026-10-21 to 2026-11-20, fetched in 1 request; amounts as total.');
  expect(proposed.out).toMatch(/A1 +different amount +90\.00 USD +112\.00 +tell the amount +compared as total/);
  expect(proposed.out).toContain('1 repair can be told: repeat with --send.');
  expect(await world.deliveries('A1')).toHaveLength(2);

  expect((await world.run('--send')).out).toContain('1 of 1 repair told to the network, or waiting to be.');
  expect((await world.run('--send')).out).toContain('1 order may not stand in the report yet as last told');
  await world.becomes('A1', 'modification', 'confirmed');
  expect(await world.deliveries('A1')).toHaveLength(3);
  expect(await world.recorded('orderId', 'A1')).toMatchObject([{ amount: '90.00', duplicates: 0 }]);
  const { changes } = (await world.recorded('orderId', 'A1'))[0] as { changes: object[] };
  expect(changes).toHaveLength(1);

  world.clock.pass(hours(3));
  expect((await world.run('--send')).out).toBe(
    '1 rows from 2026-10-21 to 2026-11-20, fetched in 1 request; amounts as total.\n1 of 1 orders agree.\n',
  );
});

test('a private address stays refused, and nothing is asked of it', async () => {
  const world = await open();
  const asked = (await world.vendor.state()).received.length;
  const { error } = await world.run('--since', '1d', { CLICKTHREAD_ALLOW_PRIVATE: '' });
  expect(error).toMatch(/must begin with https:\/\/.*Nothing was compared\./s);
  expect((await world.vendor.state()).received.length).toBe(asked);
});

test('says what to do where there is nothing to fetch', async () => {
  const { run } = await configured();
  expect((await run(['reconcile', 'net'])).error).toBe(
    'No way to fetch a report of Postback is known: download it there, and name the file.',
  );
  expect((await run(['reconcile', 'impact', '--send', '--dry-run'])).error).toBe(
    '--send and --dry-run exclude each other.',
  );
  expect((await run(['reconcile', 'impact', '--since', 'soon'])).error).toContain('--since must be a time');
});

/** The plugin of the Shopware page, run by PHP where there is one, against stubs of what it names. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { encodeJourney } from '../../../wire/journey.ts';

const PLUGIN = fileURLToPath(new URL('../../../docs/shops/shopware/ClickthreadCarry', import.meta.url));
const STUBS = fileURLToPath(new URL('stubs.php', import.meta.url));
const hasPhp = spawnSync('php', ['-v']).status === 0;

const journey = encodeJourney({
  visitor: 'visitor-1',
  touches: [{ param: 'gclid', value: 'a+b/c=d%20e', at: 1_763_000_001_000 }],
});

function run(given: { cookie?: string; order: object }): unknown {
  const { stdout, stderr, status } = spawnSync('php', ['-d', 'display_errors=stderr', STUBS, PLUGIN], {
    input: JSON.stringify(given),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe.runIf(hasPhp)('the plugin', () => {
  test('keeps the journey with the order, beside what others keep there', () => {
    const cookie = `session-=1; _ct=${journey.replaceAll('%', '%25')}; _ctx=2`;
    expect(run({ cookie, order: { customFields: { gift: 'yes' } } })).toEqual({
      customFields: { gift: 'yes', ct_journey: journey },
    });
    expect(run({ cookie, order: { orderNumber: '1' } })).toEqual({
      ...{ orderNumber: '1', customFields: { ct_journey: journey } },
    });
  });

  test.each([[undefined], ['session-=1'], ['_ct=no%20journey'], [`_ct=${'1^visitor-1'.padEnd(5000, '^a^b^c')}`]])(
    'leaves the order as it is with the cookies %s',
    (cookie) => {
      const order = { orderNumber: '1' };
      expect(run({ order, ...(cookie === undefined ? {} : { cookie }) })).toEqual(order);
    },
  );
});

test('its class, its namespace and its service name each other', () => {
  const read = (path: string): string => readFileSync(`${PLUGIN}/${path}`, 'utf8');
  const { extra, autoload } = JSON.parse(read('composer.json')) as {
    extra: Record<string, unknown>;
    autoload: { 'psr-4': Record<string, string> };
  };
  expect(autoload['psr-4']).toEqual({ 'ClickthreadCarry\\': 'src/' });
  expect(extra['shopware-plugin-class']).toBe('ClickthreadCarry\\ClickthreadCarry');
  expect(read('src/ClickthreadCarry.php')).toContain('namespace ClickthreadCarry;');
  expect(read('src/Resources/config/services.xml')).toContain('id="ClickthreadCarry\\KeepClick"');
});

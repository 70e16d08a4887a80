/** The module of the Magento page, run by PHP where there is one, against stubs of what it names. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { encodeJourney } from '../../../wire/journey.ts';

const MODULE = fileURLToPath(new URL('../../../docs/shops/magento/ClickthreadCarry', import.meta.url));
const STUBS = fileURLToPath(new URL('stubs.php', import.meta.url));
const hasPhp = spawnSync('php', ['-v']).status === 0;

const journey = encodeJourney({
  visitor: 'visitor-1',
  touches: [{ param: 'gclid', value: 'a+b/c=d%20e', at: 1_763_000_001_000 }],
});

function run(given: { cookie?: string }): unknown {
  const { stdout, stderr, status } = spawnSync('php', ['-d', 'display_errors=stderr', STUBS, MODULE], {
    input: JSON.stringify(given),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe.runIf(hasPhp)('the module', () => {
  test('keeps the journey with the order, and shows it through the API, alone and in lists', () => {
    const shown = { ct_journey: journey };
    expect(run({ cookie: `session-=1; _ct=${journey.replaceAll('%', '%25')}; _ctx=2` })).toEqual({
      ...{ kept: shown, one: shown, listed: shown },
    });
  });

  test.each([[undefined], ['session-=1'], ['_ct=no%20journey'], [`_ct=${'1^visitor-1'.padEnd(5000, '^a^b^c')}`]])(
    'leaves the order as it is with the cookies %s',
    (cookie) => {
      const nothing = { ct_journey: null };
      expect(run(cookie === undefined ? {} : { cookie })).toEqual({ kept: [], one: nothing, listed: nothing });
    },
  );

  test('is free of errors of writing', () => {
    for (const file of ['registration.php', 'Observer/KeepClick.php', 'Plugin/ShowClick.php'])
      expect(spawnSync('php', ['-l', `${MODULE}/${file}`]).status, file).toBe(0);
  });
});

test('its classes, its attribute and its column name each other', () => {
  const read = (path: string): string => readFileSync(`${MODULE}/${path}`, 'utf8');
  expect(read('registration.php')).toContain("'Clickthread_Carry'");
  expect(read('etc/module.xml')).toContain('name="Clickthread_Carry"');
  expect(read('etc/events.xml')).toContain('instance="Clickthread\\Carry\\Observer\\KeepClick"');
  expect(read('Observer/KeepClick.php')).toContain('namespace Clickthread\\Carry\\Observer;');
  expect(read('etc/di.xml')).toContain('type="Clickthread\\Carry\\Plugin\\ShowClick"');
  expect(read('Plugin/ShowClick.php')).toContain('namespace Clickthread\\Carry\\Plugin;');
  for (const file of ['etc/db_schema.xml', 'etc/extension_attributes.xml'])
    expect(read(file)).toContain('"ct_journey"');
});

/** The module of the PrestaShop page, run by PHP where there is one, against stubs of what it names. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { encodeJourney } from '../../../wire/journey.ts';

const MODULE = fileURLToPath(new URL('../../../docs/shops/prestashop/clickthreadcarry', import.meta.url));
const STUBS = fileURLToPath(new URL('stubs.php', import.meta.url));
const hasPhp = spawnSync('php', ['-v']).status === 0;

const journeyOf = (value: string): string =>
  encodeJourney({ visitor: 'visitor-1', touches: [1, 2, 3, 4].map((n) => ({ param: 'gclid', value, at: n * 1000 })) });

function run(given: { cookie?: string; trouble?: boolean }): unknown {
  const { stdout, stderr, status } = spawnSync('php', ['-d', 'display_errors=stderr', STUBS, MODULE], {
    input: JSON.stringify(given),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

const hooks = ['actionValidateOrder'];
const cookieOf = (journey: string): string => `session-=1; _ct=${journey.replaceAll('%', '%25')}; _ctx=2`;

describe.runIf(hasPhp)('the module', () => {
  test('keeps the journey in a private message of the order', () => {
    const journey = journeyOf('a+b/c=d%20e');
    expect(run({ cookie: cookieOf(journey) })).toEqual({
      ...{ hooks, log: [] },
      kept: [{ message: `ct_journey=${journey}`, id_order: 1042, private: 1 }],
    });
  });

  test('keeps whose journey it is where it is longer than a message', () => {
    expect(run({ cookie: cookieOf(journeyOf('x'.repeat(500))) })).toEqual({
      ...{ hooks, log: [] },
      kept: [{ message: 'ct_visitor=visitor-1', id_order: 1042, private: 1 }],
    });
  });

  test('never ends an order: what fails is logged', () => {
    expect(run({ cookie: cookieOf(journeyOf('abc')), trouble: true })).toEqual({
      ...{ hooks, kept: [], log: ['clickthreadcarry: Property Message->message is not valid'] },
    });
  });

  test.each([[undefined], ['session-=1'], ['_ct=no%20journey'], [`_ct=${'1^visitor-1'.padEnd(5000, '^a^b^c')}`]])(
    'leaves the order as it is with the cookies %s',
    (cookie) => {
      expect(run(cookie === undefined ? {} : { cookie })).toEqual({ hooks, kept: [], log: [] });
    },
  );
});

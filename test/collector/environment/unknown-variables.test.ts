import { expect, test } from 'vitest';
import { OWN_VARIABLES, unknownVariables } from '../../../collector/environment/unknown-variables.ts';
import { ENVIRONMENT } from '../../docs/reference-words.ts';
import { configured } from '../cli/commands/setup.ts';

test('ours are those that the reference describes', () => {
  const described = Object.keys(ENVIRONMENT).filter((name) => name.startsWith('CLICKTHREAD_'));
  expect(OWN_VARIABLES.map((name) => `CLICKTHREAD_${name}`).toSorted()).toEqual(described.toSorted());
});

test.each([
  ['CLICKTHREAD_PUBLIC_ULR', 'CLICKTHREAD_PUBLIC_URL'],
  ['CLICKTHREAD_TRUSTED_PROXY', 'CLICKTHREAD_TRUST_PROXY'],
  ['CLICKTHREAD_ADMIN_TOKN_FILE', 'CLICKTHREAD_ADMIN_TOKEN'],
  ['CLICKTHREAD_PORT', 'PORT'],
  ['CLICKTHREAD_DATABASE_URL', 'DATABASE_URL'],
])('%s is none, and %s was meant', (name, meant) => {
  expect(unknownVariables({ [name]: 'x' })).toEqual([{ name, meant }]);
});

test.each([
  'CLICKTHREAD_KEY_FILE',
  'CLICKTHREAD_LOG',
  'CLICKTHREAD_IMPACT_TOKEN',
  'PORT',
  'IMPACT_TOKEN',
  'CLICKTHREAD_VT_SECRET',
])('%s is left alone', (name) => expect(unknownVariables({ [name]: 'x' })).toEqual([]));

test('doctor names it', async () => {
  const { finish } = await configured({ CLICKTHREAD_PUBLIC_ULR: 'https://t.shop.example' });
  expect((await finish(['doctor', '--no-test'])).out).toMatch(
    /warn {2}environment: CLICKTHREAD_PUBLIC_ULR is no variable .*\n.*Did you mean CLICKTHREAD_PUBLIC_URL\?/,
  );
});

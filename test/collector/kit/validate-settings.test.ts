import { describe, expect, test } from 'vitest';
import {
  MASK,
  publicSettings,
  secretsOf,
  validateSettings,
  type SettingsDefinition,
} from '../../../collector/kit/validate-settings.ts';

const definition: SettingsDefinition = {
  title: 'Example',
  settings: {
    id: { label: 'Id', required: true, help: 'On the first page', pattern: /\d+|x/, patternHelp: 'digits only' },
    token: { label: 'Token', secret: true },
    mode: { label: 'Mode', options: ['a', 'b'], default: 'a' },
    on: { label: 'On', kind: 'boolean', default: false },
    most: { label: 'Most', kind: 'number' },
    names: { label: 'Names', kind: 'list', default: 'x,y' },
    keys: { label: 'Keys', kind: 'map', secret: true },
    baseUrl: { label: 'Address', kind: 'url', default: 'https://api.example' },
    pixel: { label: 'Pixel', kind: 'template' },
  },
  check: ({ id, mode }) => (id === '7' && mode === 'b' ? [{ field: 'mode', message: 'can not be b for 7' }] : []),
};

const read = (raw: unknown) => validateSettings(definition, raw);

describe('settings', () => {
  test('get their defaults and their kinds', () => {
    expect(read({ id: 1000, on: 'true', most: '5', names: ['a', 'b'], keys: { k: 'v', n: 1 }, token: ' t\n' })).toEqual(
      {
        settings: {
          id: '1000',
          mode: 'a',
          on: true,
          most: 5,
          names: ['a', 'b'],
          keys: { k: 'v', n: '1' },
          token: 't',
          baseUrl: 'https://api.example',
        },
        problems: [],
      },
    );
    expect(read({ id: '1' }).settings).toMatchObject({ names: ['x', 'y'], on: false });
  });

  test.each<[unknown, string, RegExp]>([
    [{}, 'id', /is required \(On the first page\)/],
    [{ id: '  ' }, 'id', /is required/],
    [{ id: '12a' }, 'id', /must be digits only/],
    [{ id: 2 ** 60 }, 'id', /must be quoted/],
    [{ id: '1', mdoe: 'a' }, 'mdoe', /is not a setting of Example; did you mean mode\?/],
    [{ id: '1', baseURL: 'https://x.example' }, 'baseURL', /did you mean baseUrl\?/],
    [{ id: '1', elephant: 1 }, 'elephant', /it has id, token, mode/],
    [{ id: '1', mode: 'c' }, 'mode', /must be one of a, b/],
    [{ id: '1', on: 'yes' }, 'on', /must be true or false/],
    [{ id: '1', most: 'many' }, 'most', /must be a number/],
    [{ id: '1', names: [{}] }, 'names.0', /must be text/],
    [{ id: '1', names: { a: 1 } }, 'names', /must be a list/],
    [{ id: '1', keys: 'k=v' }, 'keys', /must be a map/],
    [{ id: '1', keys: { k: ['v'] } }, 'keys.k', /must be text/],
    [{ id: '1', token: MASK }, 'token', /is the mask of a secret/],
    [{ id: '1', token: 'a\u0000b' }, 'token', /control characters/],
    [{ id: '1', token: 'x'.repeat(9000) }, 'token', /longer than/],
    [{ id: '1', baseUrl: 'api.example' }, 'baseUrl', /must be an address/],
    [{ id: '1', baseUrl: 'https://a.example/?x=1' }, 'baseUrl', /without \? and #/],
    [{ id: '1', baseUrl: 'https://u:p@a.example' }, 'baseUrl', /user name or password/],
    [{ id: '7', mode: 'b' }, 'mode', /can not be b for 7/],
    ['text', 'settings', /must be a map/],
  ])('%o have a problem with %s', (raw, field, message) => {
    expect(read(raw).problems).toContainEqual({ field, message: expect.stringMatching(message) });
  });

  test('say every problem at once', () => {
    expect(read({ mode: 'c', on: 1, nope: 1 }).problems.map(({ field }) => field)).toEqual([
      'nope',
      'id',
      'mode',
      'on',
    ]);
  });

  test.each([
    ['https://api.example/', 'https://api.example'],
    ['http://127.0.0.1:8788/impact//', 'http://127.0.0.1:8788/impact'],
    ['HTTPS://API.Example/V1', 'https://api.example/V1'],
  ])('keep the base address %s as %s', (baseUrl, kept) => {
    expect(read({ id: '1', baseUrl })).toEqual({ settings: expect.objectContaining({ baseUrl: kept }), problems: [] });
  });

  test('are shown without their secrets', () => {
    const { settings } = read({ id: '1', token: 't0ken', keys: { a: 'k-1' } });
    expect(publicSettings(definition, { ...settings, old: 'from another version' })).toEqual({
      ...settings,
      ...{ token: MASK, keys: { a: MASK }, old: MASK },
    });
    expect(secretsOf(definition, settings)).toEqual(['t0ken', 'k-1']);
  });
});

import { expect, expectTypeOf, test } from 'vitest';
import { kindOfDefinition } from '../../../collector/kit/definition.ts';
import { defineDestination } from '../../../collector/kit/destination.ts';
import type { Settings, ValuesOf } from '../../../collector/kit/setting.ts';

const settings = {
  account: { label: 'Account', required: true },
  region: { label: 'Region', options: ['eu', 'us'], default: 'eu' },
  limit: { label: 'Limit', kind: 'number' },
  test: { label: 'Test mode', kind: 'boolean', default: false },
  params: { label: 'Parameters', kind: 'list' },
  fields: { label: 'Fields', kind: 'map' },
} as const;

test('a setting has the type of its kind, and may be absent only where it is neither required nor has a default', () => {
  type Values = ValuesOf<typeof settings>;
  expectTypeOf<Values['account']>().toEqualTypeOf<string>();
  expectTypeOf<Values['region']>().toEqualTypeOf<'eu' | 'us'>();
  expectTypeOf<Values['limit']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Values['test']>().toEqualTypeOf<boolean>();
  expectTypeOf<Values['params']>().toEqualTypeOf<string[] | undefined>();
  expectTypeOf<Values['fields']>().toEqualTypeOf<Record<string, string> | undefined>();
  expectTypeOf<Values>().toExtend<Settings>();
});

test('a definition is typed by its own settings: a misspelt one does not compile', () => {
  const definition = defineDestination({
    name: 'example',
    title: 'Example',
    docs: 'https://example.com/docs',
    audience: 'attributed',
    transport: 'server',
    clickParams: ['exid'],
    needs: {},
    limits: {},
    idempotent: true,
    settings,
    conversion: ({ order }, values) => ({
      method: 'POST',
      // @ts-expect-error: the setting is called `account`
      url: `https://${values.region}.example.com/${String(values.acount)}`,
      headers: { 'x-account': values.account },
      body: order.orderId,
    }),
  });
  expect(kindOfDefinition(definition)).toBe('destination');
  expect(Object.keys(definition)).not.toContain('kind');
  expect(kindOfDefinition({ name: 'example' })).toBeUndefined();
});

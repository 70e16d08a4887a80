/** Writes docs/reference.md from the code: commands, variables, routes, the configuration file, and what can be connected. */
import type { Command } from 'commander';
import { z } from 'zod';
import { buildProgram } from '../../collector/cli/program.ts';
import { channelSchema } from '../../collector/configuration/alerts/channel-schema.ts';
import { channelTypes } from '../../collector/configuration/alerts/channel-types.ts';
import { connectionSchema, siteSchema } from '../../collector/configuration/site-schema.ts';
import { destinations } from '../../collector/destinations/index.ts';
import { KNOWN_NAMES } from '../../collector/kit/placeholder.ts';
import { RULES } from '../../collector/http/admin/access/rules.ts';
import { ADMIN_ROUTES } from '../../collector/http/openapi/admin-routes.ts';
import { openApi } from '../../collector/http/openapi/document.ts';
import type { Setting } from '../../collector/kit/setting.ts';
import { days, formatDuration } from '../../collector/lib/duration.ts';
import { listPlatforms } from '../../collector/platforms/index.ts';
import { sources } from '../../collector/sources/index.ts';
import { ALERT, CONNECTION, ENVIRONMENT, SITE } from './reference-words.ts';

const HEAD = `# Reference

Commands, variables, routes, the configuration file, and everything that can be connected. This page is written from the code and compared
with it by a test; after a change: \`npx vitest run test/docs/surface.test.ts -u\`.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

function table(header: string[], rows: string[][]): string {
  return [header, header.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

export function reference(): string {
  return [HEAD, commands(), environment(), routes(), configuration(), alerts(), connected()].join('\n');
}

const PROGRAM = await buildProgram({ env: {}, clock: () => 0 });

/** Every command that does something, in the order of the alphabet: `connection add`. */
export function leaves(command: Command = PROGRAM, path: string[] = []): { path: string[]; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands
    .toSorted((a, b) => (a.name() < b.name() ? -1 : 1))
    .flatMap((inner) => leaves(inner, [...path, inner.name()]));
}

function commands(): string {
  const parts = leaves().map(({ path, command }) => {
    const args = command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    });
    const described = command.registeredArguments.filter(({ description }) => description);
    const rows = [
      ...described.map((argument) => [`\`${argument.name()}\``, argument.description]),
      ...command.options.map((option) => [`\`${option.flags}\``, `${option.description}${defaultOf(option)}`]),
    ];
    const title = `### \`clickthread ${[...path, ...args].join(' ')}\``;
    return [
      title,
      '',
      sentence(command.description()),
      ...(rows.length > 0 ? ['', table(['', ''], rows)] : []),
      '',
    ].join('\n');
  });
  return ['## Commands', '', 'Every command has `--help`; the exit code is 0 only on success.', '', ...parts].join(
    '\n',
  );
}

function defaultOf({ defaultValue, negate }: { defaultValue?: unknown; negate: boolean }): string {
  const said = typeof defaultValue === 'string' && defaultValue !== '' && !negate;
  return said ? ` (${defaultValue} unless given)` : '';
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function environment(): string {
  const rows = Object.entries(ENVIRONMENT).map(([name, [value, meaning]]) => [`\`${name}\``, value, meaning]);
  return [
    '## Environment',
    '',
    'Any `NAME_FILE` is read from that file. A wrong value stops the start with every problem listed.',
    '',
    table(['variable', 'default', 'meaning'], rows),
    '',
  ].join('\n');
}

function routes(): string {
  const { paths } = openApi({ prefix: '/t', url: '', version: '' }) as {
    paths: Record<string, Record<string, { summary: string; tags: string[] }>>;
  };
  const open = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { summary, tags }]) =>
      tags[0] === 'admin' ? [] : [[tags[0]!, `\`${method.toUpperCase()} ${path}\``, summary]],
    ),
  );
  const admin = Object.entries(ADMIN_ROUTES).map(([route, { what }]) => [
    ...[RULES[route]?.[0] ?? 'anybody', `\`${route.replace(' ', ' /admin/api')}\``, what],
  ]);
  return [
    '## Routes',
    '',
    table(['who', 'route', 'what'], open),
    '',
    'Under `/admin/api`, with `Authorization: Bearer CLICKTHREAD_ADMIN_TOKEN`, or with the session of a person whose role is the one named or a stronger one',
    '(viewer, operator, owner) and whose sites include the one that is asked for. Refusals are `{ "errors": [{ "field", "message" }] }` everywhere.',
    '',
    table(['who', 'route', 'what'], admin),
    '',
  ].join('\n');
}

interface Shape {
  type?: string;
  enum?: string[];
  properties?: Record<string, Shape>;
}

/** Fields with their path; an object is told by its fields. */
export function fieldsOf(schema: z.ZodType): { path: string; kind: string }[] {
  const walk = (shape: Shape, path: string): { path: string; kind: string }[] =>
    shape.properties
      ? Object.entries(shape.properties).flatMap(([name, inner]) => walk(inner, path === '' ? name : `${path}.${name}`))
      : [
          {
            path,
            kind: (shape.enum ?? [shape.type ?? '']).join(', '),
          },
        ];
  return walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape, '');
}

/** `filled` is what the schema makes of the least: durations are milliseconds there and words here. */
function rowsOf(schema: z.ZodType, filled: object, words: Record<string, string>): string[][] {
  return fieldsOf(schema).map(({ path, kind }) => {
    const value = path
      .split('.')
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], filled);
    return [
      `\`${path}\``,
      kind,
      LEAST.includes(path) || value === undefined ? '' : `\`${inWords(value)}\``,
      words[path] ?? '',
    ];
  });
}

/** What has no default. */
const LEAST = ['id', 'type', 'domains'];

/** No number of the file is as large as the shortest default duration. */
const inWords = (value: unknown): string =>
  typeof value === 'number' && value >= days(1) ? formatDuration(value) : JSON.stringify(value);

function configuration(): string {
  const header = ['field', 'kind', 'default', 'meaning'];
  return [
    '## Configuration file',
    '',
    '`clickthread apply FILE` makes the database match it, `clickthread export-config` writes it. Durations: `10m`, `12h`, `30d`. Under `sites:`, each site has',
    '',
    table(header, rowsOf(siteSchema, siteSchema.parse({ id: 'x', domains: ['x'] }), SITE)),
    '',
    'and `connections:`, each with',
    '',
    table(header, rowsOf(connectionSchema, connectionSchema.parse({ id: 'x', type: 'x' }), CONNECTION)),
    '',
  ].join('\n');
}

/** What an address, header, field or body of `postback`, `sale-pixel` and `sale-form` may say of a sale. */
function placeholders(): string {
  const names = KNOWN_NAMES.map((name) => `\`{${name}}\``).join(', ');
  return [
    '### Placeholders of postbacks, pixels and forms',
    '',
    `${names}; \`{custom.NAME}\` for a field of \`custom\`, and, from the server alone, \`{secret.NAME}\` for a name in \`secrets\`. \`orderId\` and \`order_id\` are one name. In pixels and forms nothing personal is filled in.`,
    '',
  ].join('\n');
}

/** Who is told when something needs a person. */
function alerts(): string {
  const header = ['field', 'kind', 'default', 'meaning'];
  return [
    '## Alerts',
    '',
    'Under `alerts:`, beside `sites:`, or with `clickthread alert add`. Each condition is told once, and once more when it is over; nothing personal is in a message.',
    '',
    table(header, rowsOf(channelSchema, channelSchema.parse({ id: 'x', type: 'x' }), ALERT)),
    '',
    ...Object.entries(channelTypes).flatMap(([name, { title, settings }]) => [
      `### ${title} (\`${name}\`)`,
      '',
      table(['setting', 'what', 'default'], Object.entries(settings).map(settingRow)),
      '',
    ]),
  ].join('\n');
}

interface Connectable {
  name: string;
  title: string;
  docs: string;
  settings: Record<string, Setting>;
}

function connected(): string {
  const described = ({ name, title, docs, settings }: Connectable, more: string): string =>
    [
      `### ${title} (\`${name}\`)`,
      '',
      `${more}[The vendor’s page](${docs}).`,
      '',
      table(['setting', 'what', 'default'], Object.entries(settings).map(settingRow)),
      '',
    ].join('\n');
  const audience = {
    attributed: 'Told of the orders that it earned',
    'every-order': 'Told of every order that it can use',
  };
  const transport = {
    server: 'by the collector',
    'browser-pixel': 'by an image in the shopper’s browser',
    'browser-form': 'by a form in the shopper’s browser',
  };
  return [
    '## Destinations',
    '',
    ...destinations.map((one) => described(one, `${audience[one.audience]}, ${transport[one.transport]}. `)),
    placeholders(),
    '## Sources',
    '',
    ...sources.map((one) =>
      described(one, one.immutable.length > 0 ? `What can’t be changed later: ${one.immutable.join(', ')}. ` : ''),
    ),
    '## Lists',
    '',
    ...listPlatforms.map((one) => described(one, '')),
  ].join('\n');
}

function settingRow([name, setting]: [string, Setting]): string[] {
  const { label, help, required, secret, options, kind } = setting;
  const notes = [required ? 'required' : '', secret ? 'secret' : '', kind && kind !== 'text' ? kind : '']
    .filter(Boolean)
    .join(', ');
  const text = [label, help, options ? `One of ${options.join(', ')}` : ''].filter(Boolean).join('. ');
  return [
    `\`${name}\`${notes === '' ? '' : ` (${notes})`}`,
    text,
    setting.default === undefined ? '' : `\`${String(setting.default)}\``,
  ];
}

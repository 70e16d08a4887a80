/** What every destination must be, now and later: runs over the registry. Each destination's own file adds its table of examples. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Destination, Fire, HttpRequest, Settings } from '../../../collector/destinations/destination.ts';
import { destinations, findDestination, usesOf } from '../../../collector/destinations/index.ts';
import { publicSettings, secretsOf, validateSettings } from '../../../collector/destinations/settings.ts';
import type { Report, ReportKind } from '../../../collector/event.ts';
import { byStatus, classify } from '../../../collector/outcome.ts';
import { personalValues, redactExchange } from '../../../collector/redact.ts';
import { answer, connect, customer, rawSettings, reportOf } from './seed-report.ts';

const folder = new URL('../../../collector/destinations/', import.meta.url);
const KINDS: readonly ReportKind[] = ['conversion', 'modification', 'reversal'];

const hostile = [
  'a&b=c;d',
  'x"},{"y":"z',
  "'><script>alert(1)</script>",
  'line\r\nInjected: yes',
  '%41%2541+ ',
  'ünïcödé 😀',
  '\uD800',
  '{order_id}',
  '../..',
];

/** Every request and firing that the connection makes of a report. */
function saidBy(definition: Destination, report: Report, settings: Settings): unknown[] {
  const requests = KINDS.flatMap((kind) => definition[kind]?.({ ...report, kind }, settings) ?? []);
  return definition.fire ? [...requests, definition.fire(report, settings)] : requests;
}

function requestsOf(definition: Destination, report: Report, settings: Settings): HttpRequest[] {
  const upsert = definition.remedy?.(
    answer(404, { errors: [{ message: 'User not found' }] }),
    report,
    settings,
  )?.request;
  const reports = KINDS.flatMap((kind) => definition[kind]?.({ ...report, kind }, settings) ?? []);
  const asked = [
    definition.confirm?.request('/Advertisers/IRxxx/APISubmissions/A-1', settings),
    definition.test?.request(settings),
    upsert,
  ];
  return [...reports, ...asked.filter((request) => request !== undefined)];
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

test('every definition in the folder is registered under the name of its file, once', () => {
  const files = readdirSync(fileURLToPath(folder)).filter((file) =>
    readFileSync(new URL(file, folder), 'utf8').includes('export default defineDestination('),
  );
  expect(destinations.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
  for (const definition of destinations) expect(findDestination(definition.name)).toBe(definition);
  expect(findDestination('constructor')).toBeUndefined();
});

describe.each(destinations.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
  const { settings } = connect(name);
  const report = reportOf({ personal: customer, custom: { note: 'x' } });
  const secrets = secretsOf(definition, settings);

  test('says where it was read and labels every setting', () => {
    expect(definition.docs).toMatch(/^https?:\/\//);
    expect(definition.title).not.toBe('');
    for (const setting of Object.values(definition.settings)) {
      expect(setting.label).not.toBe('');
      if (setting.pattern) expect(setting.patternHelp).toBeDefined();
      if (setting.options && setting.default !== undefined) expect(setting.options).toContain(setting.default);
    }
  });

  test('tells in the way that its transport promises', () => {
    expect(definition.fire === undefined).toBe(definition.transport === 'server');
    expect(definition.conversion === undefined).toBe(definition.transport !== 'server');
  });

  test('takes another base address, with a path prefix, for each of its requests', () => {
    if (definition.transport !== 'server') return;
    const moved = connect(name, { baseUrl: 'http://127.0.0.1:8788/prefix/' }).settings;
    const urls = requestsOf(definition, report, moved).map(({ url }) => url);
    expect(urls.filter((url) => !url.startsWith('http://127.0.0.1:8788/prefix/'))).toEqual([]);
    expect(requestsOf(definition, report, settings).filter(({ url }) => !url.startsWith('https://'))).toEqual([]);
  });

  test('is pure: frozen input, same input, same bytes', () => {
    const frozen = deepFreeze(structuredClone(report));
    const first = saidBy(definition, frozen, deepFreeze(structuredClone(settings)));
    expect(saidBy(definition, structuredClone(report), settings)).toEqual(first);
    expect(saidBy(definition, { ...structuredClone(report), at: report.at + 86_400_000 }, settings)).toEqual(first);
  });

  test('names the same order whenever it is built, if it names one at all', () => {
    const [said] = saidBy(definition, report, settings);
    expect(JSON.stringify(said).includes('O1234567')).toBe(name !== 'cartstack');
    expect(JSON.stringify(said).includes('O1234567') || !definition.idempotent).toBe(true);
  });

  test('keeps an order of zero', () => {
    const free = reportOf({ total: 0, subtotal: 0, discount: 0, items: [], personal: customer });
    expect(decodeURIComponent(JSON.stringify(saidBy(definition, free, settings)[0]))).toMatch(/[=:"\\]0(\.00)?\b/);
  });

  test.each(hostile)('carries %j without breaking out of its place', (value) => {
    const said = saidBy(definition, reportWith(value), settings) as (HttpRequest | Fire)[];
    const plain = saidBy(definition, reportWith('plain'), settings) as (HttpRequest | Fire)[];
    expect(said.map(shapeOf)).toEqual(plain.map(shapeOf));
    // An e-mail is the only field of CartStack; everyone else is told the order id.
    const expected = wellFormed(name === 'cartstack' ? `${value}@example.com` : value);
    for (const one of said) expect(Object.values(valuesOf(one)).map(wellFormed)).toContain(expected);
  });

  test('leaves no secret and nothing personal in what is stored of an exchange', () => {
    const echo = `${secrets.join(' ')} ${customer.email.toLowerCase()} ${encodeURIComponent(customer.email)} ${customer.phone}`;
    for (const request of requestsOf(definition, report, settings)) {
      const stored = JSON.stringify(
        redactExchange({
          request,
          response: answer(200, echo, { 'x-echo': echo }),
          secrets,
          personal: personalValues(report.order),
        }),
      );
      for (const value of [...secrets, ...Object.values(customer)]) {
        for (const spelling of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
          expect(stored).not.toContain(spelling);
      }
      expect(stored).toContain(name === 'postback' || name === 'cartstack' ? '[secret]' : '"[secret]"');
    }
  });

  test('gives reasons without secrets and personal data', () => {
    if (definition.transport !== 'server') return;
    for (const status of [200, 400, 404]) {
      const body = {
        resp: 102,
        err_txt: echoed(),
        errors: [{ field: 'x', message: echoed() }],
        Message: echoed(),
        ErrorReason: echoed(),
      };
      const { reason } = classify({ definition, settings, report, response: answer(status, body) });
      for (const value of [...secrets, ...Object.values(customer)])
        expect(reason.toLowerCase()).not.toContain(value.toLowerCase());
    }
    function echoed(): string {
      return [...secrets, ...Object.values(customer)].join(' ');
    }
  });

  test('follows the default rules where its vendor says nothing else', () => {
    if (definition.transport !== 'server') return;
    for (const status of [408, 425, 429, 500, 502, 503, 504]) {
      expect(classify({ definition, settings, report, response: answer(status) }).state).toBe('retry');
    }
    for (const status of [401, 403, 301, 307]) expect(byStatus(answer(status), definition).state).toBe('held');
    for (const kind of ['timeout', 'network', 'tls'] as const) {
      const failure = { ok: false, kind, sent: false, message: 'broke' } as const;
      expect(classify({ definition, settings, report, failure })).toEqual({ state: 'retry', reason: 'broke' });
    }
    const refused = { ok: false, kind: 'refused', sent: false, message: '10.0.0.1 is not a public address' } as const;
    expect(classify({ definition, settings, report, failure: refused }).state).toBe('held');
  });

  test('reads any answer without failing', () => {
    if (definition.transport !== 'server') return;
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('null', '[]', '{"errors":[null,1]}', '{"resp":{}}', '\uFEFF{}'),
    );
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), body, (status, text) => {
        const response = answer(status, text);
        const outcome = classify({ definition, settings, report, response });
        expect(['delivered', 'retry', 'rejected', 'held', 'no_match']).toContain(outcome.state);
        definition.remedy?.(response, report, settings);
        definition.test?.verdict(response, settings);
        definition.confirm?.verdict(response, report);
      }),
      { numRuns: 200, seed: 20261122 },
    );
  });

  test('uses only personal fields that it declares', () => {
    const declared = usesOf(definition, settings);
    const all = {
      ...customer,
      city: 'Mytown',
      region: 'Myregion',
      postcode: '90210x',
      country: 'Atlantis',
      ip: '203.0.113.9',
      userAgent: 'Agent/1',
    };
    const kept = Object.fromEntries(
      Object.entries(all).filter(([field]) => (declared as readonly string[]).includes(field)),
    );
    expect(saidBy(definition, reportOf({ personal: all }), settings)).toEqual(
      saidBy(definition, reportOf({ personal: kept }), settings),
    );
  });

  test('refuses a setting that it does not know and shows none of its secrets', () => {
    expect(
      validateSettings(definition, { ...rawSettings[name], unheardOf: 1 }).problems.map(({ field }) => field),
    ).toEqual(['unheardOf']);
    const shown = JSON.stringify(publicSettings(definition, settings));
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });
});

/** One value in every place where a shop or a visitor can put one. */
function reportWith(value: string): Report {
  const order = {
    orderId: value,
    coupons: [value],
    customerId: value,
    items: [{ sku: value, name: value, category: value, quantity: 1, price: 100 }],
    personal: {
      email: `${value}@example.com`,
      phone: value,
      firstName: value,
      lastName: value,
      city: value,
      country: value,
    },
    custom: { note: value },
  };
  return reportOf(order, { click: { param: 'c', value, at: 0 } });
}

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

/** Everything that a value must not be able to change: method, host, path and the names of all parameters. */
function shapeOf(said: HttpRequest | Fire): unknown {
  const { host, pathname } = new URL(addressOf(said));
  const { method, headers } = { method: undefined, headers: {}, ...said };
  return { method, host, pathname, headers: Object.keys(headers), names: Object.keys(valuesOf(said)) };
}

const addressOf = (said: HttpRequest | Fire): string => ('action' in said ? said.action : said.url);

function valuesOf(said: HttpRequest | Fire): Record<string, string> {
  const query = Object.fromEntries(new URL(addressOf(said)).searchParams);
  if ('fields' in said) return { ...query, ...said.fields };
  if (!('body' in said) || said.body === undefined) return query;
  if (said.headers?.['Content-Type'] === 'application/json') return { ...query, ...leaves(JSON.parse(said.body)) };
  return { ...query, ...Object.fromEntries(new URLSearchParams(said.body)) };
}

function leaves(node: unknown, path = ''): Record<string, string> {
  if (typeof node !== 'object' || node === null) return { [path]: String(node) };
  return Object.assign({}, ...Object.entries(node).map(([key, value]) => leaves(value, `${path}.${key}`)));
}

/** The checks that every destination must pass, in the order in which its author meets them. */
import assert from 'node:assert/strict';
import type { HttpResponse } from '../../model/http.ts';
import type { Report, ReportKind } from '../../model/report.ts';
import { kindOfDefinition } from '../definition.ts';
import { batchOf, clickParamsOf, type Destination, usesOf } from '../destination.ts';
import type { Settings } from '../setting.ts';
import { publicSettings, validateSettings } from '../validate-settings.ts';
import { DAY, HOSTILE_VALUES, KINDS, PERSON, PLACED_AT, reportWith, sampleReport } from './sample-report.ts';
import { everythingSaid, requestsOf, type ContractSubject } from './subject.ts';
import { arrivesIn, shapeOf, wellFormed } from './where-values-go.ts';

export interface SubjectCheck {
  title: string;
  /** Throws an `AssertionError` that says what to mend. */
  check: (subject: ContractSubject) => void;
}

export const CHECKS: readonly SubjectCheck[] = [
  {
    title: 'is made by defineDestination, says where it was read and labels every setting',
    check({ definition }) {
      assert.equal(kindOfDefinition(definition), 'destination', 'make it with defineDestination');
      assert.match(definition.name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'its name must be kebab-case');
      assert.match(definition.docs, /^https?:\/\//, 'docs must be the address of the page that it was read from');
      assert.notEqual(definition.title, '');
      for (const [name, setting] of Object.entries(definition.settings)) {
        assert.ok(setting.label, `${name} needs a label`);
        if (setting.pattern) assert.ok(setting.patternHelp, `${name} needs patternHelp beside its pattern`);
        if (setting.options && setting.default !== undefined)
          assert.ok(
            setting.options.includes(String(setting.default)),
            `the default of ${name} must be one of its options`,
          );
      }
    },
  },
  {
    title: 'sets the cookie of its network only where the owner asks for it, and of a click that it captures',
    check({ definition, settings }) {
      const { clickCookie, cookies = [], settings: shape } = definition;
      for (const { param } of cookies)
        assert.ok(
          clickParamsOf(definition, settings).includes(param ?? clickParamsOf(definition, settings)[0]!),
          'what a cookie counts as is one of its `clickParams`',
        );
      if (!clickCookie) return;
      assert.match(clickCookie.name, /^[\w-]{1,64}$/, 'the name of a cookie');
      assert.ok(clickParamsOf(definition, settings).includes(clickCookie.param), 'it holds one of its `clickParams`');
      assert.equal(shape['clickCookie']?.default, false, 'spread `clickCookieSettings` into the settings');
      assert.ok(shape['clickCookieDays']?.default, 'spread `clickCookieSettings` into the settings');
    },
  },
  {
    title: 'takes its sample settings, refuses one that it does not know, and shows none of its secrets',
    check({ definition, samples, read, settings, secrets }) {
      assert.deepEqual(read.problems, [], 'the sample settings must be right');
      const { problems } = validateSettings(definition, { ...samples.settings, unheardOf: 1 });
      assert.deepEqual(
        problems.map(({ field }) => field),
        ['unheardOf'],
      );
      const shown = JSON.stringify(publicSettings(definition, settings));
      for (const secret of secrets) assert.ok(!shown.includes(secret), 'a secret is shown: mark the setting as secret');
    },
  },
  {
    title: 'tells in the way that its transport promises',
    check({ definition }) {
      assert.equal(definition.fire === undefined, definition.transport === 'server', 'a browser transport has `fire`');
      assert.equal(
        definition.conversion === undefined,
        definition.transport !== 'server',
        'a server transport has `conversion`',
      );
    },
  },
  {
    title: 'takes another base address, with a path prefix, for each of its requests',
    check({ definition, samples, settings, requests }) {
      if (definition.transport !== 'server') return;
      const own = requests(sampleReport(), settings).filter(({ url }) => !url.startsWith('https://'));
      assert.deepEqual(own, [], 'requests go by https unless the owner says otherwise');
      if (!Object.hasOwn(definition.settings, 'baseUrl')) return;
      const base = 'http://127.0.0.1:8788/prefix';
      const moved = validateSettings(definition, { ...samples.settings, baseUrl: `${base}/` }).settings;
      const urls = requests(sampleReport(), moved).map(({ url }) => url);
      assert.deepEqual(
        urls.filter((url) => !url.startsWith(`${base}/`)),
        [],
      );
    },
  },
  {
    title: 'is pure: frozen input, same input, same bytes',
    check({ definition, settings, facts, said }) {
      const report = sampleReport();
      const first = said(freeze(structuredClone(report)), freeze(structuredClone(settings)));
      assert.deepEqual(said(structuredClone(report)), first);
      // A change has a time of its own, which is kept with it; a sale has the order's.
      const sale = (at: number) => everythingSaid(definition, { ...report, ...facts, at }, settings, ['conversion']);
      assert.deepEqual(
        sale(report.at + DAY),
        sale(report.at),
        'a late report must say what it would have said at once',
      );
    },
  },
  {
    title: 'names the same order whenever it is built',
    check({ definition, byEmail, said }) {
      const [first] = said(sampleReport());
      assert.equal(JSON.stringify(first).includes('O1234567'), !byEmail);
      if (byEmail) assert.equal(definition.idempotent, false, 'without the order id a vendor can’t recognize a repeat');
    },
  },
  {
    title: 'asks before a report only until its facts are known',
    check({ definition, samples, settings, facts }) {
      if (!definition.prepare) return assert.equal(samples.facts, undefined, 'facts without `prepare`');
      const asks = (report: Report) =>
        KINDS.filter((kind) => definition.prepare?.request({ ...report, kind }, settings));
      assert.notDeepEqual(asks(sampleReport()), [], 'without facts some kind of report must ask');
      assert.deepEqual(asks(sampleReport({}, facts)), [], 'give `facts` to the samples');
      assert.equal(batchOf(definition, settings), undefined, 'reports in a batch are not looked up one by one');
    },
  },
  {
    title: 'says the same number of requests for the same report, and each of them differs',
    check({ definition, settings, facts }) {
      if (!definition.parts) return;
      assert.equal(batchOf(definition, settings), undefined, 'a report in a batch is one request');
      for (const kind of KINDS) {
        const report = sampleReport({}, { kind, ...facts });
        assert.ok(definition.parts(report, settings) >= 1, `a ${kind} is one request at least`);
        const all = requestsOf(definition, report, settings).map((request) => JSON.stringify(request));
        assert.equal(new Set(all).size, all.length, `two requests of a ${kind} are the same`);
      }
    },
  },
  {
    title: 'joins reports in one request without losing or changing any, and takes no silence for a verdict',
    check({ definition, settings, facts }) {
      const batch = batchOf(definition, settings);
      if (!batch) return;
      for (const kind of KINDS) {
        const bodies = ['O1234567', 'O7654321'].map(
          (orderId) => definition[kind]?.(sampleReport({ orderId }, { kind, ...facts }), settings).body ?? '',
        );
        if (bodies[0] === '') continue;
        assert.equal(batch.join([bodies[0]!]), bodies[0], 'one body stays as it is');
        const joined = batch.join(bodies);
        for (const orderId of ['O1234567', 'O7654321']) assert.ok(joined.includes(orderId), `${orderId} is lost`);
        const silent = definition.outcome?.(
          { status: 200, headers: {}, body: '{}' },
          sampleReport({}, { kind }),
          settings,
        );
        assert.equal(silent?.state, 'retry', 'a report that the answer does not name is in doubt');
      }
    },
  },
  {
    title: 'keeps an order of zero',
    check({ samples, said }) {
      if (samples.leavesZeroOut) return;
      const free = sampleReport({ total: 0, subtotal: 0, discount: 0, items: [] });
      assert.match(decodeURIComponent(JSON.stringify(said(free)[0])), /[=:"\\]0(\.0+)?\b/);
    },
  },
  ...HOSTILE_VALUES.map((value): SubjectCheck => ({
    title: `carries ${JSON.stringify(value)} without breaking out of its place`,
    check({ definition, settings, facts, byEmail, said }) {
      const hostile = said(reportWith(value));
      const plain = said(reportWith('plain'));
      assert.deepEqual(
        hostile.map((one) => shapeOf(one, value)),
        plain.map((one) => shapeOf(one, 'plain')),
        'method, host, path and names must not depend on a value',
      );
      const expected = wellFormed(byEmail ? `${value}@example.com` : value);
      const named = everythingSaid(
        definition,
        { ...reportWith(value), ...facts },
        settings,
        namedKinds(definition, settings),
      );
      for (const one of named) assert.ok(arrivesIn(one, expected), 'the value itself must arrive');
    },
  })),
  {
    title: 'uses only personal fields that it declares',
    check({ definition, settings, said }) {
      const declared: readonly string[] = usesOf(definition, settings);
      const more = {
        city: 'Mytown',
        region: 'Myregion',
        postcode: '90210x',
        country: 'Atlantis',
        ip: '203.0.113.9',
        userAgent: 'Agent/1',
      };
      const all = { ...PERSON, ...more };
      const kept = Object.fromEntries(Object.entries(all).filter(([field]) => declared.includes(field)));
      assert.deepEqual(
        said(sampleReport({ personal: all })),
        said(sampleReport({ personal: kept })),
        'name what it needs in `uses`',
      );
    },
  },
  {
    title: 'reads any answer without failing',
    check({ definition, settings }) {
      if (definition.transport !== 'server') return;
      for (const status of [100, 200, 201, 204, 301, 400, 401, 404, 409, 422, 429, 500, 503, 599])
        for (const body of ['', 'null', '[]', '{}', '\uFEFF{}', '{"errors":[null,1]}', '<html>', '"', '0'])
          readAnswer(definition, { response: { status, headers: {}, body }, settings });
    },
  },
];

function readAnswer(definition: Destination, given: { response: HttpResponse; settings: Settings }): void {
  const { response, settings } = given;
  const outcome = definition.outcome?.(response, sampleReport(), settings);
  if (outcome) assert.ok(outcome.reason, 'every outcome gives its reason in words');
  definition.remedy?.(response, sampleReport(), settings);
  definition.test?.verdict(response, settings);
  definition.confirm?.verdict(response, sampleReport());
  definition.ownReport?.read(response, { from: PLACED_AT, until: PLACED_AT + DAY }, settings);
  const found = definition.prepare?.read(response, sampleReport(), settings);
  if (found) assert.ok(found.reason, 'every reading of a look-up gives its reason in words');
}

/** What is looked up first is named by what was found, everything else by the order. */
const namedKinds = ({ prepare }: Destination, settings: Settings): readonly ReportKind[] =>
  KINDS.filter((kind) => prepare?.request(sampleReport({}, { kind }), settings) === undefined);

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

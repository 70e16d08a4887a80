/**
 * Runs a tag template's own tests outside Tag Manager, and is stricter: Tag Manager skips permission checks on mocked
 * APIs, here every call must be covered, and every run of a tag must end in success or failure exactly once.
 */
import { createContext, runInContext } from 'node:vm';
import { parse } from 'yaml';
import { missingPermission } from './sandbox-permissions.ts';
import { assertApi, assertThat } from './template-assertions.ts';
import type { Permission } from '../template/permissions.ts';
import { parseTpl } from '../tpl.ts';

export interface ScenarioResult {
  name: string;
  passed: boolean;
  /** Why it failed. */
  problem?: string;
}

type Api = (...args: unknown[]) => unknown;

interface Template {
  code: string;
  isTag: boolean;
  permissions: Permission[];
}

/** How long one scenario may compute, milliseconds. */
const TIME_LIMIT = 2000;

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

/** What an API does where a test does not mock it: pure ones work, the others do nothing. */
const DEFAULTS: Record<string, unknown> = {
  getType: typeOf,
  makeString: String,
  makeNumber: Number,
  makeInteger: (value: unknown) => Math.trunc(Number(value)),
  encodeUri: encodeURI,
  encodeUriComponent: encodeURIComponent,
  isConsentGranted: () => true,
  callLater: (callback: Api) => callback(),
  JSON: { parse: JSON.parse, stringify: JSON.stringify },
  Math: { abs: Math.abs, ceil: Math.ceil, floor: Math.floor, max: Math.max, min: Math.min, round: Math.round },
  Object: { keys: Object.keys, values: Object.values, entries: Object.entries },
};

/** One scenario's sandbox: mocks, recorded calls, and how often each run of the tag ended. */
class Scenario {
  readonly #template: Template;
  readonly #mocks = new Map<string, unknown>();
  readonly #calls = new Map<string, unknown[][]>();
  readonly #endings: number[] = [];
  /** The first uncovered use. Kept, because a template that catches errors would hide the throw. */
  #violation: string | undefined;
  readonly #context = createContext({
    mock: (api: string, value: unknown) => this.#mocks.set(api, value),
    runCode: (data: Record<string, unknown> = {}) => this.#runCode(data),
    assertThat,
    assertApi: (api: string) => assertApi(api, this.#calls.get(api) ?? []),
    fail: (message: string) => {
      throw new Error(message);
    },
    require: (api: string) => this.#require(api, false),
  });

  constructor(template: Template) {
    this.#template = template;
  }

  run(test: string): void {
    runInContext(`(function () {\n${test}\n})()`, this.#context, { timeout: TIME_LIMIT });
    if (this.#violation !== undefined) throw new Error(this.#violation);
    if (!this.#template.isTag) return;
    const wrong = this.#endings.find((count) => count !== 1);
    if (wrong !== undefined) throw new Error(`the tag ended ${wrong} times; it must succeed or fail exactly once`);
  }

  #runCode(data: Record<string, unknown>): unknown {
    const run = this.#endings.push(0) - 1;
    const ending = (api: string) => () => {
      this.#endings[run] = (this.#endings[run] ?? 0) + 1;
      this.#record(api, []);
    };
    const given = { ...data, gtmOnSuccess: ending('gtmOnSuccess'), gtmOnFailure: ending('gtmOnFailure') };
    const body = runInContext(`(function (data, require) {\n${this.#template.code}\n})`, this.#context) as Api;
    return body(given, (api: string) => this.#require(api, true));
  }

  #record(api: string, args: unknown[]): void {
    const calls = this.#calls.get(api) ?? [];
    calls.push(args);
    this.#calls.set(api, calls);
  }

  #check(api: string, args?: unknown[]): void {
    const missing = missingPermission(this.#template.permissions, api, args);
    if (missing === undefined) return;
    this.#violation ??= missing;
    throw new Error(missing);
  }

  #require(api: string, enforced: boolean): unknown {
    if (enforced) this.#check(api);
    const fallback = DEFAULTS[api];
    if (fallback !== undefined && typeof fallback !== 'function' && !this.#mocks.has(api)) return fallback;
    return (...args: unknown[]) => {
      if (enforced) this.#check(api, args);
      this.#record(api, args);
      const answer = this.#mocks.has(api) ? this.#mocks.get(api) : fallback;
      return typeof answer === 'function' ? (answer as Api)(...args) : answer;
    };
  }
}

function section(sections: Map<string, string>, name: string): string {
  const content = sections.get(name);
  if (content === undefined) throw new Error(`The template has no section ___${name}___.`);
  return content;
}

/** Runs every scenario of the template's ___TESTS___; one result each, in order. */
export function runTemplateTests(tpl: string): ScenarioResult[] {
  const sections = parseTpl(tpl);
  const info = JSON.parse(section(sections, 'INFO')) as { type: string };
  const template: Template = {
    code: section(sections, 'SANDBOXED_JS_FOR_WEB_TEMPLATE'),
    isTag: info.type === 'TAG',
    permissions: JSON.parse(section(sections, 'WEB_PERMISSIONS')) as Permission[],
  };
  const tests = parse(section(sections, 'TESTS')) as { scenarios?: { name: string; code: string }[]; setup?: string };
  return (tests.scenarios ?? []).map(({ name, code }) => {
    try {
      new Scenario(template).run(`${tests.setup ?? ''}\n${code}`);
      return { name, passed: true };
    } catch (error) {
      // Errors of the other realm are no instances of this one's Error.
      return { name, passed: false, problem: String((error as { message?: unknown } | null)?.message ?? error) };
    }
  });
}

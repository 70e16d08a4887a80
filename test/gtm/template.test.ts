/** The tag template: its sections, its code as Tag Manager's compiler would take it, its own tests, and its permissions. */
import { parse } from 'acorn';
import type { Node } from 'acorn';
import { describe, expect, it } from 'vitest';
import { runTemplateTests } from '../../gtm/check/template-runner.ts';
import { fieldNames, type TemplateField } from '../../gtm/template/fields.ts';
import { collectorAddress, tagTemplate } from '../../gtm/template.ts';
import { parseTpl } from '../../gtm/tpl.ts';

const tpl = tagTemplate({ collector: 'https://t.shop.example/t/', site: 'shop', version: '1.2.3' });
const sections = parseTpl(tpl);
const code = sections.get('SANDBOXED_JS_FOR_WEB_TEMPLATE') ?? '';
const fields = JSON.parse(sections.get('TEMPLATE_PARAMETERS') ?? '') as TemplateField[];

/** Every node of the code, parents first. */
function nodes(node: Node): Node[] {
  const children = Object.values(node).flatMap((value: unknown) => {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.filter((item): item is Node => typeof item === 'object' && item !== null && 'type' in item);
  });
  return [node, ...children.flatMap(nodes)];
}

const tree = nodes(parse(code, { ecmaVersion: 2015, sourceType: 'script' }));
const ofType = (...types: string[]): Node[] => tree.filter((node) => types.includes(node.type));
const text = (node: Node): string => code.slice(node.start, node.end);

describe('template.tpl', () => {
  it('has the sections of an export, in their order', () => {
    expect([...sections.keys()]).toEqual([
      'TERMS_OF_SERVICE',
      'INFO',
      'TEMPLATE_PARAMETERS',
      'SANDBOXED_JS_FOR_WEB_TEMPLATE',
      'WEB_PERMISSIONS',
      'TESTS',
      'NOTES',
    ]);
    expect(JSON.parse(sections.get('INFO') ?? '')).toMatchObject({
      type: 'TAG',
      id: 'cvt_temp_public_id',
      version: 1,
      containerContexts: ['WEB'],
    });
    expect(sections.get('NOTES')).toContain('1.2.3');
  });

  it('carries this collector and site as defaults, and only this collector in its permissions', () => {
    const defaults = Object.fromEntries(fields.map(({ name, defaultValue }) => [name, defaultValue]));
    expect(defaults).toMatchObject({ collector: 'https://t.shop.example/t', siteId: 'shop', waitForConsent: true });
    const permissions = JSON.parse(sections.get('WEB_PERMISSIONS') ?? '') as { instance: { param: unknown[] } }[];
    expect(permissions[0]?.instance.param).toEqual([
      { key: 'urls', value: { type: 2, listItem: [{ type: 1, string: 'https://t.shop.example/t/*' }] } },
    ]);
  });

  it('is the same text for the same input', () => {
    expect(tagTemplate({ collector: 'https://t.shop.example/t', site: 'shop', version: '1.2.3' })).toBe(tpl);
  });

  it.each([
    'http://t.shop.example/t',
    'ftp://t.shop.example',
    'https://a:b@t.shop.example',
    'https://x.example/?a=1',
    'no',
  ])('refuses %s as a collector address and says what to set', (address) => {
    expect(() => collectorAddress(address)).toThrow(/CLICKTHREAD_PUBLIC_URL/);
  });

  it('lets a loopback collector through for a rehearsal', () => {
    expect(collectorAddress('http://127.0.0.1:8787/t')).toBe('http://127.0.0.1:8787/t');
  });
});

describe('the sandboxed code', () => {
  it('uses nothing but ES5 with const, let and arrow functions', () => {
    const refused = ofType(
      ...['ClassDeclaration', 'TemplateLiteral', 'SpreadElement', 'RestElement', 'ForOfStatement', 'NewExpression'],
      ...['ThisExpression', 'ObjectPattern', 'ArrayPattern', 'AssignmentPattern', 'YieldExpression'],
    );
    expect(refused.map(text)).toEqual([]);
    expect(tree.filter((node) => 'regex' in node || ('shorthand' in node && node.shorthand)).map(text)).toEqual([]);
  });

  it('calls only native methods that the sandbox keeps', () => {
    // https://developers.google.com/tag-platform/tag-manager/templates/standard-library
    const kept =
      /\.(filter|forEach|map|join|slice|split|trim|charAt|indexOf|lastIndexOf|substring|toUpperCase|gtmOnSuccess|gtmOnFailure)$/;
    const called = ofType('CallExpression').map((node) => (node as unknown as { callee: Node }).callee);
    const methods = called.filter((callee) => callee.type === 'MemberExpression').map(text);
    expect(methods.filter((method) => !kept.test(method))).toEqual([]);
  });

  it('reads only fields that the template has, and every field is read', () => {
    const read = new Set([...code.matchAll(/\bdata\.(\w+)/g)].map((match) => match[1]));
    const declared = fieldNames(fields);
    expect([...read].filter((name) => name && !name.startsWith('gtmOn')).sort()).toEqual([...declared].sort());
  });

  it('asks only for permissions that it uses', () => {
    const apis = new Set([...code.matchAll(/require\('(\w+)'\)/g)].map((match) => match[1]));
    expect([...apis].sort()).toEqual([
      'addConsentListener',
      'copyFromDataLayer',
      'createArgumentsQueue',
      'getType',
      'injectScript',
      'isConsentGranted',
      'logToConsole',
      'makeString',
    ]);
  });
});

describe("the template's own tests", () => {
  const results = runTemplateTests(tpl);

  it('are there', () => {
    expect(results.length).toBeGreaterThanOrEqual(15);
  });

  it.each(results)('pass: $name', ({ problem }) => {
    expect(problem).toBeUndefined();
  });
});

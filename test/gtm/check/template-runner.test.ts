/** The runner must fail where Tag Manager would refuse at run time, which Tag Manager's own tests do not. */
import { describe, expect, it } from 'vitest';
import { missingPermission } from '../../../gtm/check/sandbox-permissions.ts';
import { runTemplateTests } from '../../../gtm/check/template-runner.ts';
import { templatePermissions } from '../../../gtm/template/permissions.ts';
import { tagTemplate } from '../../../gtm/template.ts';
import { writeTpl } from '../../../gtm/tpl.ts';

const tpl = tagTemplate({ collector: 'https://t.shop.example/t', site: 'shop', version: '1.2.3' });

/** Problems of all scenarios once a piece of the template is replaced; the piece must be there. */
function problemsWith(from: string, to: string): string {
  if (!tpl.includes(from)) throw new Error(`the template no longer has ${from}`);
  return runTemplateTests(tpl.replaceAll(from, to))
    .map(({ problem }) => problem)
    .filter((problem) => problem !== undefined)
    .join('\n');
}

describe('the template runner catches', () => {
  it.each([
    [
      'another address',
      '"string": "https://t.shop.example/t/*"',
      '"string": "https://t.other.example/t/*"',
      'injectScript needs the address https://t.shop.example/t/shop.js in the permission inject_script',
    ],
    [
      'a missing permission',
      '"publicId": "inject_script"',
      '"publicId": "send_pixel"',
      'injectScript needs the permission inject_script',
    ],
    [
      'a missing global',
      '"string": "clickthread.q"',
      '"string": "clickthread.queue"',
      'createArgumentsQueue needs to read the global clickthread.q in the permission access_globals',
    ],
    [
      'another consent type',
      '"string": "ad_storage"',
      '"string": "ad_user_data"',
      'isConsentGranted needs the consent type ad_storage in the permission access_consent',
    ],
    [
      'a data layer key',
      '"string": "eventModel"',
      '"string": "other"',
      'copyFromDataLayer needs the data layer key eventModel in the permission read_data_layer',
    ],
    [
      'a missing right to log',
      '"publicId": "logging"',
      '"publicId": "get_url"',
      'logToConsole needs the permission logging',
    ],
    [
      'an API that does not exist',
      "require('makeString')",
      "require('makeText')",
      'makeText is not an API of the sandbox',
    ],
    [
      'a browser global',
      "const CONSENT_TYPE = 'ad_storage';",
      'const CONSENT_TYPE = window.name;',
      'window is not defined',
    ],
    [
      'a tag that never ends',
      'start(orders, data.gtmOnSuccess, data.gtmOnFailure);',
      'start(orders, () => {}, () => {});',
      'the tag ended 0 times; it must succeed or fail exactly once',
    ],
    [
      'a tag that ends twice',
      'start(orders, data.gtmOnSuccess, data.gtmOnFailure);',
      'start(orders, data.gtmOnSuccess, data.gtmOnFailure); data.gtmOnFailure();',
      'the tag ended 2 times; it must succeed or fail exactly once',
    ],
    ['a wrong result', "'.js';", "'.mjs';", '["https://t.shop.example/t/shop.js"]'],
  ])('%s', (_title, from, to, problem) => {
    expect(problemsWith(from, to)).toContain(problem);
  });

  it('a use without permission even where the code swallows the error', () => {
    const swallowing = writeTpl([
      ['INFO', '{"type":"TAG"}'],
      ['SANDBOXED_JS_FOR_WEB_TEMPLATE', "try { require('sendPixel'); } catch (e) {}\ndata.gtmOnSuccess();"],
      ['WEB_PERMISSIONS', '[]'],
      ['TESTS', 'scenarios:\n- name: one\n  code: runCode({});'],
    ]);
    expect(runTemplateTests(swallowing)).toEqual([
      { name: 'one', passed: false, problem: 'sendPixel needs the permission send_pixel' },
    ]);
  });

  it('an endless loop', () => {
    const results = runTemplateTests(tpl.replace('const CONSENT_TYPE', 'while (data.debug) {}\nconst CONSENT_TYPE'));
    expect(results.at(-1)?.problem).toMatch(/timed out/);
  });
});

describe('a permission for addresses', () => {
  const permissions = templatePermissions('https://t.shop.example/t');
  it.each([
    ['https://t.shop.example/t/shop.js', true],
    ['https://t.shop.example/other/shop.js', false],
    ['http://t.shop.example/t/shop.js', false],
    ['https://t.shop.example.evil.example/t/shop.js', false],
    ['https://evil.example/?https://t.shop.example/t/shop.js', false],
  ])('judges %s', (url, allowed) => {
    expect(missingPermission(permissions, 'injectScript', [url]) === undefined).toBe(allowed);
  });
});

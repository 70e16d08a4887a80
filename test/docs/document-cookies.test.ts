/** The recipes of `docs/recipes/document-cookies.md`, run as they stand there. */
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CASES, MADE, NOW } from '../middleware/document-cases.ts';

const page = readFileSync(new URL('../../docs/recipes/document-cookies.md', import.meta.url), 'utf8');

/** The code block under a heading. */
function block(heading: string, language: string): string {
  const section = page.slice(page.indexOf(`\n## ${heading}\n`));
  const fence = '```';
  const start = section.indexOf(`${fence}${language}\n`) + fence.length + language.length + 1;
  return section.slice(start, section.indexOf(`\n${fence}`, start));
}

interface Worker {
  fetch: (request: Request) => Promise<Response>;
}

/** Loads the Worker into a world of its own, with this consent answer and an origin that answers with one cookie. */
function worker(consent: boolean | undefined): Worker {
  const origin = new Response('<p>Hello</p>', { headers: { 'content-type': 'text/html', 'set-cookie': 'cart=1' } });
  class FixedDate extends Date {
    static override now = (): number => NOW;
  }
  const made: string[] = [...MADE];
  const context = createContext({
    Response,
    Date: FixedDate,
    crypto: { randomUUID: () => made.shift() },
    fetch: () => Promise.resolve(origin),
  });
  const code = block('Cloudflare Worker', 'js').replace('export default', 'globalThis.worker =');
  runInContext(`${code}\nconsent = () => ${String(consent)};`, context);
  return (context as unknown as { worker: Worker }).worker;
}

describe('the Cloudflare Worker', () => {
  it.each(CASES)('answers $title', async ({ url, headers = {}, method = 'GET', https = true, cookies, ...rest }) => {
    const consent = 'consent' in rest ? rest.consent : true;
    const request = new Request(`${https ? 'https' : 'http'}://shop.example${url}`, { method, headers });
    const response = await worker(consent).fetch(request);
    expect(response.headers.getSetCookie()).toEqual(['cart=1', ...cookies]);
    expect(response.headers.get('cache-control')).toBe(cookies.length > 0 ? 'private' : null);
    expect(await response.text()).toBe('<p>Hello</p>');
  });
});

/** The regular expressions of nginx and Apache (PCRE) keep to what JavaScript reads the same way. */
describe('the nginx maps', () => {
  const maps = new Map(
    [...block('nginx', 'nginx').matchAll(/map "?([^"\n]+?)"? \$(\w+) \{([^}]*(?:\{[\d,]+\}[^}]*)*)\n\}/g)].map(
      ([, , name, body]) => [name, [...(body ?? '').matchAll(/"~([^"\n]+)" ("[^"\n]+"|1);/g)]],
    ),
  );
  /** What a map gives for a value; named groups filled in. */
  function give(name: string, value: string): string {
    for (const [, pattern = '', result = ''] of maps.get(name) ?? []) {
      const match = new RegExp(pattern).exec(value);
      if (match)
        return result.replaceAll('"', '').replace(/\$(\w+)/g, (_, group: string) => match.groups?.[group] ?? '');
    }
    return '';
  }
  const rest = 'Domain=shop.example; Path=/; Max-Age=34560000; SameSite=Lax; Secure';

  it.each([
    ['ct_document', 'document|text/html', '1'],
    ['ct_document', '|text/html,*/*', '1'],
    ['ct_document', 'image|text/html', ''],
    ['ct_document', 'iframe|text/html', ''],
    ['ct_consent', 'necessary.marketing', '1'],
    ['ct_journey', '111^visitor-0001^im_ref^a+b|c^lq', `_ct=1^visitor-0001^im_ref^a+b|c^lq; ${rest}`],
    ['ct_journey', '101^visitor-0001', ''],
    ['ct_journey', '111^visitor-0001^x; Domain=evil', ''],
    ['ct_visitor', '11cookie-0001', `_ct_v=cookie-0001; ${rest}; HttpOnly`],
    ['ct_visitor', '111^visitor-0001^im_ref^a^lq', ''],
    ['ct_visitor', '10cookie-0001', ''],
    ['ct_cje', '110a1b', `cje=0a1b; ${rest.replace('34560000', '34128000')}`],
    ['ct_cje', '11', ''],
    ['ct_cje', '110a%3B', ''],
    ['ct_awc', '111001_1700000000_ab', `awc=1001_1700000000_ab; ${rest.replace('34560000', '31536000')}; HttpOnly`],
  ])('%s of %s', (name, value, result) => {
    expect(give(name, value)).toBe(result);
  });
});

describe('the Apache conditions', () => {
  const patterns = [...block('Apache', 'apache').matchAll(/^RewriteCond %\{(\w+)[^}]*\}\S* (\S+)( \[NC])?$/gm)];
  const find = (variable: string, part: string): RegExp => {
    const [, , source = '', flags] = patterns.find((match) => match[1] === variable && match[2]?.includes(part)) ?? [];
    return new RegExp(source, flags ? 'i' : '');
  };

  it.each([
    ['HTTP', 'document', 'document|*/*', ['document|']],
    ['HTTP', 'document', 'image|text/html', undefined],
    ['HTTP_COOKIE', '_ct=', 'a=1; _ct=1^visitor-0001^im_ref^a^lq; b=2', ['1^visitor-0001^im_ref^a^lq']],
    ['HTTP_COOKIE', '_ct_v=', '_ct=1^visitor-0001^im_ref^a^lq; _ct_v=cookie-0001', ['cookie-0001']],
    ['HTTP_COOKIE', '_ct=', 'x_ct=1^visitor-0001', undefined],
    ['QUERY_STRING', 'cjevent', 'a=1&CJEvent=0a1b&b=2', ['0a1b']],
    ['QUERY_STRING', 'cjevent', 'cjevent=a%3Bb', undefined],
    ['QUERY_STRING', 'awc', 'awc=1001_1700000000_ab', ['1001_1700000000_ab']],
  ])('%s with %s on %s', (variable, part, value, groups) => {
    expect(find(variable, part).exec(value)?.slice(1)).toEqual(groups);
  });
});

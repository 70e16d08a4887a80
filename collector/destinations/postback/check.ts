/** Generic postback: what no single setting shows. */
import type { Problem } from '../../../wire/problem.ts';
import type { Settings } from '../../kit/setting.ts';
import { jsonProblem, placeholderProblem } from '../../kit/template.ts';
import { ruleProblem } from './rule.ts';

/** RFC 9110 §5.6.2; the last ones belong to the connection, not to the message. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HOP_HEADERS = /^(host|content-length|connection|transfer-encoding|upgrade|expect|te|trailer|keep-alive)$/i;

const entries = (value: unknown): [string, string][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

export function checkPostback(settings: Settings): Problem[] {
  const secrets = entries(settings['secrets']).map(([name]) => name);
  const json = settings['contentType'] === 'json';
  const problems: Problem[] = [];
  const add = (field: string, message: string | undefined): void => {
    if (message !== undefined) problems.push({ field, message });
  };
  add('url', addressProblem(settings));
  add('url', placeholderProblem(String(settings['url']), { secrets }));
  for (const [name, template] of entries(settings['headers'])) {
    if (!HEADER_NAME.test(name)) add(`headers.${name}`, 'is not a header name');
    if (HOP_HEADERS.test(name)) add(`headers.${name}`, 'is set by the connection itself');
    add(`headers.${name}`, placeholderProblem(template, { secrets }));
  }
  if (typeof settings['body'] === 'string') {
    if (settings['method'] === 'GET') add('body', 'can not be sent with GET: choose POST or PUT, or leave it out');
    add('body', placeholderProblem(settings['body'], { secrets, json: json || settings['contentType'] === 'text' }));
    if (json) add('body', jsonProblem(settings['body']));
  }
  for (const rule of ['mustMatch', 'mustNotMatch']) {
    if (typeof settings[rule] === 'string') add(rule, ruleProblem(settings[rule]));
  }
  return problems;
}

function addressProblem({ url, baseUrl }: Settings): string | undefined {
  const text = String(url);
  if (text.startsWith('/'))
    return baseUrl === undefined ? 'is a path: set baseUrl, or give the whole address' : undefined;
  const origin = /^https?:\/\/([^/?#]+)/i.exec(text);
  if (origin === null) return 'must be an address such as https://host.example/path';
  if (/[{}]/.test(origin[0])) return 'must name its host in full: placeholders may only follow it';
  if (/[@\s]/.test(origin[0]) || !URL.canParse(text.replace(/[{}]/g, ''))) return 'is not an address';
  return undefined;
}

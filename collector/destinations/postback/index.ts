/** Generic postback: any network or in-house system that takes one request per sale, described by configuration alone. */
import { defineDestination, type Outcome } from '../../kit/destination.ts';
import { isEmailName } from '../../kit/placeholder.ts';
import type { Settings } from '../../kit/setting.ts';
import { fillAddress, fillHeader, type Filling, namesIn } from '../../kit/template.ts';
import { days } from '../../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import { bodyTypes, fillBody } from './body.ts';
import { checkPostback } from './check.ts';
import { ruleMatches, statusFits } from './rule.ts';

const isMap = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every template of the connection, for the question which placeholders it uses. */
const templates = ({ url, headers, body }: Settings): string[] =>
  [url, body, ...(isMap(headers) ? Object.values(headers) : [])].filter(
    (text): text is string => typeof text === 'string',
  );

const uses = (settings: Settings, test: (name: string) => boolean): boolean =>
  templates(settings).flatMap(namesIn).some(test);

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** `baseUrl` takes the place of scheme and host, for systems that have one address to rehearse and one for real. */
const addressOf = ({ url, baseUrl }: Settings): string =>
  baseUrl === undefined ? String(url) : `${String(baseUrl)}${String(url).replace(/^https?:\/\/[^/?#]*/i, '')}`;

function request(filling: Filling): HttpRequest {
  const { settings } = filling;
  const method = settings['method'] === 'POST' || settings['method'] === 'PUT' ? settings['method'] : 'GET';
  const built: HttpRequest = { method, url: fillAddress(addressOf(settings), filling) };
  const headers: Record<string, string> = {};
  const body = method === 'GET' || typeof settings['body'] !== 'string' ? undefined : settings['body'];
  if (body !== undefined) headers['Content-Type'] = bodyTypes[String(settings['contentType'])] ?? 'text/plain';
  for (const [name, template] of isMap(settings['headers']) ? Object.entries(settings['headers']) : []) {
    const value = fillHeader(template, filling);
    if (value !== undefined) headers[name] = value;
  }
  if (Object.keys(headers).length > 0) built.headers = headers;
  if (body !== undefined) built.body = fillBody(body, settings['contentType'], filling);
  return built;
}

/** A 2xx outside the owner's rule was told and refused; other statuses follow the default rules. */
function readAnswer({ status, body }: HttpResponse, settings: Settings): Outcome | undefined {
  const { mustMatch, mustNotMatch } = settings;
  if (!statusFits(status, listOf(settings['successStatus']))) {
    if (status < 200 || status >= 300) return undefined;
    return { state: 'rejected', reason: `answered ${status}, which the success rule does not count as success` };
  }
  if (typeof mustNotMatch === 'string' && ruleMatches(mustNotMatch, body)) {
    return { state: 'rejected', reason: `answered ${status}, but the body says what it must not say (mustNotMatch)` };
  }
  if (typeof mustMatch === 'string' && !ruleMatches(mustMatch, body)) {
    return { state: 'rejected', reason: `answered ${status}, but the body does not say what it must (mustMatch)` };
  }
  return { state: 'delivered', reason: `accepted with ${status}` };
}

export default defineDestination({
  name: 'postback',
  title: 'Postback',
  docs: 'https://doc.voluum.com/article/parameters-in-postback-urls',
  audience: 'attributed',
  transport: 'server',
  clickParams: (settings) => listOf(settings['clickParam']).map((name) => name.toLowerCase()),
  needs: { consent: ['marketing'] },
  informs: (settings) => uses(settings, (name) => /^channel$/i.test(name)),
  uses: (settings) => (uses(settings, isEmailName) ? ['email'] : []),
  limits: { concurrency: 4, deadline: days(3) },
  // Networks recognise a repeat by the order or click id that the template carries.
  idempotent: true,
  settings: {
    method: { label: 'Method', options: ['GET', 'POST', 'PUT'], default: 'GET' },
    url: {
      label: 'Address',
      help: 'As the network gives it, with {click_id}, {order_id}, {amount}, {currency} … (docs/reference.md lists all) in the places; a parameter of which nothing is known is left out',
      placeholders: 'server',
      required: true,
    },
    clickParam: {
      label: 'Click parameters',
      help: "Landing parameters that carry this network's click id, preferred first, such as transaction_id",
      kind: 'list',
      required: true,
      pattern: /^[\w.-]{1,64}$/,
      patternHelp: 'names of query parameters',
    },
    amount: {
      label: 'Amounts as',
      help: "decimal: 19.95; cents: the currency's smallest unit, 1995",
      options: ['decimal', 'cents'],
      default: 'decimal',
    },
    headers: {
      label: 'Headers',
      help: 'Values with placeholders; keys belong into secrets: {secret.NAME}',
      placeholders: 'server',
      kind: 'map',
    },
    body: { label: 'Body', help: 'Template; for POST and PUT', placeholders: 'server' },
    contentType: { label: 'Body is', options: Object.keys(bodyTypes), default: 'form' },
    successStatus: {
      label: 'Success: status',
      help: 'Codes that count as success, such as 200, 201 or 2xx',
      kind: 'list',
      default: '2xx',
      pattern: /^[1-5](\d\d|xx)$/,
      patternHelp: 'a status such as 200, or 2xx',
    },
    mustMatch: { label: 'Success: body contains', help: 'Text, or a regular expression as /…/ or /…/i' },
    mustNotMatch: {
      label: 'Failure: body contains',
      help: 'Text, or a regular expression as /…/ or /…/i; many networks answer 200 to a failure',
    },
    secrets: { label: 'Secrets', help: 'Names and values, usable as {secret.NAME}', kind: 'map', secret: true },
    baseUrl: { label: 'Base address', help: 'Takes the place of scheme and host, to rehearse elsewhere', kind: 'url' },
  },
  check: checkPostback,
  refuse: (report, settings) =>
    report.click === undefined && uses(settings, (name) => /^click_?id$/i.test(name))
      ? 'the order carries no click id, and the postback is nothing without one'
      : undefined,
  conversion: (report, settings) =>
    request({ report, settings, amount: settings['amount'] === 'cents' ? 'cents' : 'decimal' }),
  outcome: (response, _report, settings) => readAnswer(response, settings),
});

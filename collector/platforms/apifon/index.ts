/** Apifon: lists and subscribers. https://docs.apifon.com/apireference.html (read 2026-11); paths of lists as public clients use them. */
import type { Problem } from '../../../wire/problem.ts';
import { definePlatform, type ListedContact, type SubscriberFields } from '../../kit/platform.ts';
import type { Settings } from '../../kit/setting.ts';
import type { HttpRequest } from '../../model/http.ts';
import { signRequest, tokenRequest, withToken } from './auth.ts';
import { toMsisdn } from './msisdn.ts';
import { readReply, readToken } from './reply.ts';

const API = 'https://ars.apifon.com';
const TOKENS = 'https://ids.apifon.com/oauth2/token';

/** What a field of Apifon may be filled from. */
const SOURCES = [
  'email',
  'phone',
  'firstName',
  'lastName',
  'customerId',
  'orders',
  'revenue',
  'currency',
  'lastOrderAt',
] as const;

/** The bodies' keys are not published: an editable default. */
const DEFAULT_FIELDS: Record<string, string> = {
  email: 'email',
  mobile: 'phone',
  firstname: 'firstName',
  lastname: 'lastName',
};

const textOf = (settings: Settings, name: string): string => String(settings[name] ?? '');

function call(method: HttpRequest['method'], path: string, settings: Settings, body?: unknown): HttpRequest {
  const base = (textOf(settings, 'baseUrl') || API).replace(/\/+$/, '');
  return {
    method,
    url: `${base}/services/api/v1${path}`,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

const usesHmac = (settings: Settings): boolean => textOf(settings, 'hmacToken') !== '';

const subscriber = (list: string, key = ''): string =>
  `/list/${encodeURIComponent(list)}/subscriber/${encodeURIComponent(key)}`;

export default definePlatform({
  name: 'apifon',
  title: 'Apifon',
  docs: 'https://docs.apifon.com/apireference.html',
  limits:
    'Apifon’s API takes contacts, not orders: orders reach it through its own CS-Cart integration and the onsite tracking file only.',
  perSecond: 5,
  settings: {
    from: { label: 'List of', help: 'Id of the connection whose list is carried over.', required: true },
    clientId: { label: 'OAuth2 client id', help: 'Settings → API. Recommended by Apifon.' },
    clientSecret: { label: 'OAuth2 client secret', secret: true },
    hmacToken: { label: 'API token (HMAC)', help: 'In place of the client id.' },
    hmacSecret: { label: 'API secret (HMAC)', secret: true },
    subscribe: {
      label: 'Who is subscribed',
      help: 'agreed: contacts who have said yes to being written to. all: everyone with an e-mail or mobile number; you must have another legal basis.',
      options: ['agreed', 'all'],
      default: 'agreed',
    },
    fields: {
      label: 'Fields',
      help: `Field at Apifon → one of ${SOURCES.join(', ')}. Unless given: ${Object.entries(DEFAULT_FIELDS)
        .map(([theirs, ours]) => `${theirs}: ${ours}`)
        .join(', ')}.`,
      kind: 'map',
    },
    listNameField: {
      label: 'Field of the list’s name',
      default: 'title',
      help: 'The key of the create-list call that takes the name.',
    },
    phonePrefix: {
      label: 'Country code of phone numbers',
      help: 'Digits, for numbers that are written without one: 30 for Greece.',
      pattern: /^[1-9]\d{0,3}$/,
      patternHelp: '1 to 4 digits without a plus sign',
    },
    perSecond: { label: 'Requests a second', kind: 'number', default: 5 },
    baseUrl: { label: 'Address of the API', kind: 'url', help: `${API} unless given (sandbox).` },
    tokenUrl: { label: 'Address of the token server', kind: 'url', help: `${TOKENS} unless given.` },
  },
  check: (settings) => [...credentialProblems(settings), ...fieldProblems(settings)],
  token(settings) {
    if (usesHmac(settings)) return undefined;
    const base = textOf(settings, 'baseUrl').replace(/\/+$/, '');
    const url = textOf(settings, 'tokenUrl') || (base === '' ? TOKENS : `${base}/oauth2/token`);
    return tokenRequest(url, textOf(settings, 'clientId'), textOf(settings, 'clientSecret'));
  },
  readToken,
  authorize: (request, settings, { token, now }) =>
    usesHmac(settings)
      ? signRequest(request, { token: textOf(settings, 'hmacToken'), secret: textOf(settings, 'hmacSecret'), now })
      : withToken(request, token ?? ''),
  probe: (settings) => call('POST', '/balance', settings, {}),
  createList: (name, settings) =>
    call('POST', '/list/', settings, { [textOf(settings, 'listNameField') || 'title']: name }),
  create: (list, fields, settings) => call('POST', subscriber(list), settings, fields),
  update: (list, key, fields, settings) => call('PUT', subscriber(list, key), settings, fields),
  turn: (list, key, to, settings) => call('POST', `${subscriber(list, key)}/${to}`, settings),
  remove: (list, key, settings) => call('DELETE', subscriber(list, key), settings),
  read: readReply,
  fields: fieldsOf,
  subscribesAll: (settings) => settings['subscribe'] === 'all',
});

function mapOf(settings: Settings): Record<string, string> {
  const map = settings['fields'];
  return typeof map === 'object' && !Array.isArray(map) ? map : DEFAULT_FIELDS;
}

function fieldsOf(contact: ListedContact, settings: Settings): SubscriberFields | undefined {
  const phone = contact.phone === undefined ? undefined : toMsisdn(contact.phone, textOf(settings, 'phonePrefix'));
  const known: Record<string, string | number | undefined> = { ...contact, phone };
  const fields: SubscriberFields = {};
  for (const [theirs, ours] of Object.entries(mapOf(settings))) {
    const value = known[ours];
    if (value !== undefined && value !== '') fields[theirs] = String(value);
  }
  const reachable = Object.entries(mapOf(settings)).some(
    ([theirs, ours]) => (ours === 'email' || ours === 'phone') && fields[theirs] !== undefined,
  );
  return reachable ? fields : undefined;
}

function credentialProblems(settings: Settings): Problem[] {
  const given = (name: string): boolean => textOf(settings, name) !== '';
  const oauth = given('clientId') || given('clientSecret');
  const hmac = given('hmacToken') || given('hmacSecret');
  if (oauth && hmac)
    return [{ field: 'clientId', message: 'give either client id and secret, or HMAC token and secret' }];
  const [id, secret] = hmac ? ['hmacToken', 'hmacSecret'] : ['clientId', 'clientSecret'];
  return [id, secret]
    .filter((name) => name !== undefined && !given(name))
    .map((name) => ({ field: String(name), message: 'is required' }));
}

function fieldProblems(settings: Settings): Problem[] {
  const entries = Object.entries(mapOf(settings));
  const problems = entries
    .filter(([, ours]) => !(SOURCES as readonly string[]).includes(ours))
    .map(([theirs]) => ({ field: `fields.${theirs}`, message: `must be one of ${SOURCES.join(', ')}` }));
  if (!entries.some(([, ours]) => ours === 'email' || ours === 'phone')) {
    problems.push({ field: 'fields', message: 'must map email or phone: without either nobody can be subscribed' });
  }
  return problems;
}

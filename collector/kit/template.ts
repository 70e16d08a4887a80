/** Templates that a site owner writes: `{placeholders}` filled from a report, each value encoded for the place where it stands. */
import type { Report } from '../model/report.ts';
import { percentEncode } from './encode.ts';
import { isEmailName, isKnownName, KNOWN_NAMES, placeholderValue, type Wording } from './placeholder.ts';
import type { Settings } from './setting.ts';

/** What a template may draw from. */
export interface Filling extends Wording {
  report: Report;
  settings: Settings;
}

/** `{order_id}`, `{orderId}`, `{custom.size}`, `{secret.token}`; JSON's own braces never look like this. */
const PLACEHOLDER = /\{([A-Za-z][\w]*(?:\.[\w-]+)?)\}/g;

interface Filled {
  text: string;
  /** Whether there were placeholders, and every one of them was empty. */
  empty: boolean;
}

function fill(template: string, filling: Filling, encode: (value: string) => string): Filled {
  let some = false;
  let full = false;
  const text = template.replace(PLACEHOLDER, (_, name: string) => {
    const value = placeholderValue(name, filling);
    some = true;
    full ||= value !== '';
    return encode(value);
  });
  return { text, empty: some && !full };
}

/** As it stands, for a form field that the browser encodes itself, or a plain text body. `undefined` where nothing was known. */
export function fillText(template: string, filling: Filling): string | undefined {
  const { text, empty } = fill(template, filling, (value) => value);
  return empty ? undefined : text;
}

/** A header's value: printable ASCII, the rest percent-encoded, so that a line break can't start a second header. */
export function fillHeader(template: string, filling: Filling): string | undefined {
  const { text, empty } = fill(template, filling, (value) => value.replace(/[^\x20-\x7e]+/gu, percentEncode));
  return empty ? undefined : text;
}

/** `a={x}&b=1&c={y}` as a query or form body: values encoded, a parameter of which nothing is known left out. */
export function fillPairs(template: string, filling: Filling): string {
  return template
    .split('&')
    .map((pair) => fill(pair, filling, percentEncode))
    .flatMap(({ text, empty }) => (empty || text === '' ? [] : [text]))
    .join('&');
}

/** An address: path, query and fragment each by their rules; the host is the template's own. HTML's `&amp;` is read as `&`. */
export function fillAddress(template: string, filling: Filling): string {
  const parts = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(template.replaceAll('&amp;', '&'));
  if (parts === null) return template;
  const [, before = '', query, fragment] = parts;
  const path = before.split('/').flatMap((segment) => fillSegment(segment, filling));
  const search = query === undefined ? '' : fillPairs(query, filling);
  const hash = fragment === undefined ? '' : `#${fill(fragment, filling, percentEncode).text}`;
  return path.join('/') + (search === '' ? '' : `?${search}`) + hash;
}

/** Partnerize writes parameters as segments (`voucher:{coupon}`): one of which nothing is known is left out like an empty parameter. */
function fillSegment(segment: string, filling: Filling): string[] {
  const { text, empty } = fill(segment, filling, percentEncode);
  if (empty && /^[\w-]+:\{/.test(segment)) return [];
  // A value of dots alone would climb out of its folder, encoded or not: https://url.spec.whatwg.org/#double-dot-path-segment
  return [/^\.{1,2}$/.test(text) && text !== segment ? '' : text];
}

const OPEN = '\uE000';
const CLOSE = '\uE001';

/** `{"id": "{order_id}", "amount": {amount}}` → JSON. In quotes a placeholder is text; bare it is a number where its value is one. */
export function fillJson(template: string, filling: Filling): string {
  return JSON.stringify(fillTree(parseJsonTemplate(template), filling) ?? null);
}

/** The template as a tree with its placeholders marked; throws where it is no JSON. Values are put in afterwards, so none can break out. */
function parseJsonTemplate(template: string): unknown {
  let quoted = false;
  const marked = template.replace(/\\.|"|\{([A-Za-z]\w*(?:\.[\w-]+)?)\}/gs, (piece: string, name?: string) => {
    if (name !== undefined) return quoted ? `${OPEN}${name}${CLOSE}` : `"${OPEN}#${name}${CLOSE}"`;
    if (piece === '"') quoted = !quoted;
    return piece;
  });
  return JSON.parse(marked);
}

const MARKED = new RegExp(`${OPEN}#?([^${CLOSE}]+)${CLOSE}`, 'g');

/** `undefined` for a text of which nothing is known: its property is left out. */
function fillTree(node: unknown, filling: Filling): unknown {
  if (typeof node === 'string') return fillLeaf(node, filling);
  if (Array.isArray(node)) return node.map((entry) => fillTree(entry, filling)).filter((entry) => entry !== undefined);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [String(fillLeaf(key, filling) ?? ''), fillTree(value, filling)]),
  );
}

function fillLeaf(text: string, filling: Filling): unknown {
  const { text: filled, empty } = fill(text.replace(MARKED, '{$1}'), filling, (value) => value);
  if (empty) return undefined;
  if (!text.startsWith(`${OPEN}#`)) return filled;
  // A number only where it reads back the same: an order id of 20 digits or `007` stays text.
  const isNumber = /^-?(0|[1-9]\d{0,14})(\.\d{1,4})?$/.test(filled);
  return isNumber ? Number(filled) : filled;
}

export interface AllowedNames {
  /** Names usable as `{secret.NAME}`. */
  secrets?: readonly string[];
  /** The template is filled for a page: no secret and nothing personal, hashed or not. */
  browser?: boolean;
  /** JSON has braces of its own. */
  json?: boolean;
}

/** What is wrong with a template's placeholders, in words; `undefined` if nothing. */
export function placeholderProblem(
  template: string,
  { secrets = [], browser = false, json = false }: AllowedNames = {},
): string | undefined {
  const unknown = namesIn(template).filter((name) => !isKnownName(name, secrets) || (browser && isEmailName(name)));
  if (unknown.length > 0) {
    return `has an unknown placeholder {${unknown.join('}, {')}}; known are ${listPlaceholders({ browser })}`;
  }
  if (!json && /[{}]/.test(template.replace(PLACEHOLDER, ''))) {
    return 'has a brace that belongs to no placeholder; they are written {order_id}';
  }
  return undefined;
}

/** Every placeholder that may stand in a template, in words: for who writes one, and for who wrote a wrong one. */
export function listPlaceholders({ browser = false }: Pick<AllowedNames, 'browser'>): string {
  const known = KNOWN_NAMES.filter((name) => !browser || !isEmailName(name)).map((name) => `{${name}}`);
  const named = browser ? '{custom.NAME}' : '{custom.NAME} and {secret.NAME} for a name in secrets';
  return `${known.join(', ')}, ${named}`;
}

export function jsonProblem(template: string): string | undefined {
  try {
    parseJsonTemplate(template);
    return undefined;
  } catch (error) {
    return `is not JSON with placeholders: ${(error as Error).message.replace(/[\uE000\uE001]/g, '')}`;
  }
}

export const namesIn = (template: string): string[] => [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);

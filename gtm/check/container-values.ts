/** The second half of the container check: enums, empty values, and code that must parse. Walks the whole file. */
import { Script } from 'node:vm';
import type { Problem } from '../../wire/problem.ts';

const PARAMETER_TYPES = ['TEMPLATE', 'BOOLEAN', 'INTEGER', 'LIST', 'MAP', 'TRIGGER_REFERENCE', 'TAG_REFERENCE'];
const CONDITIONS = ['EQUALS', 'CONTAINS', 'STARTS_WITH', 'ENDS_WITH', 'MATCH_REGEX', 'GREATER', 'LESS', 'CSS_SELECTOR'];
const TRIGGERS = [
  ...['PAGEVIEW', 'DOM_READY', 'WINDOW_LOADED', 'CUSTOM_EVENT', 'INIT', 'CONSENT_INIT', 'CLICK', 'LINK_CLICK'],
  ...['FORM_SUBMISSION', 'HISTORY_CHANGE', 'TIMER', 'SCROLL_DEPTH', 'ELEMENT_VISIBILITY', 'JS_ERROR', 'TRIGGER_GROUP'],
];

/** Which words are allowed where. The place is the path without indexes; the first match counts. */
const ENUMS: [place: RegExp, allowed: readonly string[]][] = [
  [/(^|\.)(filter|customEventFilter|autoEventFilter)\.type$/, CONDITIONS],
  [/^trigger\.type$/, TRIGGERS],
  [/\.consentStatus$/, ['NOT_SET', 'NOT_NEEDED', 'NEEDED']],
  [/\.tagFiringOption$/, ['ONCE_PER_EVENT', 'ONCE_PER_LOAD', 'UNLIMITED']],
  [/\.usageContext$/, ['WEB', 'SERVER', 'AMP', 'ANDROID', 'IOS']],
  [/\.(parameter|list|map|monitoringMetadata|consentType)\.type$/, PARAMETER_TYPES],
];

interface Leaf {
  /** With indexes: `tag[0].parameter[1].type`. */
  field: string;
  /** Without: `tag.parameter.type`. */
  place: string;
  value: unknown;
}

function leaves(value: unknown, field: string, place: string): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, `${field}[${index}]`, place));
  if (typeof value !== 'object' || value === null) return [{ field, place, value }];
  return Object.entries(value).flatMap(([key, item]) =>
    leaves(item, field === '' ? key : `${field}.${key}`, place === '' ? key : `${place}.${key}`),
  );
}

/** Imports refuse `template` and `customEvent`: those are the spellings of the API. */
export function enumProblems(version: unknown): Problem[] {
  return leaves(version, '', '').flatMap(({ field, place, value }) => {
    const word = String(value);
    const allowed = ENUMS.find(([pattern]) => pattern.test(place))?.[1];
    if (allowed && !allowed.includes(word)) return [{ field, message: `${word} is none of ${allowed.join(', ')}` }];
    const quiet = place === 'builtInVariable.type' && !/^[A-Z0-9_]+$/.test(word);
    return quiet ? [{ field, message: `${word} must be in capitals` }] : [];
  });
}

/** An empty value makes Tag Manager refuse the whole file. */
export function valueProblems(version: unknown): Problem[] {
  return leaves(version, '', '')
    .filter(({ value }) => value === '' || value === null || value === undefined)
    .map(({ field }) => ({ field, message: 'is empty: leave it out instead' }));
}

/** Custom JavaScript variables must be one function expression. Their {{references}} stand for a value. */
export function codeProblems(version: { variable?: unknown }): Problem[] {
  const variables = Array.isArray(version.variable) ? (version.variable as Record<string, unknown>[]) : [];
  return variables.flatMap((variable, index) => {
    if (variable.type !== 'jsm') return [];
    const parameter = (variable.parameter as { key: string; value: string }[]).find(({ key }) => key === 'javascript');
    const field = `variable[${index}].javascript`;
    if (!parameter) return [{ field, message: 'is missing' }];
    const code = parameter.value.replaceAll(/\{\{[^{}]+\}\}/g, '0');
    if (!/^\s*function\b/.test(code)) return [{ field, message: 'must be a function' }];
    try {
      new Script(`(${code})`);
      return [];
    } catch (error) {
      return [{ field, message: `does not parse: ${String((error as Error).message)}` }];
    }
  });
}

/** For the contract of destinations: where a value arrives in what is said, and what it must not be able to change. */
import type { Fire } from '../../../wire/fire.ts';
import type { HttpRequest } from '../../model/http.ts';

export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

/** Everything that a value must not be able to change: method, host, path and the names of all parameters, but for the value itself. */
export function shapeOf(said: HttpRequest | Fire, value: string): unknown {
  const { host } = new URL(addressOf(said));
  const { method, headers } = { method: undefined, headers: {}, ...said };
  const without = (text: string): string => wellFormed(text).replaceAll(wellFormed(value), '·');
  const names = Object.keys(valuesOf(said)).map(without);
  return { method, host, path: segmentsOf(said).map(without), headers: Object.keys(headers), names };
}

/** Of the path, decoded one by one: what was encoded right is within one. */
const segmentsOf = (said: HttpRequest | Fire): string[] =>
  new URL(addressOf(said)).pathname.split('/').map(decodeURIComponent);

/** As a parameter, as the end of a path's segment (`name:value`), or as the name of what is told about it. */
export function arrivesIn(said: HttpRequest | Fire, value: string): boolean {
  const fields = Object.entries(valuesOf(said)).map(([name, given]) => [wellFormed(name), wellFormed(given)] as const);
  return (
    fields.some(([name, given]) => given === value || name.includes(`.${value}.`)) ||
    segmentsOf(said).some((segment) => wellFormed(segment).endsWith(`:${value}`))
  );
}

const addressOf = (said: HttpRequest | Fire): string => ('action' in said ? said.action : said.url);

function valuesOf(said: HttpRequest | Fire): Record<string, string> {
  const query = Object.fromEntries(new URL(addressOf(said)).searchParams);
  if ('fields' in said) return { ...query, ...said.fields };
  if (!('body' in said) || said.body === undefined) return query;
  const type = Object.entries(said.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (type.includes('json')) return { ...query, ...leavesOf(JSON.parse(said.body)) };
  const form = Object.fromEntries(new URLSearchParams(said.body));
  const nested = Object.entries(form).filter(([, value]) => /^[[{]/.test(value));
  return Object.assign({ ...query, ...form }, ...nested.map(([name, value]) => jsonLeavesOf(value, name)));
}

/** JSON within a form's field; a text that only begins like it is the field's own value. */
function jsonLeavesOf(text: string, name: string): Record<string, string> {
  try {
    return leavesOf(JSON.parse(text), name);
  } catch {
    return {};
  }
}

function leavesOf(node: unknown, path = ''): Record<string, string> {
  if (typeof node !== 'object' || node === null) return { [path]: String(node) };
  return Object.assign({}, ...Object.entries(node).map(([key, value]) => leavesOf(value, `${path}.${key}`)));
}

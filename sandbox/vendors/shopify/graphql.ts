/**
 * GraphQL as far as an order source speaks it: fields, aliases, arguments and variables of one operation, over types that are named one by one.
 * What no type has is refused, objects want a selection, connections a `first`, and each question has its price.
 */
import type { Json } from '../../fields/shape.ts';

export interface Selection {
  alias: string;
  name: string;
  args: Json;
  fields: Selection[] | undefined;
}

/** Field → `scalar` or the name of a type; in brackets a plain list of it; `…Connection` is paged. */
export type Types = Readonly<Record<string, Readonly<Record<string, string>>>>;

export class GraphqlError extends Error {
  override name = 'GraphqlError';
  code: string | undefined;
  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

const TOKEN = /\s*(?:,\s*)*("(?:[^"\\]|\\.)*"|\$?[A-Za-z_]\w*|-?\d+(?:\.\d+)?|[{}()[\]:!=])/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw new GraphqlError(`Parse error at ${text.slice(from, from + 20)}`);
    tokens.push(found[1]!);
  }
  return tokens;
}

/** The selection of the operation, with its variables filled in. */
export function parseOperation(text: string, variables: Json): { mutation: boolean; fields: Selection[] } {
  const tokens = tokensOf(text);
  const mutation = tokens[0] === 'mutation';
  if (tokens[0] === 'query' || mutation) tokens.shift();
  const declared = new Set<string>();
  if (tokens[0] !== '{') {
    if (tokens[0] !== '(') tokens.shift();
    while (tokens.length > 0 && tokens[0] !== '{') {
      const token = tokens.shift()!;
      if (token.startsWith('$')) declared.add(token.slice(1));
    }
  }
  for (const name of Object.keys(variables))
    if (!declared.has(name)) throw new GraphqlError(`Variable $${name} is not declared`);
  const expect = (token: string): void => {
    const found = tokens.shift();
    if (found !== token) throw new GraphqlError(`Parse error: ${token} expected, ${found ?? 'nothing'} found`);
  };
  const value = (): unknown => {
    const token = tokens.shift() ?? '';
    if (token.startsWith('$')) {
      if (!declared.has(token.slice(1))) throw new GraphqlError(`Variable ${token} is used and not declared`);
      return variables[token.slice(1)] ?? undefined;
    }
    if (token.startsWith('"')) return JSON.parse(token) as unknown;
    if (token === '{') return fieldsOf('}');
    if (token === '[') {
      const list: unknown[] = [];
      while (tokens[0] !== ']') list.push(value());
      tokens.shift();
      return list;
    }
    if (token === 'true' || token === 'false') return token === 'true';
    return /^-?\d/.test(token) ? Number(token) : token;
  };
  const fieldsOf = (end: string): Json => {
    const fields: Json = {};
    while (tokens.length > 0 && tokens[0] !== end) {
      const name = tokens.shift()!;
      expect(':');
      fields[name] = value();
    }
    expect(end);
    return fields;
  };
  const selection = (): Selection[] => {
    const fields: Selection[] = [];
    expect('{');
    while (tokens.length > 0 && tokens[0] !== '}') {
      const first = tokens.shift()!;
      let name = first;
      if (tokens[0] === ':') {
        tokens.shift();
        name = tokens.shift()!;
      }
      const args = tokens[0] === '(' ? (tokens.shift(), fieldsOf(')')) : {};
      fields.push({ alias: first, name, args, fields: tokens[0] === '{' ? selection() : undefined });
    }
    expect('}');
    return fields;
  };
  return { mutation, fields: selection() };
}

/** What a question asks for at most: objects cost a point, connections as many times as they may show rows. */
export function costOf(type: string, fields: readonly Selection[], types: Types): number {
  return fields.reduce((sum, { name, args, fields: below }) => {
    const named = typeOf(type, name, types);
    if (below === undefined) return sum;
    const times = named.endsWith('Connection') ? Number(args['first'] ?? args['last']) : 1;
    return sum + 1 + times * costOf(named.replace(/[[\]]/g, ''), below, types);
  }, 0);
}

function typeOf(type: string, field: string, types: Types): string {
  const named = types[type]?.[field];
  if (named === undefined) throw new GraphqlError(`Field '${field}' doesn't exist on type '${type}'`, 'undefinedField');
  return named;
}

const MOST_ROWS = 250;

/** Values stand under the names of the fields; a connection is the list of all its rows. */
export function select(given: { type: string; value: Json; fields: readonly Selection[]; types: Types }): Json {
  const { type, value, fields, types } = given;
  return Object.fromEntries(
    fields.map(({ alias, name, args, fields: below }) => {
      const named = typeOf(type, name, types);
      if (named === 'scalar' && below) throw new GraphqlError(`Field '${name}' has no selections`);
      if (named !== 'scalar' && !below) throw new GraphqlError(`Field '${name}' must have selections`);
      const found = value[name];
      if (named === 'scalar' || found === null || found === undefined) return [alias, found ?? null];
      const of = (one: unknown, inner: string): Json =>
        select({ type: inner, value: one as Json, fields: below!, types });
      if (named.startsWith('[')) return [alias, (found as unknown[]).map((one) => of(one, named.slice(1, -1)))];
      return [alias, of(named.endsWith('Connection') ? pageOf(found as Json[], args) : found, named)];
    }),
  );
}

/** Cursors name the row that they stand behind, by its time and id: a row that changed meanwhile comes again. */
function pageOf(rows: readonly Json[], { first, after, reverse }: Json): Json {
  const most = Number(first);
  if (!(most >= 1 && most <= MOST_ROWS)) throw new GraphqlError(`you must provide first, 1 to ${MOST_ROWS}`);
  const all = reverse === true ? rows.toReversed() : rows;
  const keyOf = ({ updatedAt = '', id }: Json): string[] => [String(updatedAt), String(id)];
  const cursorOf = (row: Json): string => Buffer.from(JSON.stringify(keyOf(row))).toString('base64');
  const [time = '', id = ''] =
    typeof after === 'string' ? (JSON.parse(Buffer.from(after, 'base64').toString()) as string[]) : [];
  const isBehind = (row: Json): boolean => {
    const [own = '', ownId = ''] = keyOf(row);
    return own > time || (own === time && ownId > id);
  };
  const left = typeof after === 'string' ? all.filter(isBehind) : all;
  const nodes = left.slice(0, most);
  const last = nodes.at(-1);
  return { nodes, pageInfo: { hasNextPage: left.length > most, endCursor: last ? cursorOf(last) : null } };
}

/** Reads every migration and statement of the engine for PostgreSQL: what a database that spreads sites over servers could not do fails here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { postgresMigrations } from '../../../collector/store/postgres/migrations/index.ts';
import { OF_NO_SITE } from '../../harness/shards.ts';

const root = new URL('../../../collector/store/postgres/', import.meta.url).pathname;

/** Keys that no other column may stand before, as they are written; comments out. */
const schema = postgresMigrations.map(({ sql }) => sql.replaceAll(/^--.*$/gm, '')).join('\n');
const tables = [...schema.matchAll(/CREATE (?:UNLOGGED )?TABLE (\w+) \(([\s\S]*?)\n\)[^;]*;/g)].map(
  ([, name = '', body = '']) => ({ name, body }),
);
const spread = tables.map(({ name }) => name).filter((name) => !OF_NO_SITE.includes(name));

describe('the schema', () => {
  test('is read whole', () => {
    expect(tables).toHaveLength(schema.match(/CREATE (UNLOGGED )?TABLE/g)!.length);
    expect(spread.length).toBeGreaterThan(20);
  });

  test.each([
    ['sequences', /\b(serial|bigserial|GENERATED|SEQUENCE|nextval)\b/i],
    ['triggers and functions', /\b(TRIGGER|FUNCTION|PROCEDURE|DO \$)/i],
    ['references between tables', /\b(REFERENCES|FOREIGN KEY)\b/i],
    ['exclusion constraints', /\bEXCLUDE\b/i],
  ])('has no %s', (_what, word) => {
    expect(schema).not.toMatch(word);
  });

  test.each(spread)('names the site first in each key of %s', (name) => {
    const { body } = tables.find((table) => table.name === name)!;
    const own = [...body.matchAll(/(?:PRIMARY KEY|UNIQUE) \(([^)]*)\)/g)].map(([, columns = '']) => columns);
    const inline = [...body.matchAll(/^ {2}(\w+) .*(?:PRIMARY KEY|UNIQUE)(?! \()/gm)].map(([, column = '']) => column);
    const indexes = [...schema.matchAll(new RegExp(`CREATE UNIQUE INDEX \\w+ ON ${name} \\(([^)]*)\\)`, 'g'))];
    const keys = [...own, ...inline, ...indexes.map(([, columns = '']) => columns)];
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(key.split(',')[0]).toBe('site');
  });

  test('compares what stands in keys and indexes byte by byte, whatever the language of the database', () => {
    for (const { name, body } of tables) {
      const columns = [...body.matchAll(/^ {2}"?(\w+)"? (text|bigint|boolean|bytea)(.*)$/gm)];
      const indexed = [
        ...[...body.matchAll(/(?:PRIMARY KEY|UNIQUE) \(([^)]*)\)/g)],
        ...schema.matchAll(new RegExp(`CREATE (?:UNIQUE )?INDEX \\w+ ON ${name} \\((.*?)\\)(?: WHERE|;)`, 'g')),
      ].flatMap(([, list = '']) => list.split(',').map((column) => column.trim().replace(/^lower\((\w+)\)?$/, '$1')));
      for (const [, column = '', type, rest = ''] of columns)
        if (type === 'text' && (indexed.includes(column) || /PRIMARY KEY|UNIQUE/.test(rest)))
          expect(rest, `${name}.${column}`).toContain('COLLATE "C"');
    }
  });
});

interface Statement {
  file: string;
  text: string;
}

const QUESTION = /^\s*\(?(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s/;

/** Every text of the code that is SQL; what is put in stands as `?`. */
function statements(begin = QUESTION): Statement[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('migrations/'),
  );
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const found: Statement[] = [];
    const words = constantsOf(source);
    const visit = (node: ts.Node): void => {
      const text = textOf(node, source, words);
      if (text !== undefined && begin.test(text)) found.push({ file, text });
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

/** Texts that a file gives a name, for statements that are made of them. */
function constantsOf(source: ts.SourceFile): Map<string, string> {
  const words = new Map<string, string>();
  for (const statement of source.statements.filter(ts.isVariableStatement))
    for (const { name, initializer } of statement.declarationList.declarations)
      if (initializer && ts.isStringLiteralLike(initializer)) words.set(name.getText(source), initializer.text);
  return words;
}

function textOf(node: ts.Node, source: ts.SourceFile, words: Map<string, string>): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  const text = node.getText(source).slice(1, -1);
  return text.replaceAll(/\$\{(\w*)[^}]*\}/g, (_all, name: string) => words.get(name) ?? '?');
}

const writes = /^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)/;

/** Writes that name no site, and why they may: none of them stands in a transaction with another. */
const ACROSS_SITES: readonly [start: RegExp, why: string][] = [
  [
    /^UPDATE delivery SET (next_at|confirm_at) = .* WHERE (state = 'sending'|confirm_at > \$1 AND)/s,
    'leases end at once',
  ],
  [
    /^UPDATE delivery SET (next_at|confirm_at) = .*\$1::bigint \+ \$2::bigint/s,
    'a clock that was wrong concerns everybody',
  ],
  [/^DELETE FROM (message|usage) WHERE (at|day) </, 'age, not a site, decides'],
  [/^DELETE FROM quarantine WHERE id = ANY/, 'a person names refused orders of whatever sites'],
  // Of a slice of one site: the rest is added where they run.
  [
    /^(DELETE FROM|UPDATE) \w+ t .*(USING|FROM)$|^DELETE FROM \w+ t USING$/,
    'completed with the site by upkeep/sweep.ts',
  ],
  [/^DELETE FROM (sighting|turn) WHERE \(site, /, 'age, not a site, decides; the rows are named by their site'],
];

/** Locks that name no site: a person has named these by their ids alone (`replay`, `deliveries done`; docs/scaling.md says so). */
const LOCKS_ACROSS_SITES = [
  'delivery.ts: SELECT * FROM delivery WHERE id = ANY($1::text[]) ORDER BY site, id FOR UPDATE',
];

describe('a statement', () => {
  const all = statements();

  test('is found wherever one is written', () => {
    expect(all.length).toBeGreaterThan(120);
  });

  test('that writes rows of sites names the site of each', () => {
    const without = all
      .map(({ file, text }) => ({ file, text: text.replaceAll(/\s+/g, ' ').trim() }))
      .filter(({ text }) => spread.includes(writes.exec(text)?.[1] ?? ''))
      .filter(({ text }) => !/\bsite = |\(site, |\bsite IN /.test(text))
      .filter(({ text }) => !ACROSS_SITES.some(([start]) => start.test(text)));
    expect(without).toEqual([]);
  });

  test('asks for nothing that a distributed engine lacks', () => {
    const lacking =
      /\b(ctid|xmin|tableoid|pg_advisory\w*|pg_try_advisory\w*|txid_\w+|pg_current_xact_id|LISTEN|NOTIFY|CURSOR|SAVEPOINT|TABLESAMPLE|GROUPING SETS|ROLLUP|CUBE|MERGE INTO|NATURAL JOIN|FULL JOIN|RECURSIVE|lastval|currval|nextval|IMMUTABLE|FOR (NO KEY|KEY SHARE))\b/i;
    expect(all.filter(({ text }) => lacking.test(text))).toEqual([]);
  });

  test('that locks rows of sites names the site of each: only then one server has all of them', () => {
    const locking = all.filter(({ text }) => /\bFOR (UPDATE|SHARE)\b/.test(text));
    expect(locking.length).toBeGreaterThan(12);
    const tablesOf = ({ text }: Statement): string[] =>
      [...text.matchAll(/\b(?:FROM|JOIN)\s+(\w+)/g)].map(([, name = '']) => name);
    const without = locking.filter(
      (one) => tablesOf(one).some((name) => spread.includes(name)) && !/\bsite = |\(site, |\bsite IN /.test(one.text),
    );
    expect(without.map(({ file, text }) => `${file}: ${text.replaceAll(/\s+/g, ' ')}`)).toEqual(LOCKS_ACROSS_SITES);
  });

  test('keeps nothing for a session: a pooler hands it on with the next transaction', () => {
    const command =
      /^\s*(BEGIN|COMMIT|ROLLBACK|SET|RESET|LISTEN|UNLISTEN|NOTIFY|LOCK|PREPARE|EXECUTE|DEALLOCATE|DECLARE|FETCH|CREATE|DROP|ALTER|TRUNCATE|VACUUM|ANALYZE|DISCARD|COPY|CALL|DO)\b(?=[^a-z]|$)/;
    const found = statements(command).map(({ file, text }) => [file, text.replaceAll(/\s+/g, ' ').trim()]);
    expect(found.toSorted()).toEqual([
      [
        'database.ts',
        'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = ?; SET LOCAL lock_timeout = ?; SET LOCAL statement_timeout = ?',
      ],
      ['database.ts', 'COMMIT'],
      ['database.ts', 'ROLLBACK'],
      // Of a command that needs every collector stopped, and until its own commit.
      ['keys/reseal.ts', expect.stringMatching(/^LOCK TABLE .* IN EXCLUSIVE MODE$/)],
      // Once at the first start.
      [
        'migrate.ts',
        'CREATE TABLE IF NOT EXISTS migration (id bigint PRIMARY KEY, name text NOT NULL, at bigint NOT NULL)',
      ],
      // Of a command that needs every collector stopped, too.
      ['moving/sides.ts', 'LOCK TABLE ? IN EXCLUSIVE MODE'],
      // On a connection of its own, and never relied on: postgres-news.test.ts.
      ['news.ts', 'LISTEN clickthread'],
    ]);
  });
});

/**
 * A tiny router before two servers, for tests: a statement goes where its site lies, and one that names none fails, unless it is known to ask
 * everywhere. Two schemas stand for the two servers. Tables of no site lie in the first and are seen from the second, as on a real one each
 * server would have them; what asks everywhere reads both through views, as a coordinator would put it together.
 */
import type { Database, PoolOptions, Sql } from '../../collector/store/postgres/database.ts';

/** Few rows, of no single site: each server has all of them. */
export const OF_NO_SITE = [
  ...['site', 'configuration', 'plugin', 'installation', 'api_key', 'audit', 'person', 'sign_in_link', 'session'],
  ...['alert_channel', 'alert', 'alert_message', 'watch', 'migration', 'move_state'],
];

export const SHARDS = ['one', 'two'] as const;
export type Shard = (typeof SHARDS)[number];
/** Where views put both together. */
const EVERYWHERE = 'everywhere';
type Place = Shard | typeof EVERYWHERE;

/** The same database, as one schema of it. */
export function placeIn(url: string, place: Place): string {
  const at = new URL(url);
  at.searchParams.set('options', `-c search_path=${place}`);
  return at.href;
}

/** `spread` are the tables whose rows lie with their site; both schemas have been migrated. */
export async function joinShards(sql: Sql, spread: readonly string[]): Promise<void> {
  const tables = await sql.rows<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'one'::regnamespace`,
  );
  await sql.run('CREATE SCHEMA everywhere');
  for (const { name } of tables) {
    const all = spread.includes(name)
      ? `SELECT * FROM one."${name}" UNION ALL SELECT * FROM two."${name}"`
      : `SELECT * FROM one."${name}"`;
    await sql.run(`CREATE VIEW everywhere."${name}" AS ${all}`);
    if (spread.includes(name)) continue;
    await sql.run(`DROP TABLE two."${name}"`);
    await sql.run(`CREATE VIEW two."${name}" AS SELECT * FROM one."${name}"`);
  }
}

export interface Routing {
  spread: readonly string[];
  shardOf: (site: string) => Shard;
  /** Statements that ask every server, and why they may. */
  everywhere: readonly [text: RegExp, why: string][];
  /** Hears of each that was one of those, by its place in that list. */
  onEverywhere: (place: number) => void;
}

interface Part {
  place: Place;
  values: readonly unknown[];
}

/** One pool for the transactions of all, for both are one server; outside of one each statement is sent to its own. */
export function routedPool(
  options: PoolOptions,
  given: Routing & { openPool: (options: PoolOptions) => Database },
): Database {
  const pools = new Map<Place, Database>();
  for (const place of [...SHARDS, EVERYWHERE] as const)
    pools.set(place, given.openPool({ ...options, url: placeIn(options.url, place) }));
  const outside = routed(given, (place, work) => work(pools.get(place)!));
  return {
    ...outside,
    transaction: (work, patience) =>
      pools.get('one')!.transaction((sql) => {
        let at: Place = 'one';
        return work(
          routed(given, async (place, ask) => {
            if (place !== at) await sql.run(`SET LOCAL search_path TO ${place}`);
            at = place;
            return ask(sql);
          }),
        );
      }, patience),
    end: async () => void (await Promise.all([...pools.values()].map((pool) => pool.end()))),
  };
}

type At = <T>(place: Place, ask: (sql: Sql) => Promise<T>) => Promise<T>;

function routed(routing: Routing, at: At): Sql {
  const each = async <T>(
    text: string,
    values: readonly unknown[],
    ask: (sql: Sql, own: readonly unknown[]) => Promise<T>,
  ): Promise<T[]> => {
    const answers: T[] = [];
    for (const part of partsOf(routing, text, values))
      answers.push(await at(part.place, (sql) => ask(sql, part.values)));
    return answers;
  };
  const rows = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
    (await each(text, values, (sql, own) => sql.rows<Row>(text, own))).flat();
  return {
    rows,
    row: async <Row>(text: string, values?: readonly unknown[]) => (await rows<Row>(text, values))[0],
    run: async (text, values = []) =>
      (await each(text, values, (sql, own) => sql.run(text, own))).reduce((sum, count) => sum + count, 0),
  };
}

const TABLES = /\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+(?:ONLY\s+)?"?(\w+)"?/g;

/** Where a statement goes, and with which of its values. */
function partsOf(routing: Routing, text: string, values: readonly unknown[]): Part[] {
  const tables = [...text.matchAll(TABLES)].map(([, name = '']) => name);
  if (!tables.some((name) => routing.spread.includes(name))) return [{ place: 'one', values }];
  const found = findSites(text);
  // "Of this site, or of all where none is given."
  if (found === undefined || values[found.site] === null) return partsEverywhere(routing, text, values);
  const { site, group } = found;
  if (!Array.isArray(values[site])) return [{ place: routing.shardOf(values[site] as string), values }];
  const sites = values[site] as string[];
  return SHARDS.flatMap((place) => {
    const mine = sites.flatMap((one, index) => (routing.shardOf(one) === place ? [index] : []));
    if (mine.length === 0) return [];
    const own = values.map((value, index) =>
      group.includes(index) ? mine.map((row) => (value as unknown[])[row]) : value,
    );
    return [{ place, values: own }];
  });
}

function partsEverywhere({ everywhere, onEverywhere }: Routing, text: string, values: readonly unknown[]): Part[] {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  const known = everywhere.findIndex(([start]) => start.test(flat));
  if (known < 0) throw new Error(`A statement without its site: ${flat}`);
  onEverywhere(known);
  const writes = /^(INSERT|UPDATE|DELETE)|FOR UPDATE/.test(flat);
  return writes ? SHARDS.map((place) => ({ place, values })) : [{ place: EVERYWHERE, values }];
}

/** Which value holds the site or the sites, and which ones are arrays of the same rows. */
function findSites(text: string): { site: number; group: number[] } | undefined {
  const flat = text.replaceAll(/\s+/g, ' ');
  const scalar = /\bsite = \$(\d+)/.exec(flat) ?? /\bsite = ANY ?\(\$(\d+)/.exec(flat);
  if (scalar) return { site: Number(scalar[1]) - 1, group: [Number(scalar[1]) - 1] };
  const named = /unnest\(\$(\d+)::text\[\]\) AS site\b/.exec(flat)?.[1];
  if (named !== undefined) return { site: Number(named) - 1, group: [Number(named) - 1] };
  const unnests = [...flat.matchAll(/unnest\(([^()]*)\)(?: WITH ORDINALITY)?(?: AS \w+ ?\(([^)]*)\))?/gi)];
  const inserted = /INSERT INTO \w+ (?:AS \w+ )?\(([^)]*)\)/.exec(flat)?.[1];
  for (const [, args = '', names = inserted ?? ''] of unnests) {
    const group = [...args.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place) - 1);
    const place = names.split(',').findIndex((name) => name.trim() === 'site');
    if (place >= 0 && group[place] !== undefined) return { site: group[place], group };
  }
  const values =
    /VALUES \(([^)]*)\)/.exec(flat)?.[1]?.split(',') ?? /\) SELECT (.*?) FROM /.exec(flat)?.[1]?.split(',');
  const place = (inserted ?? '').split(',').findIndex((name) => name.trim() === 'site');
  const mark = /^\s*\$(\d+)/.exec(values?.[place] ?? '')?.[1];
  return mark === undefined ? undefined : { site: Number(mark) - 1, group: [] };
}

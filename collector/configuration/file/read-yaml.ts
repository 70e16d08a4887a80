/** The configuration file as it was written: numbers keep their digits, and every problem finds its line. Pure. */
import { type Document, isCollection, isMap, isScalar, type LineCounter, type Node } from 'yaml';
import type { Problem } from '../../../wire/problem.ts';
import { readYamlText } from '../../lib/text/yaml.ts';
import { nearestWord } from '../../lib/nearest.ts';

export interface FileProblem extends Problem {
  /** Where it stands in the file, from 1; absent where that is not known. */
  line?: number;
}

export interface ConfigurationFile {
  sites: Record<string, unknown>[];
  /** Where alerts go, as it was written; undefined where the file does not speak of it. */
  alerts: unknown;
  /** Modules that add types, as they were written. */
  plugins: unknown;
  problems: FileProblem[];
  /** The line of `sites[0].connections[1].settings.url`, or of what stands nearest above it. */
  lineOf(field: string): number | undefined;
}

const ROOT_KEYS = ['sites', 'plugins', 'alerts'];

export function readYaml(text: string): ConfigurationFile {
  const { document, lines, root, problems: broken } = readYamlText(text);
  const lineOf = (field: string): number | undefined => lineOfField(document, field, lines);
  if (broken.length > 0) {
    const problems = broken.map(({ line, message }) => ({
      field: line === undefined ? 'file' : `line ${line}`,
      message,
    }));
    return { sites: [], alerts: undefined, plugins: undefined, problems, lineOf };
  }
  const problems = rootProblems(root);
  const { sites: list, alerts, plugins } = asObject(root) ?? {};
  const sites = Array.isArray(list) ? list.map((entry: unknown) => asObject(entry) ?? {}) : [];
  return { sites, alerts, plugins, problems, lineOf };
}

function rootProblems(root: unknown): FileProblem[] {
  const keys = Object.keys(asObject(root) ?? {});
  // As in compose files, `x-…` holds what anchors point at.
  const unknown = keys.filter((key) => !ROOT_KEYS.includes(key) && !key.startsWith('x-'));
  const misspelt = unknown.filter((key) => nearestWord(key, ROOT_KEYS) !== undefined);
  const problems = unknown.map((key): FileProblem => {
    const near = nearestWord(key, ROOT_KEYS);
    return {
      field: key,
      message:
        near === undefined
          ? 'is not known here; the file holds "sites", "plugins" and "alerts"'
          : `is not known here; did you mean ${near}?`,
    };
  });
  const { sites, alerts } = asObject(root) ?? {};
  const isList = Array.isArray(sites) && sites.length > 0;
  // One slip of the hand is one problem: where `site:` stands for `sites:`, nothing is missing. Alerts may stand alone.
  if (isList || (sites === undefined && (misspelt.length > 0 || alerts !== undefined))) return problems;
  return [...problems, { field: 'sites', message: 'must be a list with at least one site' }];
}

function lineOfField(document: Document, field: string, lines: LineCounter): number | undefined {
  const path = field.split(/\.|\[(\d+)\]/).filter((part) => part !== undefined && part !== '');
  let node: unknown = document.contents;
  let line: number | undefined;
  while (path.length > 0 && isCollection(node)) {
    const found = step(node, path);
    if (found === undefined) break;
    path.splice(0, found.used);
    node = found.node;
    const start = found.start ?? undefined;
    if (start !== undefined) line = lines.linePos(start).line;
  }
  return line;
}

/** A key may have dots of its own (`headers.X.Y`): the longest that fits is taken. */
function step(
  node: Node,
  path: readonly string[],
): { node: unknown; start: number | undefined; used: number } | undefined {
  if (!isMap(node)) {
    const item = (node as { items: unknown[] }).items[Number(path[0])];
    return item === undefined ? undefined : { node: item, start: startOf(item), used: 1 };
  }
  for (let used = path.length; used > 0; used -= 1) {
    const name = path.slice(0, used).join('.');
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (pair) return { node: pair.value, start: startOf(pair.key), used };
  }
  return undefined;
}

const startOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];

const asObject = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

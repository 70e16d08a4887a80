/** YAML as its owner wrote it: a plain scalar that looks like a number may be a name (an account 00045, a code 1e3), and stays text then. */
import { type Document, isAlias, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';

/**
 * Turns numbers whose digits would not come back the same into the text that stands in the file: `00045`, `1e3`, `0x10`, `1.10`, ids beyond
 * 2^53. Numbers that read as they are written (`1000`) stay numbers, quoted texts stay texts. Keys too: a coupon may be called 00123.
 */
export function keepScalarsAsWritten(document: Document.Parsed): void {
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || node.type !== 'PLAIN' || node.tag !== undefined || typeof node.source !== 'string') return;
      const { value, source } = node;
      if ((typeof value === 'number' || typeof value === 'bigint') && String(value) !== source) node.value = source;
    },
  });
}

export interface YamlText {
  document: Document.Parsed;
  lines: LineCounter;
  /** What the text holds; undefined where there are problems. */
  root: unknown;
  problems: { line: number | undefined; message: string }[];
}

/** Reads YAML as its owner wrote it, with anchors and merge keys (`<<`). Whatever can't be read is named with its line and a way out. */
export function readYamlText(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  // A tag that nobody knows is a warning to the reader of YAML; here it would silently be another value.
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    line: error.linePos?.[0].line,
    message: wordsOf(error),
  }));
  const known = new Set<string>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) && !known.has(node.source)) {
        const line = node.range ? lines.linePos(node.range[0]).line : undefined;
        problems.push({ line, message: `*${node.source} points to no &${node.source} above it` });
      } else if (!isAlias(node) && node.anchor !== undefined) known.add(node.anchor);
    },
  });
  if (problems.length > 0) return { document, lines, root: undefined, problems };
  keepScalarsAsWritten(document);
  try {
    return { document, lines, root: document.toJS() as unknown, problems };
  } catch (error) {
    // Aliases of aliases can make gigabytes of a few lines.
    return { document, lines, root: undefined, problems: [{ line: undefined, message: (error as Error).message }] };
  }
}

/** What to do about the slips that people make; the reader's own words name the rest. */
const ADVICE: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'is indented with a tab: use spaces',
  DUPLICATE_KEY: 'names a key that stands above already: keep one of the two',
  MULTIPLE_DOCS: 'begins a second document (---): put everything into one',
  BLOCK_AS_IMPLICIT_KEY: 'has a second ": " in one line: put the text into quotes',
  MULTILINE_IMPLICIT_KEY: 'has no ": " behind its key: write key: value, with a blank',
  BAD_INDENT: 'is indented otherwise than its neighbours: line it up',
  TAG_RESOLVE_FAILED: 'has a tag that is not known here: leave the word that begins with ! out',
};

function wordsOf({ code, message }: YAMLError): string {
  const own = message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'is not YAML';
  const advice = ADVICE[code];
  return advice === undefined ? own : `${advice} (${own})`;
}

/** Functions that are longer than one can keep in mind, and those of them that may stay: each is one table, read from top to bottom. */
import ts from 'typescript';
import type { SourceFile } from './source-files.ts';

export const LONGEST_FUNCTION = 100;

/** By file and name, with the lines that each may have. The list only becomes shorter, and its numbers smaller. */
export const TABLES: Readonly<Record<string, number>> = {
  // The document of all routes.
  'collector/http/openapi/paths.ts openApiPaths': 160,
  // Every route of a subject, each in a few lines.
  'collector/http/admin/connections/sync.ts adminSyncRouter': 118,
  // The statements of a table, and a verb for each.
  'collector/store/sqlite/sync.ts sqliteSyncStore': 114,
  'collector/store/sqlite/list.ts sqliteListStore': 103,
  // The routes of a vendor's counterpart, over what it holds.
  'sandbox/vendors/awin/index.ts awin': 146,
  'sandbox/vendors/partnerize/index.ts partnerize': 143,
  'sandbox/vendors/tradedoubler/index.ts tradedoubler': 142,
  'sandbox/vendors/cj/index.ts cj': 127,
  'sandbox/vendors/everflow.ts everflow': 124,
  'sandbox/vendors/dub.ts dub': 111,
  'sandbox/vendors/impact/index.ts impact': 106,
  'sandbox/vendors/impact/ledger.ts createLedger': 102,
};

const INDENTED = RegExp(`(\\n( .*)?){${LONGEST_FUNCTION - 1}}\\n`);

/** The functions of a file that have more lines than that, with what is within them. */
export function longFunctionsIn({ path, text }: Pick<SourceFile, 'path' | 'text'>): { name: string; lines: number }[] {
  // Parsing takes seconds: only files with so many lines in a row that are indented or empty, as within any function.
  if (!INDENTED.test(text)) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: { name: string; lines: number }[] = [];
  const lineOf = (at: number): number => source.getLineAndCharacterOfPosition(at).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const lines = lineOf(node.end) - lineOf(node.getStart()) + 1;
      if (lines > LONGEST_FUNCTION) found.push({ name: `${path} ${nameOf(node)}`, lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string {
  const { name = (node.parent as Partial<ts.NamedDeclaration> | undefined)?.name } = node;
  return name?.getText() ?? 'without a name';
}

/** The .tpl format: named sections of text, JSON and YAML, one after another. Read by the runner, written by the generator. */

const MARK = /^___([A-Z_]+)___$/;

/** Splits a template into its sections. Text before the first mark (a byte order mark, blank lines) is ignored. */
export function parseTpl(text: string): Map<string, string> {
  const sections = new Map<string, string>();
  let name: string | undefined;
  let lines: string[] = [];
  const close = (): void => {
    if (name !== undefined) sections.set(name, lines.join('\n').trim());
  };
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const mark = MARK.exec(line.trim())?.[1];
    if (mark === undefined) {
      lines.push(line);
      continue;
    }
    close();
    name = mark;
    lines = [];
  }
  close();
  return sections;
}

/** Writes sections in the order given, two blank lines apart, as Tag Manager exports them. */
export function writeTpl(sections: readonly (readonly [name: string, content: string])[]): string {
  return sections.map(([name, content]) => `___${name}___\n\n${content.trim()}\n`).join('\n\n');
}

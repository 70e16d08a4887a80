/** Comma-separated values: written so that a spreadsheet runs nothing, read as spreadsheets write them. RFC 4180. */

export type Cell = string | number | boolean | null;

/**
 * A spreadsheet takes a text that begins like this for a formula, after blanks and what nobody sees, in either width. One that parts cells by
 * semicolons or tabs, as Excel does in half of Europe, begins a cell behind these, too. https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[\t\r\n]|(?:^|(?<=[;\t]))(?=[\s\p{Default_Ignorable_Code_Point}"]*[=+\-@＝＋－＠])/gu;

/** Amounts and telephone numbers: a spreadsheet that reckons them out finds what stands there. */
const PLAIN_NUMBER = /^[+-]?\d[\d.]*$/;

/** One line without its end. Texts that look like formulas get an apostrophe in front; numbers are numbers. */
export function csvLine(cells: readonly Cell[]): string {
  return cells.map(csvCell).join(',');
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = PLAIN_NUMBER.test(cell) ? cell : cell.replace(FORMULA, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Rows of a file. The separator is what Excel's own first line says (`sep=;`), else the one of `,`, `;`, tab and `|` that most lines have
 * equally often: titles may stand above the columns, and commas in the amounts. Quotes may hold line breaks.
 */
export function parseCsv(text: string): string[][] {
  const [, said, body = ''] = /^\uFEFF?(?:sep=(.)\r?\n)?([^]*)$/i.exec(text) ?? [];
  const separator = said ?? separatorOf(body.slice(0, 20_000).split(/\r?\n|\r/, 50));
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = (): void => {
    row.push(cell);
    if (row.length > 1 || cell !== '') rows.push(row);
    row = [];
    cell = '';
  };
  for (let i = 0; i < body.length; i += 1) {
    const char = body[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (body[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === separator) {
      row.push(cell);
      cell = '';
    } else if (char === '\n' || (char === '\r' && body[i + 1] !== '\n')) endRow();
    else if (char !== '\r') cell += char;
  }
  endRow();
  return rows;
}

function separatorOf(lines: readonly string[]): string {
  const evenness = (mark: string): number => {
    const lengths = lines.map((line) => line.split(mark).length).filter((length) => length > 1);
    const counts = lengths.map((length) => lengths.filter((other) => other === length).length * 1000 + length);
    return Math.max(0, ...counts);
  };
  return [',', ';', '\t', '|'].toSorted((a, b) => evenness(b) - evenness(a))[0]!;
}

// How every benchmark prints: a small table, a target and a verdict a row.

/** `rows` are lists of cells; the first row is the header. Numbers are right-aligned. */
export function printTable(title, rows) {
  const text = rows.map((row) => row.map(String));
  const widths = text[0].map((_, column) => Math.max(...text.map((row) => (row[column] ?? '').length)));
  const line = (row) =>
    row
      .map((cell, column) =>
        /^[<>≤≥~]? ?[\d.,]+( |$|\w|×|%)/.test(cell) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  process.stdout.write(
    `\n${title}\n${[text[0], widths.map((width) => '-'.repeat(width)), ...text.slice(1)].map(line).join('\n')}\n`,
  );
}

export const whole = (n) => Math.round(n).toLocaleString('en');
export const fixed = (n, digits = 1) => n.toFixed(digits);
export const verdict = (met) => (met ? 'met' : 'MISSED');

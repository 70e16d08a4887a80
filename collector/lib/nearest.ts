/** The known word that somebody probably meant. Pure. */

/** The nearest of the known words, or undefined where none is near; capitals don't count, and of two the one with the same beginning is meant. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  return known
    .map((name) => ({ name, distance: distanceBetween(name.toLowerCase(), typed) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)) && distance < name.length - 1)
    .sort((a, b) => a.distance - b.distance || sameStart(b.name, typed) - sameStart(a.name, typed))[0]?.name;
}

const sameStart = (name: string, typed: string): number => (name[0]?.toLowerCase() === typed[0] ? 1 : 0);

/** Optimal string alignment: how many letters to change, add, drop or swap with their neighbour. */
function distanceBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = at(rows, i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? at(rows, i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(change, at(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1, swap));
    }
    rows.push(row);
  }
  return at(rows, a.length, b.length);
}

const at = (rows: readonly (readonly number[])[], i: number, j: number): number => rows[i]?.[j] ?? 0;

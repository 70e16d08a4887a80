// Writes a benchmark's tables into docs/benchmarks.md, each in a section of its own: the page is what was last measured, and where.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));
/** Processes that wanted a core when the run began: more than there are cores were others' as well. */
const BUSY_AT_START = loadavg()[0];
const HEAD = `# Benchmarks

Written by \`npm run bench -- NAME --write\`, with the machine of that run. The client shares the machine with the servers: compare what stands in one table, never two of them. Processor
time of a request is that of the server and of its database, all threads, and changes least with what else runs.
`;

function busy() {
  const load = BUSY_AT_START.toFixed(1);
  return BUSY_AT_START > cpus().length / 2
    ? `**The machine was busy with other work** (load ${load} when the run began): requests a second and latencies are far below what it can do and differ by what ran beside each row; only processor times say something.`
    : `Nothing else ran (load ${load}).`;
}

export function writeSection({ name, title, table, notes }) {
  const text = existsSync(page) ? readFileSync(page, 'utf8') : HEAD;
  const begin = `<!-- ${name} -->`;
  const end = `<!-- end of ${name} -->`;
  const [first, ...rows] = table;
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const section = [
    begin,
    `## ${title}`,
    '',
    `${cpus().length} cores (${cpus()[0]?.model.trim() || 'model not told'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}. ${busy()}`,
    '',
    line(first),
    line(first.map(() => '---')),
    ...rows.map(line),
    '',
    ...notes,
    end,
  ].join('\n');
  const known = text.indexOf(begin);
  const rest = known < 0 ? `${text.trimEnd()}\n\n` : text.slice(0, known);
  const after = known < 0 ? '\n' : text.slice(text.indexOf(end) + end.length);
  writeFileSync(page, `${rest}${section}${after}`);
}

// What the collector costs when nobody comes: resident memory, and the time until it is ready.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { startCollector, SITE } from './harness/collector.mjs';
import { fixed, printTable, verdict } from './harness/table.mjs';

const STARTS = 5;
/** Milliseconds until what the start threw up has been collected. */
const SETTLE = 5000;

export async function run() {
  const took = [];
  let resident = 0;
  for (let n = 0; n < STARTS; n += 1) {
    const ours = await startCollector({ config: SITE });
    took.push(ours.took);
    try {
      const ready = await fetch(`${ours.url}/readyz`);
      if (ready.status !== 200) throw new Error(`/readyz answered ${ready.status}`);
      if (n === STARTS - 1) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE));
        resident = residentMegabytes(ours.pid);
      }
    } finally {
      await ours.stop();
    }
  }
  took.sort((a, b) => a - b);
  const median = took[Math.floor(STARTS / 2)];
  const rows = [
    ['resident memory at rest', `${fixed(resident)} MB`, '≤ 100 MB', resident <= 100],
    [`time from start to ready, median of ${STARTS}`, `${fixed(median, 0)} ms`, '< 500 ms', median < 500],
  ];
  printTable('Collector at rest', [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  process.stdout.write(`\nFastest start ${fixed(took[0], 0)} ms, slowest ${fixed(took.at(-1), 0)} ms.\n`);
  return rows.every((row) => row[3]);
}

function residentMegabytes(pid) {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1024;
}

// What the collector costs when nobody comes: resident memory, and the time until it is ready.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { runToEnd } from './harness/child.mjs';
import { startCollector, SITE } from './harness/collector.mjs';
import { fixed, printTable, verdict } from './harness/table.mjs';

const STARTS = 5;
/** Milliseconds until what the start threw up has been collected: V8 looks for that when a process has been still for a while. */
const SETTLE = 10_000;

export async function run() {
  const starts = [];
  const bare = [];
  let resident = 0;
  for (let n = 0; n < STARTS; n += 1) {
    bare.push(await timed(() => runToEnd(['-e', '0'])));
    const ours = await startCollector({ config: SITE });
    try {
      // Ready is who says so: both lanes are up, and the store answers.
      const asking = await timed(async () => {
        const ready = await fetch(`${ours.url}/readyz`);
        if (ready.status !== 200) throw new Error(`/readyz answered ${ready.status}`);
      });
      starts.push(ours.took + asking);
      if (n === STARTS - 1) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE));
        resident = residentMegabytes(ours.pid);
      }
    } finally {
      await ours.stop();
    }
  }
  const [least, median, most] = spread(starts);
  const rows = [
    ['resident memory at rest', `${fixed(resident)} MB`, '≤ 100 MB', resident <= 100],
    [`time from start to ready, median of ${STARTS}`, `${fixed(median, 0)} ms`, '< 500 ms', median < 500],
  ];
  printTable('Collector at rest', [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  const [, nothing] = spread(bare);
  process.stdout.write(
    `\nFastest start ${fixed(least, 0)} ms, slowest ${fixed(most, 0)} ms. ` +
      `Node starts and ends with nothing to do in ${fixed(nothing, 0)} ms here (median).\n`,
  );
  return rows.every((row) => row[3]);
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
}

function residentMegabytes(pid) {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1024;
}

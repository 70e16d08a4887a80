// What the collector costs when nobody comes: resident memory, and the time until it is ready; and a command that only answers.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { runToEnd } from './harness/child.mjs';
import { installed, startCollector, SITE } from './harness/collector.mjs';
import { fixed, printTable, verdict } from './harness/table.mjs';

/** Rounds; in each the three are started one after the other, so that what else the machine does meets them alike. */
const ROUNDS = 15;
/** Milliseconds until what the start threw up has been collected: V8 looks for that when a process has been still for a while. */
const SETTLE = 10_000;

const READY = 5;
const HELP = 2.5;
const MEGABYTES = 90;

export async function run() {
  const starts = [];
  const helps = [];
  const bare = [];
  let resident = 0;
  for (let n = 0; n < ROUNDS; n += 1) {
    bare.push(await timed(() => runToEnd(['-e', '0'])));
    helps.push(await timed(() => runToEnd([installed, '--help'])));
    const ours = await startCollector({ config: SITE });
    try {
      // Ready is who says so: both lanes are up, and the store answers.
      const asking = await timed(async () => {
        const ready = await fetch(`${ours.url}/readyz`);
        if (ready.status !== 200) throw new Error(`/readyz answered ${ready.status}`);
      });
      starts.push(ours.took + asking);
      if (n === ROUNDS - 1) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE));
        resident = residentMegabytes(ours.pid);
      }
    } finally {
      await ours.stop();
    }
  }
  const nothing = median(bare);
  const [ready, help] = [median(starts) / nothing, median(helps) / nothing];
  const rows = [
    [`from start to ready ÷ "node -e 0", medians of ${ROUNDS}`, `${fixed(ready, 1)} ×`, `≤ ${READY} ×`, ready <= READY],
    ['"--help" ÷ "node -e 0"', `${fixed(help, 1)} ×`, `≤ ${HELP} ×`, help <= HELP],
    ['resident memory at rest', `${fixed(resident)} MB`, `≤ ${MEGABYTES} MB`, resident <= MEGABYTES],
  ];
  printTable('Collector at rest', [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [...row.slice(0, 3), verdict(row[3])]),
  ]);
  process.stdout.write(
    `\nHere: ready ${spread(starts)}, --help ${spread(helps)}, Node with nothing to do ${spread(bare)} ms (least, median, most).\n`,
  );
  return rows.every((row) => row[3]);
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const sorted = (times) => times.toSorted((a, b) => a - b);

const median = (times) => sorted(times)[Math.floor(times.length / 2)];

const spread = (times) =>
  [sorted(times)[0], median(times), sorted(times).at(-1)].map((time) => fixed(time, 0)).join('/');

function residentMegabytes(pid) {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1024;
}

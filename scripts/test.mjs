// `npm test`: everything that must be green before a commit is kept. Types and lint need a core each, so they run side by side.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
ensureBuilt({ root });

const check = [
  ['types', ['npx', 'tsc', '-p', 'tsconfig.json']],
  ['lint', ['npx', 'eslint', '.']],
  ['format', ['npx', 'prettier', '--check', '.', '--log-level', 'warn']],
];
const passed = await Promise.all(check.map(run));
if (passed.includes(false)) process.exit(1);
if (!(await run(['tests', ['npx', 'vitest', 'run', ...process.argv.slice(2)]]))) process.exit(1);

/** Resolves to whether the step passed; says how long it took either way. */
function run([name, [command, ...args]]) {
  const started = process.hrtime.bigint();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const took = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
      process.stdout.write(`— ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${took.toFixed(1)} s\n`);
      resolve(code === 0);
    });
  });
}

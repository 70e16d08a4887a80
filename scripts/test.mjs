// `npm test`: everything that must be green before a commit is kept, in the order in which faults are cheapest to see.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
ensureBuilt({ root });

const steps = [
  ['types', ['npx', 'tsc', '-p', 'tsconfig.json']],
  ['lint', ['npm', 'run', '--silent', 'lint']],
  ['tests', ['npx', 'vitest', 'run', ...process.argv.slice(2)]],
];
for (const [name, [command, ...args]] of steps) {
  process.stdout.write(`\n— ${name}\n`);
  const started = process.hrtime.bigint();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  const took = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  process.stdout.write(`— ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${took.toFixed(1)} s\n`);
  if (status !== 0) process.exit(status ?? 1);
}

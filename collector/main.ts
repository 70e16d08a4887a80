/** Entry of the command line and composition root: the only place that reads the environment, the clock and the arguments. */
import { runProgram } from './cli/run-program.ts';
import { printError } from './cli/terminal/print.ts';
import { systemClock } from './lib/clock.ts';

/** Runs one command; the exit code is 0 only on success. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whatever a command writes holds customers or secrets: it is for its owner alone, the database's log and backups included.
  process.umask(0o077);
  process.exitCode = await runProgram({
    argv,
    context: { env: process.env, clock: systemClock },
    complain: (text) => printError(text.replace(/\n$/, '')),
  });
}

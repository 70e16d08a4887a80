/** Entry of the command line and composition root: the only place that reads the environment, the clock and the arguments. */
import { buildProgram } from './cli/program.ts';
import { ConfigurationError } from './environment.ts';

/** Runs one command; the exit code is 0 only on success. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await buildProgram({ env: process.env }).parseAsync([...argv]);
  } catch (error) {
    process.exitCode = 1;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n`);
    if (error instanceof Error && !(error instanceof ConfigurationError) && process.env.CLICKTHREAD_LOG === 'debug') {
      process.stderr.write(`${error.stack ?? ''}\n`);
    }
  }
}

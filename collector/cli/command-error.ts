/** Faults that a person caused and can mend: printed without a stack, as JSON where the command prints JSON. */
import type { Problem } from '../../wire/problem.ts';

export class CommandError extends Error {
  /** Named where one option or argument is at fault. */
  field: string;
  exitCode: number;
  constructor(message: string, { field = 'command', exitCode = 1 }: { field?: string; exitCode?: number } = {}) {
    super(message);
    this.name = 'CommandError';
    this.field = field;
    this.exitCode = exitCode;
  }

  get problems(): Problem[] {
    return [{ field: this.field, message: this.message }];
  }
}

/** What a shell says of a command that Ctrl-C ended: 128 and the number of SIGINT. */
export const INTERRUPTED = 130;

/** Somebody ended a question with Ctrl-C. */
export class Cancelled extends CommandError {
  constructor(message = 'Cancelled; nothing was changed.') {
    super(message, { exitCode: INTERRUPTED });
    this.name = 'Cancelled';
  }
}

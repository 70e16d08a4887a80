/** Runs one command line and says how it ended: errors in words, or as JSON where the command was asked for JSON. */
import { type Command, CommanderError } from 'commander';
import type { Problem } from '../../wire/problem.ts';
import { ConfigurationError, UnknownName } from '../model/configuration-error.ts';
import { BackupError } from '../store/backup-error.ts';
import { StartError } from '../store/start-error.ts';
import { nearestWord } from '../lib/nearest.ts';
import { CommandError } from './command-error.ts';
import { COMMANDS } from './command-table.ts';
import type { CommandContext } from './open-store.ts';
import { buildProgram } from './program.ts';
import { print } from './terminal/print.ts';
import { readableStack } from './terminal/readable-stack.ts';

/** Returns the exit code; 0 only on success. `complain` writes to standard error. */
export async function runProgram(options: {
  argv: readonly string[];
  context: CommandContext;
  complain: (text: string) => void;
}): Promise<number> {
  const { argv, context, complain } = options;
  const words = argv.slice(2);
  const asJson = words.includes('--json');
  if (words[0] === '--version' || words[0] === '-V') {
    print((await import('./version-lines.ts')).versionLines(context, asJson));
    return 0;
  }
  const program = await buildProgram(context, words);
  // Commander's own complaints wait until it is known who reads them.
  let said = '';
  inEveryCommand(program, (command) =>
    command.exitOverride().configureOutput({
      writeErr: (text) => (said += text),
      // Errors are said once, below.
      outputError: (text, write) => write(asJson ? '' : inOurWords(text)),
    }),
  );
  try {
    mustKnowWhatHelpIsAskedFor(words);
    await program.parseAsync([...argv]);
    if (said !== '') complain(said);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (asJson && error.exitCode !== 0) complain(asText(problemsOf(error)));
      else if (said !== '') complain(said);
      return error.exitCode;
    }
    complain(asJson ? asText(problemsOf(error)) : wordsOf(error, context));
    return error instanceof CommandError || error instanceof StartError ? error.exitCode : 1;
  }
}

/** The parser shows the help of everything for a command that there is none of, without a word. */
function mustKnowWhatHelpIsAskedFor(words: readonly string[]): void {
  const [asked, about] = words.filter((word) => !word.startsWith('-'));
  if (asked !== 'help' || about === undefined || about === 'help' || about in COMMANDS) return;
  const near = nearestWord(about, Object.keys(COMMANDS));
  const hint = near === undefined ? 'All are listed by: clickthread --help' : `Did you mean ${near}?`;
  throw new CommandError(`Unknown command "${about}". ${hint}`);
}

const asText = (errors: Problem[]): string => `${JSON.stringify({ errors }, null, 2)}\n`;

function problemsOf(error: unknown): Problem[] {
  if (error instanceof CommandError || error instanceof ConfigurationError) return error.problems;
  if (error instanceof UnknownName) return [{ field: error.field, message: error.message }];
  const message = error instanceof Error ? error.message : String(error);
  return [{ field: 'command', message: inOurWords(message).replace(/^error: /, '') }];
}

/** What the parser of command lines says of a value that is none of a list. */
function inOurWords(text: string): string {
  return text
    .replace(
      /error: command-argument value '(.*)' is invalid for argument '.*'\. Allowed choices are /,
      '"$1" is none of ',
    )
    .replace(/error: required option '(\S+).*' not specified/, '$1 is missing (see --help)')
    .replace(/error: option '(\S+).*' argument '(.*)' is invalid\. Allowed choices are /, '$1: "$2" is none of ');
}

/** A fault of ours shows where it happened, where somebody asked for that. */
function wordsOf(error: unknown, { env }: CommandContext): string {
  if (!(error instanceof Error)) return `${String(error)}\n`;
  const isMendable =
    error instanceof CommandError ||
    error instanceof ConfigurationError ||
    error instanceof UnknownName ||
    error instanceof BackupError ||
    error instanceof StartError;
  const stack = !isMendable && env.CLICKTHREAD_LOG === 'debug' ? `${readableStack(error.stack ?? '')}\n` : '';
  return `${error.message}\n${stack}`;
}

function inEveryCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const inner of command.commands) inEveryCommand(inner, change);
}

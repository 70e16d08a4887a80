/** The program: every command by its name, those that are asked for with their options and what they do. */
import { Command } from 'commander';
import { nearestWord } from '../lib/nearest.ts';
import { CommandError } from './command-error.ts';
import { COMMANDS } from './command-table.ts';
import type { CommandContext } from './open-store.ts';

/** `words`: what was typed after `clickthread`; without them every command is loaded. */
export async function buildProgram(context: CommandContext, words?: readonly string[]): Promise<Command> {
  const program = new Command('clickthread')
    .description("Follows a partner's click to the sale and reports it once to every network that must know.")
    // Answered before anything is parsed (run-program.ts); declared for the help.
    .option('-V, --version', 'print the version, that of Node and that of the data')
    .showHelpAfterError('(see --help)')
    // By name alone: what a command takes is known once its code is loaded.
    .configureHelp({ sortSubcommands: true, subcommandTerm: (command) => command.name() });
  const isAsked = askedOf(words);
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    const command = isAsked(name) ? (await load())(context) : new Command(name);
    program.addCommand(command.description(description));
  }
  refuseUnknownSubcommands(program);
  return program;
}

/** `help NAME` shows a command; `completion` is written from all of them. */
function askedOf(words: readonly string[] | undefined): (name: string) => boolean {
  const names = words?.filter((word) => !word.startsWith('-')) ?? ['completion'];
  const asked = names[0] === 'help' ? names[1] : names[0];
  return asked === 'completion' ? () => true : (name) => name === asked;
}

/** Commander hands an unknown word to the default command, which complains of "too many arguments". Refuses it by name instead. */
function refuseUnknownSubcommands(command: Command): void {
  for (const inner of command.commands) refuseUnknownSubcommands(inner);
  if (command.commands.length === 0) return;
  command.hook('preSubcommand', (group, chosen) => {
    const [word] = group.args;
    const names = group.commands.map((inner) => inner.name());
    if (word === undefined || word.startsWith('-') || names.includes(word) || takesWords(chosen)) return;
    const near = nearestWord(word, names);
    const hint = near === undefined ? `There are: ${names.toSorted().join(', ')}.` : `Did you mean ${near}?`;
    throw new CommandError(`Unknown command "${pathOf(group)} ${word}". ${hint}`);
  });
}

const takesWords = (command: Command): boolean => command.registeredArguments.length > 0;

function pathOf(command: Command): string {
  const above = command.parent ? pathOf(command.parent) : '';
  if (!command.parent) return '';
  return above === '' ? command.name() : `${above} ${command.name()}`;
}

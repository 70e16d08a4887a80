import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../collector/cli/command-table.ts';
import { buildProgram } from '../../../collector/cli/program.ts';
import { ENVIRONMENT } from '../../docs/reference-words.ts';

const CONTEXT = { env: {}, clock: () => 0 };

/** Commands that have brought what they do. */
const loadedOf = async (...words: string[]): Promise<string[]> =>
  (await buildProgram(CONTEXT, words)).commands
    .filter(
      ({ options, commands, registeredArguments }) => options.length + commands.length + registeredArguments.length,
    )
    .map((command) => command.name());

describe('a command line loads the command that it asks for', () => {
  test.each<[string[], string[]]>([
    [[], []],
    [['--help'], []],
    [['orders', '--since', '7d'], ['orders']],
    [['connection', 'test', 'shop'], ['connection']],
    [['help', 'explain'], ['explain']],
    [['nonsense'], []],
  ])('%j', async (words, loaded) => {
    expect(await loadedOf(...words)).toEqual(loaded);
  });

  test('completion is written from all of them', async () => {
    expect((await loadedOf('completion', 'bash')).length).toBeGreaterThan(20);
  });
});

test.each(Object.keys(COMMANDS))('%s is called so by its own code', async (name) => {
  const make = await COMMANDS[name]!.load();
  expect(make(CONTEXT).name()).toBe(name);
});

test('the help names each command with what it does', async () => {
  const help = (await buildProgram(CONTEXT, ['--help'])).helpInformation();
  for (const [name, { description }] of Object.entries(COMMANDS)) {
    expect(help).toContain(`\n  ${name} `);
    expect(help.replace(/\s+/g, ' ')).toContain(description);
  }
});

test('serve --help names every variable', async () => {
  const program = await buildProgram(CONTEXT, ['serve']);
  const serve = program.commands.find((command) => command.name() === 'serve')!;
  let help = '';
  serve.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  expect(Object.keys(ENVIRONMENT).filter((name) => !new RegExp(`\\b${name}\\b`).test(help))).toEqual([]);
});

/** `clickthread connection set`: changes some settings of a connection and leaves the others as they are; then it is tested. */
import { Command } from 'commander';
import { changeSettings } from '../../../configuration/edit.ts';
import { chooseConnection } from '../../choose.ts';
import { CommandError } from '../../command-error.ts';
import { editAsCommandLine, withStore, type CommandContext } from '../../open-store.ts';
import { collectSet, readPairs } from '../../settings-options.ts';
import { print, printJson } from '../../terminal/print.ts';
import { runTests, testLines } from '../../run-tests.ts';

interface Options {
  site?: string;
  set: string[];
  test: boolean;
  json?: boolean;
}

export function setCommand(context: CommandContext): Command {
  return new Command('set')
    .description('change some settings of a connection; the others stay. Then it is tested')
    .argument('<id>')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option(
      '--set <name=value>',
      'a setting; repeat it. NAME= takes its default back, ${NAME} is read from the environment',
      collectSet,
      [],
    )
    .option('--no-test', 'save without testing')
    .option('--json', 'print the result as JSON')
    .action(async (id: string, options: Options) => {
      if (options.set.length === 0)
        throw new CommandError('Name at least one setting: --set name=value.', { field: 'set' });
      const tests = await withStore(context, async (open) => {
        const { site, type } = await chooseConnection(open, id, options.site);
        const { catalogue } = await open.sites();
        const settings = readPairs(options.set, catalogue.find(type) ?? { settings: {} }, context);
        await changeSettings(site, id, { settings, deps: editAsCommandLine(open) });
        return options.test ? runTests(open, { id, site }) : [];
      });
      if (options.json) printJson({ saved: id, tests });
      else print([`Saved: ${id}`, ...(tests.length > 0 ? [testLines(tests)] : [])].join('\n'));
      if (tests.some(({ ok }) => !ok))
        throw new CommandError(`${id} is saved, but its test failed: correct the settings with the same command.`);
    });
}

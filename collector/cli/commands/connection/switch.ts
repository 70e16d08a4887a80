/** `clickthread connection pause` and `resume`: says before what a pause means, and afterwards what has waited. */
import { Command } from 'commander';
import { setEnabled } from '../../../configuration/edit.ts';
import { countOf } from '../../../lib/text/count.ts';
import { waitsForResume } from '../../../model/paused.ts';
import { chooseConnection } from '../../choose.ts';
import { editAsCommandLine, withStore, type CommandContext, type OpenStore } from '../../open-store.ts';
import { print, printJson } from '../../terminal/print.ts';

interface Options {
  site?: string;
  json?: boolean;
}

export function pauseCommand(context: CommandContext): Command {
  return new Command('pause')
    .description('switch a connection off: nothing is sent, and what it would be told of orders meanwhile waits')
    .argument('<id>')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: Options) => {
      const { site, browser } = await withStore(context, async (open) => {
        const { site: of, destination } = await chooseConnection(open, id, options.site);
        await setEnabled(of, id, { enabled: false, deps: editAsCommandLine(open) });
        return { site: of, browser: destination !== undefined && destination.transport !== 'server' };
      });
      if (options.json) return printJson({ paused: id, site });
      print(`Paused: ${id}`);
      print(
        browser
          ? `Only a shopper's browser can tell it: orders that come before "clickthread connection resume ${id}" are never told to it.`
          : `Orders that come meanwhile are judged as ever and wait. After "clickthread connection resume ${id}" send them with: clickthread replay --connection ${id}`,
      );
    });
}

export function resumeCommand(context: CommandContext): Command {
  return new Command('resume')
    .description('switch a connection on again, and say how many reports have waited; "clickthread replay" sends them')
    .argument('<id>')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--json', 'print as JSON')
    .action(async (id: string, options: Options) => {
      const { site, waiting } = await withStore(context, async (open) => {
        const { site: of } = await chooseConnection(open, id, options.site);
        await setEnabled(of, id, { enabled: true, deps: editAsCommandLine(open) });
        return { site: of, waiting: await countWaiting(open, of, id) };
      });
      if (options.json) return printJson({ resumed: id, site, waiting });
      print(`Resumed: ${id}`);
      if (waiting === 0) return print('Nothing has waited for it.');
      print(
        `${countOf(waiting, 'report')} waited while it was paused. Send ${waiting === 1 ? 'it' : 'them'} with: clickthread replay --connection ${id}`,
      );
    });
}

async function countWaiting({ store }: OpenStore, site: string, connection: string): Promise<number> {
  const waiting = await store.deliveries({ site, connection, states: ['waiting'], limit: 1_000_000 });
  return waiting.filter(waitsForResume).length;
}

/** `clickthread user`: who may enter the dashboard. A person is let in by a link that works once, for an hour; there are no passwords. */
import { Command, Option } from 'commander';
import {
  addPerson,
  type PeopleDeps,
  type PeopleRefusal,
  removePerson,
  renewLink,
  viewPerson,
} from '../../admin/people/people.ts';
import { ROLES } from '../../model/people/person.ts';
import { collectorAddress } from '../../tag-files/gtm-files.ts';
import { mustConfirm } from '../choose.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type CommandContext, type OpenStore, withStore } from '../open-store.ts';
import { showTime } from '../terminal/look.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';

export function userCommand(context: CommandContext): Command {
  const user = new Command('user');
  for (const make of [listCommand, addCommand, linkCommand, removeCommand]) make(user, context);
  return user;
}

function listCommand(user: Command, context: CommandContext): void {
  user
    .command('list', { isDefault: true })
    .description('list people, what they may do, and when they last signed in')
    .option('--json', 'print as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const people = (await withStore(context, ({ store }) => store.people())).map(viewPerson);
      if (json) return printJson(people);
      if (people.length === 0) return print('There is nobody yet: let somebody in with "clickthread user add NAME".');
      const look = lookOf(context);
      printTable(
        ['NAME', 'ROLE', 'SITES', 'SIGNED IN'],
        people.map(({ name, role, sites, signedInAt }) => [
          ...[name, role, sites?.join(',') ?? 'all'],
          signedInAt === null ? 'never' : showTime(signedInAt, look),
        ]),
        look,
      );
    });
}

function addCommand(user: Command, context: CommandContext): void {
  user
    .command('add')
    .description('let somebody in: prints a link that works once, for an hour')
    .argument('<name>', 'their name; it stands in the audit log beside what they do')
    .addOption(
      new Option('--role <role>', 'owner: everything; operator: mends and decides; viewer: looks')
        .choices([...ROLES].reverse())
        .makeOptionMandatory(),
    )
    .option('--site <id...>', 'only these sites; all unless given')
    .option('--json', 'print as JSON')
    .action(async (name: string, { role, site, json }: { role: string; site?: string[]; json?: boolean }) => {
      const made = await withStore(context, async (open) => {
        const known = new Set((await open.sites()).byId.keys());
        return done(await addPerson({ name, role, ...(site ? { sites: site } : {}) }, known, depsOf(open)));
      });
      if (json) printJson(made);
      else print(made.link);
    });
}

function linkCommand(user: Command, context: CommandContext): void {
  user
    .command('link')
    .description('print a new link for somebody who is known; one that was not used ends')
    .argument('<name>', 'as "user list" shows it')
    .option('--json', 'print as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const made = await withStore(context, async (open) => done(await renewLink(name, depsOf(open))));
      if (json) printJson(made);
      else print(made.link);
    });
}

function removeCommand(user: Command, context: CommandContext): void {
  user
    .command('remove')
    .description('shut somebody out: their sessions and links end at once')
    .argument('<name>', 'as "user list" shows it')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print as JSON')
    .action(async (name: string, { yes, json }: { yes?: boolean; json?: boolean }) => {
      await mustConfirm(context, { yes, warning: `${name} can no longer enter, and is signed out everywhere.` });
      await withStore(context, async (open) => done(await removePerson(name, depsOf(open))));
      if (json) printJson({ removed: name });
      else print(`Removed: ${name}`);
    });
}

const depsOf = ({ store, now, environment }: OpenStore): PeopleDeps => ({
  ...{ store, now, actor: COMMAND_LINE, dashboard: `${collectorAddress(environment)}/admin/` },
});

function done<T extends object | undefined>(made: T | PeopleRefusal): T {
  if (!made || !('problems' in made)) return made as T;
  const [problem] = made.problems;
  throw new CommandError(`Nothing was changed: ${problem!.field} ${problem!.message}.`, { field: problem!.field });
}

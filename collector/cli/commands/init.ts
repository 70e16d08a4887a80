/** `clickthread init`: a first site and its first connection, by questions; saved together at the end, with what to do next. */
import { Command } from 'commander';
import { FIRST_QUESTIONS } from '../../../wire/text/first-questions.ts';
import { REHEARSABLE, STAND_INS } from '../../admin/start/rehearse.ts';
import { applyConfiguration } from '../../configuration/apply.ts';
import { checkConnection } from '../../configuration/check-connection.ts';
import { clickParamsOf } from '../../kit/destination.ts';
import { countOf } from '../../lib/text/count.ts';
import { siteSchema } from '../../configuration/site-schema.ts';
import { askSettings, askType } from '../ask-settings.ts';
import { askSite, type SiteAnswers } from '../ask-site.ts';
import { CommandError } from '../command-error.ts';
import { withNewStore, type CommandContext, type OpenStore } from '../open-store.ts';
import { nextSteps } from '../next-steps.ts';
import { terminalPrompts, type Prompts } from '../terminal/prompts.ts';
import { runTests, testLines } from '../run-tests.ts';
import { siteSnippets } from '../../tag-files/site-snippets.ts';

interface ConnectionAnswers {
  id: string;
  type: string;
  settings: Record<string, unknown>;
  clickParam: string | undefined;
  rehearsal: boolean;
}

export function initCommand(context: CommandContext): Command {
  return new Command('init').action(async () => {
    const prompts = context.prompts ?? terminalPrompts();
    if (!prompts)
      throw new CommandError(
        'init asks questions, and there is no terminal to ask them on. Write a configuration file instead (docs/reference.md) and run: clickthread apply FILE',
      );
    await withNewStore(context, (open) => wizard(open, prompts));
  });
}

async function wizard(open: OpenStore, prompts: Prompts): Promise<void> {
  prompts.intro('Clickthread: a site and its first connection. Nothing is saved before the last answer.');
  const { byId } = await open.sites();
  const answers = await askSite(prompts, { taken: new Set(byId.keys()), publicUrl: open.environment.publicUrl });
  const isWanted = await prompts.confirm({ message: 'Connect a network or platform now?' });
  const connection = isWanted ? await askConnection(open, prompts) : undefined;
  await save(answers, connection, open);
  if (connection && !connection.rehearsal)
    prompts.note(testLines(await runTests(open, { id: connection.id, site: answers.site.id })), 'Connection test');
  tellRest({ answers, connection, open, prompts });
}

async function askConnection(open: OpenStore, prompts: Prompts): Promise<ConnectionAnswers | undefined> {
  const { catalogue } = await open.sites();
  const type = await askType(prompts, catalogue);
  const definition = catalogue.find(type)!;
  for (;;) {
    const settings = await askSettings(definition, prompts);
    const rehearsal =
      REHEARSABLE.includes(type) &&
      settings['baseUrl'] === undefined &&
      (await prompts.confirm({
        message: FIRST_QUESTIONS.rehearse.replace('{title}', definition.title),
        initial: true,
      }));
    if (rehearsal) settings['baseUrl'] = `${STAND_INS}/${type}`;
    const { problems, settings: read } = checkConnection(definition, settings, {
      allowPrivate: rehearsal || open.environment.allowPrivate,
    });
    const destination = catalogue.findDestination(type);
    const clickParam = destination && clickParamsOf(destination, read)[0];
    if (problems.length === 0) return { id: type, type, settings, clickParam, rehearsal };
    // Each answer was right by itself; together they are not.
    prompts.note(
      problems.map(({ field, message }) => `${field} ${message}`).join('\n'),
      `${countOf(problems.length, 'thing')} to correct`,
    );
    if (!(await prompts.confirm({ message: 'Answer the questions about this connection again?' }))) return undefined;
  }
}

/** Site and connection in one transaction: all of it, or nothing. */
async function save(
  { site }: SiteAnswers,
  connection: ConnectionAnswers | undefined,
  { store, seal, now, environment }: OpenStore,
): Promise<void> {
  const connections = connection ? [{ id: connection.id, type: connection.type, settings: connection.settings }] : [];
  await applyConfiguration({
    // JSON is YAML.
    text: JSON.stringify({ sites: [{ ...site, connections }] }),
    env: () => undefined,
    ...{ store, seal, now, actor: 'command line', action: 'init' },
    allowPrivate: environment.allowPrivate || connection?.rehearsal === true,
  });
}

function tellRest(given: {
  answers: SiteAnswers;
  connection: ConnectionAnswers | undefined;
  open: OpenStore;
  prompts: Prompts;
}): void {
  const { answers, connection, open, prompts } = given;
  const { site, publicUrl } = answers;
  const { environment } = open;
  const config = siteSchema.parse(site);
  prompts.note(publicUrl, 'Public address');
  for (const { title, text } of siteSnippets(config, `${publicUrl}${environment.path}`)) prompts.note(text, title);
  const steps = nextSteps({ config, connection, publicUrl, environment });
  prompts.note(steps.join('\n\n'), 'Next');
  prompts.outro(
    'Saved. "clickthread site show" prints the lines for the pages again, "clickthread doctor" what is missing.',
  );
}

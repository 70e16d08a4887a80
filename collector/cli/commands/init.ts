/** `clickthread init`: a first site, its shop and a network, by questions; saved together at the end, with what to do next. */
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
import { type CommandContext, isFirstUse, type OpenStore, withNewStore, withTrialStore } from '../open-store.ts';
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
  /** It is a source: the shop itself. */
  shop: boolean;
  /** It can post its orders to the collector. */
  hooks: boolean;
}

export function initCommand(context: CommandContext): Command {
  return new Command('init').action(async () => {
    const prompts = context.prompts ?? terminalPrompts();
    if (!prompts)
      throw new CommandError(
        'init asks questions, and there is no terminal to ask them on. Write a configuration file instead (docs/reference.md) and run: clickthread apply FILE',
      );
    const asked = await (isFirstUse(context) ? withTrialStore : withNewStore)(context, (open) => ask(open, prompts));
    await withNewStore(context, (open) => finish(asked, { open, prompts }));
  });
}

interface Asked {
  answers: SiteAnswers;
  connections: ConnectionAnswers[];
}

async function ask(open: OpenStore, prompts: Prompts): Promise<Asked> {
  prompts.intro('Clickthread: a site and its first connection. Nothing is saved before the last answer.');
  const { byId } = await open.sites();
  const answers = await askSite(prompts, { taken: new Set(byId.keys()), publicUrl: open.environment.publicUrl });
  return { answers, connections: await askConnections(open, prompts) };
}

async function finish(
  { answers, connections }: Asked,
  { open, prompts }: { open: OpenStore; prompts: Prompts },
): Promise<void> {
  await save(answers, connections, open);
  for (const { id, rehearsal } of connections)
    if (!rehearsal) prompts.note(testLines(await runTests(open, { id, site: answers.site.id })), 'Connection test');
  tellRest({ answers, connections, open, prompts });
}

/** The shop is offered first; whoever connects it is asked for a network that is told of its orders. */
async function askConnections(open: OpenStore, prompts: Prompts): Promise<ConnectionAnswers[]> {
  const message =
    'Connect a network or platform now? Your shop comes first in the list: it knows every order and refund';
  if (!(await prompts.confirm({ message }))) return [];
  const first = await askConnection(open, prompts);
  if (!first?.shop) return first ? [first] : [];
  const isToldWanted = await prompts.confirm({ message: 'And a network that is told of its orders?' });
  const second = isToldWanted ? await askConnection(open, prompts, { told: true }) : undefined;
  return second ? [first, second] : [first];
}

async function askConnection(
  open: OpenStore,
  prompts: Prompts,
  among: { told?: boolean } = {},
): Promise<ConnectionAnswers | undefined> {
  const { catalogue } = await open.sites();
  const type = await askType(prompts, catalogue, among);
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
    const source = catalogue.findSource(type);
    const facts = { shop: source !== undefined, hooks: source?.webhook !== undefined };
    if (problems.length === 0) return { id: type, type, settings, clickParam, rehearsal, ...facts };
    // Each answer was right by itself; together they are not.
    prompts.note(
      problems.map(({ field, message }) => `${field} ${message}`).join('\n'),
      `${countOf(problems.length, 'thing')} to correct`,
    );
    if (!(await prompts.confirm({ message: 'Answer the questions about this connection again?' }))) return undefined;
  }
}

/** Site and connections in one transaction: all of it, or nothing. */
async function save(
  { site }: SiteAnswers,
  asked: readonly ConnectionAnswers[],
  { store, seal, now, environment }: OpenStore,
): Promise<void> {
  const connections = asked.map(({ id, type, settings }) => ({ id, type, settings }));
  await applyConfiguration({
    // JSON is YAML.
    text: JSON.stringify({ sites: [{ ...site, connections }] }),
    env: () => undefined,
    ...{ store, seal, now, actor: 'command line', action: 'init' },
    allowPrivate: environment.allowPrivate || asked.some(({ rehearsal }) => rehearsal),
  });
}

function tellRest(given: {
  answers: SiteAnswers;
  connections: readonly ConnectionAnswers[];
  open: OpenStore;
  prompts: Prompts;
}): void {
  const { answers, connections, open, prompts } = given;
  const { site, publicUrl } = answers;
  const { environment } = open;
  const config = siteSchema.parse(site);
  prompts.note(publicUrl, 'Public address');
  for (const { title, text } of siteSnippets(config, `${publicUrl}${environment.path}`)) prompts.note(text, title);
  const steps = nextSteps({ config, connections, publicUrl, environment });
  prompts.note(steps.join('\n\n'), 'Next');
  prompts.outro(
    'Saved. "clickthread site show" prints the lines for the pages again, "clickthread doctor" what is missing.',
  );
}

/** `clickthread init`: a first site and its first connection, by questions; ends with the script tag to paste. */
import { Command } from 'commander';
import { findDefinition } from '../apply.ts';
import { putConnection, putSite } from '../edit-configuration.ts';
import { browserAddress } from '../gtm-files.ts';
import { siteSchema } from '../site-config.ts';
import { askSettings, askType } from './ask-settings.ts';
import { CommandError, editing, withStore, type CommandContext, type OpenStore } from './context.ts';
import { terminalPrompts, type Prompts } from './prompts.ts';
import { runTests, tellTests } from './test-connections.ts';

export function initCommand(context: CommandContext): Command {
  return new Command('init')
    .description('set up a site and its first connection by questions, and print the script tag')
    .action(async () => {
      const prompts = context.prompts ?? terminalPrompts();
      if (!prompts)
        throw new CommandError(
          'init asks questions, and there is no terminal to ask them on. Write a configuration file instead (docs/reference.md) and run: clickthread apply FILE',
        );
      await withStore(context, (open) => wizard(open, prompts));
    });
}

async function wizard(open: OpenStore, prompts: Prompts): Promise<void> {
  prompts.intro('Clickthread: a site and its first connection');
  const { byId } = await open.sites();
  const site = await askSite(prompts, new Set(byId.keys()));
  await putSite(site, editing(open));
  if (await prompts.confirm({ message: 'Connect a network or platform now?' })) await connect(site.id, open, prompts);
  prompts.note(
    `<script async src="${browserAddress(open.environment)}/${site.id}.js"></script>`,
    'Paste this into every page',
  );
  prompts.outro('Start the collector with "clickthread serve"; "clickthread doctor" tells what is missing.');
}

async function askSite(
  prompts: Prompts,
  taken: ReadonlySet<string>,
): Promise<Record<string, unknown> & { id: string }> {
  const { shape } = siteSchema;
  const list = (text: string): string[] => text.split(/[\s,]+/).filter((entry) => entry !== '');
  const problem = (result: { success: boolean; error?: { issues: { message: string }[] } }): string | undefined =>
    result.success ? undefined : result.error?.issues[0]?.message;
  const id = await prompts.text({
    message: 'A short name for the shop; it stands in the address of the tag',
    placeholder: 'shop',
    check: (answer) => (taken.has(answer) ? `there is a site ${answer} already` : problem(shape.id.safeParse(answer))),
  });
  const domains = await prompts.text({
    message: 'Hosts of the shop, separated by commas',
    placeholder: 'shop.example, www.shop.example',
    check: (answer) => problem(shape.domains.safeParse(list(answer))),
  });
  const linked = await prompts.text({
    message: 'Other domains that the same purchase passes, such as the checkout; empty if there are none',
    placeholder: 'checkout.example',
    check: (answer) => problem(shape.linked.safeParse(list(answer))),
  });
  const currency = await prompts.text({
    message: 'Currency of orders that name none (ISO 4217)',
    placeholder: 'USD',
    check: (answer) => (answer === '' ? undefined : problem(shape.currency.safeParse(answer))),
  });
  const consent = await prompts.select({
    message: 'When may the tag store and send?',
    options: [
      { value: 'auto', label: 'when the page says so', hint: 'Google Consent Mode, TCF, GPC, WordPress, Shopify' },
      { value: 'wait', label: "when the shop's own code says so", hint: "clickthread('consent', …)" },
      { value: 'granted', label: 'always', hint: 'consent is settled before the tag is loaded' },
    ],
  });
  return {
    ...{ id, domains: list(domains), linked: list(linked), consent },
    ...(currency === '' ? {} : { currency }),
  };
}

async function connect(site: string, open: OpenStore, prompts: Prompts): Promise<void> {
  const type = await askType(prompts);
  const settings = await askSettings(findDefinition(type)!, prompts);
  await putConnection(site, { id: type, type, settings }, editing(open));
  prompts.note(tellTests(await runTests(open, { id: type, site })), 'Connection test');
}

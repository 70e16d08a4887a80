/** `clickthread gtm`: the files that Google Tag Manager imports. */
import { Command, Option } from 'commander';
import { browserAddress, gtmContainer, gtmTemplate, type OrderSource } from '../../tag-files/gtm-files.ts';
import { chooseSite } from '../choose.ts';
import { withStore, type CommandContext } from '../open-store.ts';
import { writeText } from '../terminal/output.ts';
import { printError } from '../terminal/print.ts';

interface Options {
  site?: string;
  collector?: string;
  out?: string;
  orderSource?: OrderSource;
  connection?: string;
}

export function gtmCommand(context: CommandContext): Command {
  const gtm = new Command('gtm');
  const files = {
    container: 'the import file: loader, conversion tag, triggers, variables and the template',
    template: 'the tag template alone',
  } as const;
  for (const [name, description] of Object.entries(files)) {
    const command = gtm
      .command(name)
      .description(description)
      .option('--site <id>', 'the site, where there are several')
      .option(
        '--collector <url>',
        'where browsers find the collector; CLICKTHREAD_PUBLIC_URL and CLICKTHREAD_PATH unless given',
      )
      .option('--out <file>', 'into a new file instead of standard output')
      .action(async (options: Options) => {
        const text = await withStore(context, async (open) => {
          const site = await chooseSite(open, options.site);
          const collector = options.collector ?? browserAddress(open.environment);
          const { orderSource, connection } = options;
          if (options.collector === undefined && open.environment.publicUrl === undefined)
            printError(
              "Browsers elsewhere can't reach the address in this file: set CLICKTHREAD_PUBLIC_URL and make it again.",
            );
          if (name === 'template') return gtmTemplate({ site, collector });
          return gtmContainer({
            ...{ site, collector, now: open.now },
            ...(orderSource ? { orderSource } : {}),
            ...(connection === undefined ? {} : { connection }),
          });
        });
        await writeText(text, options.out);
      });
    if (name === 'container')
      command
        .addOption(
          new Option(
            '--order-source <source>',
            'how the shop emits orders; cs-cart where such a connection exists',
          ).choices(['ga4', 'cs-cart']),
        )
        .option('--connection <id>', 'whose file it is, where the site has CS-Cart shops in several currencies');
  }
  return gtm;
}

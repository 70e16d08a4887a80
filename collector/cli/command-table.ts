/** Every command: what it does, and where it is made. Its code, with the libraries that it needs, is loaded when it is asked for. */
import type { Command } from 'commander';
import type { CommandContext } from './open-store.ts';

export interface CommandEntry {
  /** One line for `--help`; options and arguments stand with the command. */
  description: string;
  load(): Promise<(context: CommandContext) => Command>;
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  serve: {
    description: 'run the collector; its environment is in docs/reference.md, --port and --host go before it',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  init: {
    description: 'set up a site, its shop and a first network by questions, and print what belongs into its pages',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  apply: {
    description: 'make sites and connections match a YAML file; nothing changes unless all of it is right',
    load: async () => (await import('./commands/apply.ts')).applyCommand,
  },
  'export-config': {
    description: 'print the configuration as YAML for apply; secrets are references such as ${IMPACT_TOKEN}',
    load: async () => (await import('./commands/export-config.ts')).exportConfigCommand,
  },
  site: {
    description: 'the shops that this collector serves',
    load: async () => (await import('./commands/site.ts')).siteCommand,
  },
  connection: {
    description: 'the systems that a site tells and hears',
    load: async () => (await import('./commands/connection/connection.ts')).connectionCommand,
  },
  sync: {
    description:
      'read what a shop (CS-Cart) knows of customers and orders; the first run reads everything, later ones what changed',
    load: async () => (await import('./commands/sync.ts')).syncCommand,
  },
  list: {
    description: "show a shop's list with its metrics, or write its contacts, personal data included, as a file",
    load: async () => (await import('./commands/list.ts')).listCommand,
  },
  key: {
    description: 'keys of the server API and signing secrets',
    load: async () => (await import('./commands/key.ts')).keyCommand,
  },
  alert: {
    description: 'who is told when something needs a person',
    load: async () => (await import('./commands/alert/alert.ts')).alertCommand,
  },
  user: {
    description: 'who may enter the dashboard, by a link that works once',
    load: async () => (await import('./commands/user.ts')).userCommand,
  },
  doctor: {
    description: 'examine data, clock, address, tag and every connection; fails where something must be mended',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  explain: {
    description: 'tell which clicks there were, which won and why, what was sent, what came back and what happens next',
    load: async () => (await import('./commands/explain/explain.ts')).explainCommand,
  },
  contested: {
    description: 'decide whose order it is, where several browsers lay claim to it',
    load: async () => (await import('./commands/contested.ts')).contestedCommand,
  },
  deliveries: {
    description: 'reports to networks',
    load: async () => (await import('./commands/deliveries.ts')).deliveriesCommand,
  },
  replay: {
    description:
      'send again what was held or rejected, after its cause was mended, and what waited for a connection that was paused; accepted reports are never sent twice, and what may have arrived (held after an unclear answer) goes only with --order, once a person has looked',
    load: async () => (await import('./commands/deliveries.ts')).replayCommand,
  },
  quarantine: {
    description: 'orders that were refused because their core could not be used',
    load: async () => (await import('./commands/quarantine.ts')).quarantineCommand,
  },
  reconcile: {
    description:
      "compare a network's own report with what was told to it: a CSV file, or fetched from the network where it gives one (docs/networks). Missing there, missing here, other amounts, states and currencies, paid out; what was told without an answer (unverified) gets its verdict from it; --send tells the network again what it has otherwise",
    load: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  },
  orders: {
    description: 'list orders, newest first, with the partner that earned each, and totals by partner',
    load: async () => (await import('./commands/orders.ts')).ordersCommand,
  },
  stats: {
    description: 'add up the orders of a time by partner, and count the reports of each connection by state',
    load: async () => (await import('./commands/stats.ts')).statsCommand,
  },
  export: {
    description: 'write orders, touches or deliveries, without personal data, as CSV or JSON lines',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  erase: {
    description:
      'forget a person: personal fields, customer id and browser of their orders, touches, exchanges, refused orders, lists',
    load: async () => (await import('./commands/erase.ts')).eraseCommand,
  },
  backup: {
    description: 'copy the data into a new file, also while the collector serves',
    load: async () => (await import('./commands/backup.ts')).backupCommand,
  },
  restore: {
    description: 'put a backup in place of the data; not while the collector serves',
    load: async () => (await import('./commands/backup.ts')).restoreCommand,
  },
  migrate: {
    description: 'bring the data file to this version; serve does it by itself. A copy is kept beside it',
    load: async () => (await import('./commands/backup.ts')).migrateCommand,
  },
  move: {
    description:
      'carry the data over to PostgreSQL, or back to a folder, and check it; collectors serve until the last step (docs/scaling.md)',
    load: async () => (await import('./commands/move.ts')).moveCommand,
  },
  gtm: {
    description: 'files for Google Tag Manager (docs/recipes/google-tag-manager.md)',
    load: async () => (await import('./commands/gtm.ts')).gtmCommand,
  },
  sandbox: {
    description:
      'run strict counterparts of impact.com, CartStack and the others, which show what they received and fail on request',
    load: async () => (await import('./commands/sandbox.ts')).sandboxCommand,
  },
  demo: {
    description:
      'run everything in one place: collector, sandbox vendors, and a demo shop whose checkout is another domain',
    load: async () => (await import('./commands/demo/demo.ts')).demoCommand,
  },
  completion: {
    description:
      'print a script for your shell that completes commands and options; bash: eval "$(clickthread completion bash)"',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
};

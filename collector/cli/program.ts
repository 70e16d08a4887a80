/** The commands and their options; each does its work in a file of its own. */
import { Command } from 'commander';
import { applyCommand } from './apply.ts';
import { backupCommand, migrateCommand, restoreCommand } from './backup.ts';
import { connectionCommand } from './connection.ts';
import type { CommandContext } from './context.ts';
import { deliveriesCommand, replayCommand } from './deliveries.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { eraseCommand } from './erase.ts';
import { explainCommand } from './explain.ts';
import { exportConfigCommand } from './export-config.ts';
import { exportCommand } from './export.ts';
import { gtmCommand } from './gtm.ts';
import { initCommand } from './init.ts';
import { keyCommand } from './key.ts';
import { listCommand } from './list.ts';
import { quarantineCommand } from './quarantine.ts';
import { reconcileCommand } from './reconcile.ts';
import { sandboxCommand } from './sandbox.ts';
import { serveCommand } from './serve.ts';
import { siteCommand } from './site.ts';
import { syncCommand } from './sync.ts';

export function buildProgram(context: CommandContext): Command {
  const program = new Command('clickthread')
    .description("Follows a partner's click to the sale and reports it once to every network that must know.")
    .showHelpAfterError('(see --help)')
    .configureHelp({ sortSubcommands: true });
  const commands = [
    ...[
      serveCommand,
      initCommand,
      applyCommand,
      exportConfigCommand,
      siteCommand,
      connectionCommand,
      syncCommand,
      listCommand,
      keyCommand,
    ],
    ...[doctorCommand, explainCommand, deliveriesCommand, replayCommand, quarantineCommand, reconcileCommand],
    ...[exportCommand, eraseCommand, backupCommand, restoreCommand, migrateCommand, gtmCommand],
    ...[sandboxCommand, demoCommand],
  ];
  for (const make of commands) program.addCommand(make(context));
  return program;
}

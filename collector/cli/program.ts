/** The commands and their options; each does its work in a file of its own. */
import { Command } from 'commander';
import { applyCommand } from './apply.ts';
import { connectionCommand } from './connection.ts';
import type { CommandContext } from './context.ts';
import { deliveriesCommand, replayCommand } from './deliveries.ts';
import { demoCommand } from './demo.ts';
import { explainCommand } from './explain.ts';
import { exportConfigCommand } from './export-config.ts';
import { keyCommand } from './key.ts';
import { quarantineCommand } from './quarantine.ts';
import { sandboxCommand } from './sandbox.ts';
import { serveCommand } from './serve.ts';
import { siteCommand } from './site.ts';

export function buildProgram(context: CommandContext): Command {
  const program = new Command('clickthread')
    .description("Follows a partner's click to the sale and reports it once to every network that must know.")
    .showHelpAfterError('(see --help)')
    .configureHelp({ sortSubcommands: true });
  const commands = [
    serveCommand,
    applyCommand,
    exportConfigCommand,
    siteCommand,
    connectionCommand,
    keyCommand,
    explainCommand,
    deliveriesCommand,
    replayCommand,
    quarantineCommand,
    sandboxCommand,
    demoCommand,
  ];
  for (const make of commands) program.addCommand(make(context));
  return program;
}

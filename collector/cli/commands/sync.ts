/** `clickthread sync CONNECTION`: reads a shop's customers and orders now, with a progress bar, and carries its list on. */
import { progress as bar } from '@clack/prompts';
import { Command } from 'commander';
import type { Connection } from '../../configuration/sites.ts';
import { createIngest } from '../../ingest/ingest.ts';
import { parseDuration } from '../../lib/duration.ts';
import { newId } from '../../lib/id.ts';
import { countOf } from '../../lib/text/count.ts';
import type { PushReport } from '../../lists/push-context.ts';
import { pushList } from '../../lists/push.ts';
import { createSender } from '../../outbound/send.ts';
import type { CaughtUp } from '../../sync/catch-up.ts';
import { findSync, listConnections } from '../../sync/connections.ts';
import { viewProgress } from '../../sync/progress.ts';
import { createSyncService, type SyncService } from '../../sync/service.ts';
import type { SyncOutcome } from '../../sync/sync.ts';
import { collectorAddress } from '../../tag-files/gtm-files.ts';
import { chooseConnection } from '../choose.ts';
import { CommandError } from '../command-error.ts';
import { type CommandContext, type OpenStore, withStore } from '../open-store.ts';
import { print, printJson } from '../terminal/print.ts';

interface Options {
  site?: string;
  since?: string;
  json?: boolean;
}

/** How often the bar moves, milliseconds. */
const REFRESH = 250;

export function syncCommand(context: CommandContext): Command {
  return new Command('sync')
    .argument(
      '<connection>',
      'id of the connection; a shop that is synchronized must have passed "clickthread connection test"',
    )
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--since <time>', 'look at changes again since an ISO time, or within a duration such as 48h')
    .option('--json', 'print the result as JSON, no bar')
    .action(async (id: string, options: Options) => {
      const result = await withStore(context, (open) =>
        withService(open, async (service) => {
          const chosen = await chooseConnection(open, id, options.site);
          if (chosen.source?.catchUp) return catchUpNow(chosen, options, { open, service });
          return run(id, options, { open, service });
        }),
      );
      if ('asked' in result) {
        if (options.json) printJson(result.asked);
        else if (result.asked.result === 'done') print(caughtUpLines(id, result.asked));
        if (result.asked.result !== 'done') throw new CommandError(result.asked.reason);
        return;
      }
      if (options.json) printJson(result);
      else if (result.outcome.result !== 'refused') print(linesOf(result));
      if (result.outcome.result !== 'enabled') throw new CommandError(result.outcome.reason);
    });
}

/** The engine in this process, over the same file as a running collector: the lease keeps the two apart. */
export async function withService<T>(open: OpenStore, work: (service: SyncService) => Promise<T>): Promise<T> {
  const { store, sites, seal, environment, clock } = open;
  const sender = createSender({ allowPrivate: environment.allowPrivate, clock });
  const { ingest } = createIngest({ store, sites, seal, clock });
  const owner = newId(clock());
  try {
    // Deliveries that this makes are found by the running collector, or by the next one.
    return await work(
      createSyncService({
        ...{ store, ingest, sites, sender, seal, clock, owner, wake: () => undefined },
        publicUrl: () => collectorAddress(environment),
      }),
    );
  } finally {
    await sender.close();
  }
}

/** A shop that tells by webhooks is asked for what these have not brought. */
async function catchUpNow(
  connection: Connection,
  options: Options,
  { open, service }: { open: OpenStore; service: SyncService },
): Promise<{ asked: CaughtUp }> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const since = options.since === undefined ? {} : { since: readSince(options.since, open.now) };
  return { asked: await service.catchUp.run(connection, { signal: stopping.signal, ...since }) };
}

const caughtUpLines = (id: string, { orders, requests, problems }: Extract<CaughtUp, { result: 'done' }>): string =>
  [
    `${id}: ${countOf(orders, 'order')} read in ${countOf(requests, 'request')}. What was known already changes nothing.`,
    ...problems.map((problem) => `  left out: ${problem}`),
  ].join('\n');

interface Synced {
  connection: string;
  outcome: SyncOutcome;
  lists: ({ connection: string } & PushReport)[];
}

async function run(
  id: string,
  options: Options,
  { open, service }: { open: OpenStore; service: SyncService },
): Promise<Synced> {
  const { site } = await chooseConnection(open, id, options.site);
  const sites = await open.sites();
  const connection = findSync(sites, site, id);
  if (!connection) throw new CommandError(`${id} is no connection that can be synchronized.`);
  const { state } = await service.sync.state(connection);
  const since = options.since === undefined ? undefined : readSince(options.since, open.now);
  const action = state === 'tested' || state === 'untested' ? 'start' : 'resync';
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const shown = options.json || !process.stdout.isTTY ? undefined : watch(open, { site, connection: id });
  const outcome = await service.sync.synchronize(connection, action, {
    signal: stopping.signal,
    ...(since === undefined ? {} : { since }),
  });
  shown?.();
  const lists: Synced['lists'] = [];
  if (outcome.result === 'enabled') {
    for (const list of listConnections(sites)) {
      if (list.site !== site || list.from.id !== id) continue;
      lists.push({ connection: list.id, ...(await pushList(list, service.deps, { signal: stopping.signal })) });
    }
  }
  return { connection: `${site}/${id}`, outcome, lists };
}

/** Moves a bar by what the run has stored; returns how to end it. */
function watch({ store }: OpenStore, key: { site: string; connection: string }): () => void {
  const shown = bar({ max: 1000 });
  shown.start('Reading …');
  let reached = 0;
  const timer = setInterval(() => {
    void store.sync(key).then((row) => {
      if (!row?.progress) return;
      const { share, text } = viewProgress(row.progress);
      const target = Math.floor((share ?? 0) * 1000);
      if (target < reached) reached = 0;
      shown.advance(Math.max(0, target - reached), text);
      reached = target;
    });
  }, REFRESH);
  return () => {
    clearInterval(timer);
    shown.stop('Read.');
  };
}

function linesOf({ connection, outcome, lists }: Synced): string {
  const lines: string[] = [];
  if (outcome.result !== 'refused') {
    const { customers, orders, told, requests, problems } = outcome.progress;
    lines.push(
      `${connection}: ${outcome.result}. ${customers} customers and ${orders} orders read in ${requests} requests; ${told} reports made.`,
    );
    lines.push(...problems.map((problem) => `  left out: ${problem}`));
  }
  for (const { connection: list, result, reason, counts, problems } of lists) {
    const done = Object.entries(counts).filter(([, count]) => count > 0);
    lines.push(
      `${list}: ${result}${reason === '' ? '' : ` (${reason})`}; ${done.map(([name, count]) => `${count} ${name}`).join(', ') || 'nothing to carry'}`,
    );
    lines.push(...problems.map((problem) => `  ${problem}`));
  }
  if (outcome.result === 'enabled')
    lines.push(
      `The shop can announce orders at once rather than every hour: clickthread connection hook ${connection.split('/')[1]} --register`,
    );
  return lines.join('\n');
}

function readSince(text: string, now: number): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return now - duration;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new CommandError('--since must be a time such as 2026-11-01 or a duration such as 48h.');
  return at;
}

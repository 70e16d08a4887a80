// The collector on each engine that this machine has, one process each, for one and the same measurement.
import { startCollector } from './collector.mjs';
import { postgresPrograms, startPostgres } from './postgres.mjs';

/** Processes whose processor time counts as the contender's: the collector, and its database where that is another. */
export async function startEngines({ config, start }) {
  const engines = [];
  const sqlite = await start(startCollector({ config }));
  engines.push({ ...sqlite, name: 'Clickthread on SQLite', engine: 'SQLite', pids: [sqlite.pid] });
  const hasPostgres = postgresPrograms() !== undefined;
  const postgres = hasPostgres ? await start(startPostgres()) : undefined;
  if (postgres) {
    const more = { DATABASE_URL: await postgres.database(), CLICKTHREAD_KEY: 'an invented key of benchmarks' };
    const ours = await start(startCollector({ config, more }));
    const version = postgres.version();
    engines.push({
      ...{ ...ours, name: `Clickthread on PostgreSQL ${version}, one replica`, engine: 'PostgreSQL' },
      pids: [ours.pid, postgres.pid],
    });
  }
  return { engines, postgres, notRun: hasPostgres ? [] : ['PostgreSQL (no server is installed here)'] };
}

/** Starts what `start` is given, and ends all of it, the newest first, whatever happens. */
export async function withServers(work) {
  const servers = [];
  const start = async (starting) => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  try {
    return await work(start);
  } finally {
    for (const server of servers.reverse()) await server.stop();
  }
}

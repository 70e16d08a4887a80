/** What a running collector does beside orders: it forgets what is old, takes up what was contested, tells people of what needs them. */
import { keepWatchOnContested } from '../admin/contested-orders.ts';
import { keepAlerts } from '../alerts/keep-alerts.ts';
import { cachedChannels } from '../configuration/alerts/channels.ts';
import type { Command, Work } from '../intake/command.ts';
import { readDisk } from '../lib/disk.ts';
import { keepRetention } from '../privacy/retention.ts';
import type { AtEnd, Core } from './core.ts';

export function keepHouse(core: Core, wake: (work: readonly Work[]) => void, atEnd: AtEnd): void {
  const { environment, clock, agreed, log, quiet, reader, writer, seal, sites, sender, mayDo } = core;
  atEnd(keepRetention({ store: writer, sites, clock, agreed, mayRun: mayDo('retention'), log }));
  atEnd(
    keepWatchOnContested({
      ...{ ingest: (commands: Command[]) => writer.ingest(commands), wake, clock, log },
      store: {
        findOrders: (filter) => reader.findOrders(filter),
        deliveriesOf: (site, orderId) => reader.deliveriesOf(site, orderId),
      },
    }),
  );
  atEnd(
    keepAlerts({
      ...{ read: reader, write: writer, sites, send: sender.send, limits: environment.limits, clock },
      random: Math.random,
      channels: cachedChannels({ store: reader, seal }),
      freeMegabytes: () => readDisk(environment.data).free,
      log: { warn: log.warn.bind(log), error: quiet.error },
    }),
  );
}

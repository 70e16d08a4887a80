/** Everything that the doctor looks at, for the command line and the dashboard alike: machine, file, tag, address, data and connections. */
import { openChannels } from '../../configuration/alerts/channels.ts';
import type { Sites } from '../../configuration/sites.ts';
import { databaseFile, type Environment } from '../../environment.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Sender } from '../../outbound/send.ts';
import type { Store } from '../../store/store.ts';
import { type DoctorDeps, examineInstallation } from './doctor.ts';
import { databaseFindings } from './database.ts';
import type { Finding, WriteTime } from './finding.ts';
import { pageFindings } from './pages.ts';
import { addressFindings, fileFindings, folderFindings, limitFindings, tagFinding } from './machine.ts';

export interface Data {
  store: DoctorDeps['store'] & Pick<Store, 'configuration'>;
  sites: Sites;
  seal: Seal;
}

export interface Examined {
  environment: Environment;
  tagFolder: string;
  now: number;
  /** Called only where the data can be read. */
  openData(): Promise<Data>;
  /** Vendors and our own address are asked only where somebody is given who asks. */
  ask?: { vendors: Sender['send']; self: Sender['send'] } | undefined;
  /** How times are written; ISO in UTC unless given. */
  time?: WriteTime;
}

export async function diagnoseMachine({ environment, tagFolder, now, ask, ...given }: Examined): Promise<Finding[]> {
  const { findings, usable } =
    environment.databaseUrl === undefined
      ? fileFindings(databaseFile(environment.data), now)
      : await databaseFindings(environment.databaseUrl, now);
  const machine = [...folderFindings(environment), ...limitFindings(environment), ...findings, tagFinding(tagFolder)];
  if (!usable) return machine;
  const { store, sites, seal } = await given.openData();
  const domains = [...sites.byId.values()].map(({ config }) => ({ id: config.id, domains: config.domains }));
  const { alerts } = await store.configuration();
  return [
    ...machine,
    ...(ask ? await addressFindings({ environment, sites: domains, send: ask.self }) : []),
    ...(ask ? await pageFindings([...sites.byId.values()], { send: ask.vendors, path: environment.path }) : []),
    ...(await examineInstallation({
      ...{ store, sites, channels: openChannels(alerts, seal), now },
      ...{ allowPrivate: environment.allowPrivate, limits: environment.limits },
      ...(ask ? { send: ask.vendors } : {}),
      ...(given.time ? { time: given.time } : {}),
    })),
  ];
}

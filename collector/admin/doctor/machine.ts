/** The part of the doctor that looks at the machine: folder, file, address, tag. */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../environment.ts';
import { LITTLE_ROOM, NO_ROOM, readDisk } from '../../lib/disk.ts';
import { networkKey } from '../../lib/limits/network-key.ts';
import type { Sender } from '../../outbound/send.ts';
import { migrateTables } from '../../store/sqlite/migrate.ts';
import { openDatabase } from '../../store/sqlite/open.ts';
import { explainEmptyFile, explainFileFault } from '../../store/start-error.ts';
import { createTagServer, readTagBundle } from '../../tag-files/site-tag.ts';
import { migrationsFinding } from './database.ts';
import { describeFinding, type Finding } from './finding.ts';

const MB = 1024 * 1024;
/** Numbers of statfs(2) for file systems over a network, where SQLite's log can't be trusted. */
const NETWORK = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
]);

export function folderFindings({ data }: Pick<Environment, 'data'>): Finding[] {
  const area = 'data folder';
  // That there is no data yet is said beside it.
  if (!existsSync(data)) return [];
  if (!statSync(data).isDirectory())
    return [describeFinding({ area, level: 'fail', said: ['folder.file', { path: data }], mend: 'folder.file' })];
  try {
    accessSync(data, constants.R_OK | constants.W_OK);
  } catch {
    return [describeFinding({ area, level: 'fail', said: ['folder.locked', { path: data }], mend: 'folder.locked' })];
  }
  const { free, type } = readDisk(data);
  const findings: Finding[] = [];
  const room = ['folder.full', { count: free }] as const;
  if (free < NO_ROOM) findings.push(describeFinding({ area, level: 'fail', said: room, mend: 'folder.full' }));
  else if (free < LITTLE_ROOM) findings.push(describeFinding({ area, level: 'warn', said: room, mend: 'folder.soon' }));
  const system = NETWORK.get(type);
  if (system !== undefined) {
    const said = ['folder.network', { path: data, system }] as const;
    findings.push(describeFinding({ area, level: 'fail', said, mend: 'folder.network' }));
  }
  // Keys, the database with its log, and every copy of it that was put beside it.
  for (const name of readdirSync(data).filter((entry) =>
    /^(key|admin-token|clickthread\.db.*|serve\.lock)$/.test(entry),
  )) {
    const path = join(data, name);
    if ((statSync(path).mode & 0o077) !== 0)
      findings.push(
        describeFinding({ area, level: 'warn', said: ['folder.open', { path }], mend: ['folder.open', { path }] }),
      );
  }
  if (findings.length > 0) return findings;
  return [describeFinding({ area, level: 'ok', said: ['folder.ok', { path: data, count: free }] })];
}

/** Whether limits by address can hold: they need the visitor's own address, which a proxy hides unless it is named. */
export function limitFindings({ limits, trustProxy, host, publicUrl }: Environment): Finding[] {
  const area = 'limits';
  const warned = (code: 'limits.off' | 'limits.trustAll' | 'limits.proxy'): Finding[] => [
    describeFinding({ area, level: 'warn', said: code, mend: code }),
  ];
  if (!limits.address) return warned('limits.off');
  if (trustProxy === 'all') return warned('limits.trustAll');
  const behindProxy = networkKey(host) === undefined && host !== '0.0.0.0' && host !== '::' && publicUrl !== undefined;
  if (trustProxy === undefined && behindProxy) return warned('limits.proxy');
  return [describeFinding({ area, level: 'ok', said: 'limits.ok' })];
}

/** `usable`: the file can be read by this version as it is. */
export function fileFindings(file: string, now: number): { findings: Finding[]; usable: boolean } {
  if (!existsSync(file))
    return {
      findings: [describeFinding({ area: 'data', level: 'warn', said: 'data.none', mend: 'site.make' })],
      usable: false,
    };
  try {
    if (statSync(file).size === 0) throw explainEmptyFile(file);
    const db = openDatabase(file, { readonly: true });
    try {
      const missing = migrateTables({ db, file, now, dryRun: true });
      const durability = durabilityOf(db.pragma('journal_mode', { simple: true }));
      return { findings: [durability, migrationsFinding(missing)], usable: missing.length === 0 };
    } finally {
      db.close();
    }
  } catch (error) {
    const said = ['said', { said: explainFileFault(file, error).message }] as const;
    return {
      findings: [describeFinding({ area: 'durability', level: 'fail', said, mend: 'data.first' })],
      usable: false,
    };
  }
}

function durabilityOf(journal: unknown): Finding {
  const area = 'durability';
  // Else a copy that was put in place by hand; nothing was acknowledged in it yet.
  const said = journal === 'wal' ? 'data.durable' : (['data.noLog', { mode: String(journal) }] as const);
  return describeFinding({ area, level: 'ok', said });
}

export function tagFinding(folder: string): Finding {
  const area = 'tag';
  try {
    createTagServer({ bundle: readTagBundle(folder), sites: () => Promise.reject(new Error('not asked')) });
    return describeFinding({ area, level: 'ok', said: 'tag.built' });
  } catch (error) {
    const said = ['said', { said: (error as Error).message }] as const;
    return describeFinding({ area, level: 'fail', said, mend: 'tag.build' });
  }
}

/** Asks the public address for the tag, as a shopper's browser would. */
export async function addressFindings(given: {
  environment: Environment;
  sites: readonly { id: string; domains: readonly string[] }[];
  send: Sender['send'];
}): Promise<Finding[]> {
  const { environment, sites, send } = given;
  const { publicUrl, path } = environment;
  const area = 'public address';
  if (publicUrl === undefined)
    return [describeFinding({ area, level: 'warn', said: 'address.none', mend: 'address.none' })];
  const { hostname, protocol } = new URL(publicUrl);
  const findings: Finding[] = [];
  if (protocol !== 'https:' && !/^(localhost|127\.|\[::1\])/.test(hostname)) {
    const said = ['address.http', { url: publicUrl }] as const;
    findings.push(describeFinding({ area, level: 'fail', said, mend: 'address.http' }));
  }
  for (const { id, domains } of sites.filter(({ domains: own }) => !own.some((domain) => sameSite(hostname, domain)))) {
    const said = ['address.foreign', { host: hostname, domains: domains.join(', '), site: id }] as const;
    findings.push(describeFinding({ area, level: 'warn', said, mend: ['address.foreign', { path }] }));
  }
  const site = sites[0];
  const url = site ? `${publicUrl}${path}/${site.id}.js` : `${publicUrl}/healthz`;
  const sent = await send({ method: 'GET', url }, { timeout: 5000, maxBytes: MB });
  const answered = sent.ok && sent.response.status === 200;
  if (!answered) {
    const said = sent.ok
      ? (['address.status', { url, status: sent.response.status }] as const)
      : (['address.away', { url, said: sent.message }] as const);
    findings.push(describeFinding({ area, level: 'warn', said, mend: 'address.away' }));
  }
  return findings.length > 0 ? findings : [describeFinding({ area, level: 'ok', said: ['address.ok', { url }] })];
}

/** Whether two hosts share a parent of two labels or more: as much as can be told without the public suffix list. */
function sameSite(host: string, domain: string): boolean {
  const bare = domain.replace(/^\*\./, '').replace(/:\d+$/, '');
  if (host === bare || host.endsWith(`.${bare}`)) return true;
  const parent = host.split('.').slice(1);
  return parent.length >= 2 && (bare === parent.join('.') || bare.endsWith(`.${parent.join('.')}`));
}

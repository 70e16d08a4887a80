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
import type { Finding } from './finding.ts';

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
    return [{ area, level: 'fail', message: `${data} is a file.`, fix: 'Name a folder with CLICKTHREAD_DATA.' }];
  try {
    accessSync(data, constants.R_OK | constants.W_OK);
  } catch {
    return [
      {
        area,
        level: 'fail',
        message: `${data} can't be written.`,
        fix: 'Give it to the user that runs the collector, or set CLICKTHREAD_DATA.',
      },
    ];
  }
  const { free, type } = readDisk(data);
  const findings: Finding[] = [];
  if (free < NO_ROOM)
    findings.push({
      area,
      level: 'fail',
      message: `Only ${free} MB are free.`,
      fix: 'Make room: without it no order can be acknowledged.',
    });
  else if (free < LITTLE_ROOM)
    findings.push({ area, level: 'warn', message: `Only ${free} MB are free.`, fix: 'Make room soon.' });
  const network = NETWORK.get(type);
  if (network !== undefined)
    findings.push({
      area,
      level: 'fail',
      message: `${data} lies on ${network}.`,
      fix: 'Put CLICKTHREAD_DATA on a local disk: an order acknowledged there may not be safe.',
    });
  // Keys, the database with its log, and every copy of it that was put beside it.
  for (const name of readdirSync(data).filter((entry) =>
    /^(key|admin-token|clickthread\.db.*|serve\.lock)$/.test(entry),
  )) {
    const file = join(data, name);
    if ((statSync(file).mode & 0o077) !== 0)
      findings.push({ area, level: 'warn', message: `${file} can be read by others.`, fix: `chmod 600 ${file}` });
  }
  return findings.length > 0 ? findings : [{ area, level: 'ok', message: `${data}, ${free} MB free` }];
}

/** Whether limits by address can hold: they need the visitor's own address, which a proxy hides unless it is named. */
export function limitFindings({ limits, trustProxy, host, publicUrl }: Environment): Finding[] {
  const area = 'limits';
  if (!limits.address)
    return [
      {
        area,
        level: 'warn',
        message: 'Limits by address are off.',
        fix: 'Leave address=off out of CLICKTHREAD_LIMITS.',
      },
    ];
  if (trustProxy === 'all')
    return [
      {
        area,
        level: 'warn',
        message: 'CLICKTHREAD_TRUST_PROXY=all believes any address: whoever forges one is not limited.',
        fix: 'Set it to the number of proxies in front, such as 1.',
      },
    ];
  const behindProxy = networkKey(host) === undefined && host !== '0.0.0.0' && host !== '::' && publicUrl !== undefined;
  if (trustProxy === undefined && behindProxy)
    return [
      {
        area,
        level: 'warn',
        message: 'Limits by address are off: every visitor comes from the address of the proxy in front.',
        fix: 'Set CLICKTHREAD_TRUST_PROXY to the number of proxies, such as 1.',
      },
    ];
  return [{ area, level: 'ok', message: 'Addresses, visitors and order ids are limited.' }];
}

/** `usable`: the file can be read by this version as it is. */
export function fileFindings(file: string, now: number): { findings: Finding[]; usable: boolean } {
  const fix = 'Make a site with "clickthread init" or "clickthread apply FILE".';
  if (!existsSync(file))
    return { findings: [{ area: 'data', level: 'warn', message: 'There is no data yet.', fix }], usable: false };
  try {
    if (statSync(file).size === 0) throw explainEmptyFile(file);
    const db = openDatabase(file, { readonly: true });
    try {
      const missing = migrateTables({ db, file, now, dryRun: true });
      const durability = durabilityOf(db.pragma('journal_mode', { simple: true }));
      if (missing.length === 0)
        return {
          findings: [durability, { area: 'migrations', level: 'ok', message: 'None is missing.' }],
          usable: true,
        };
      const pending: Finding = {
        area: 'migrations',
        level: 'warn',
        message: `Missing: ${missing.join(', ')}`,
        fix: 'Run "clickthread migrate"; "serve" does it by itself.',
      };
      return { findings: [durability, pending], usable: false };
    } finally {
      db.close();
    }
  } catch (error) {
    const { message } = explainFileFault(file, error);
    return {
      findings: [
        {
          area: 'durability',
          level: 'fail',
          message,
          fix: 'Start nothing before this is mended.',
        },
      ],
      usable: false,
    };
  }
}

function durabilityOf(journal: unknown): Finding {
  const area = 'durability';
  if (journal === 'wal') return { area, level: 'ok', message: 'Write-ahead log, an fsync for every commit.' };
  // A copy that was put in place by hand; nothing was acknowledged in it yet.
  const message = `The file has no write-ahead log yet (journal_mode=${String(journal)}): the next start turns it on.`;
  return { area, level: 'ok', message };
}

export function tagFinding(folder: string): Finding {
  const area = 'tag';
  try {
    createTagServer({ bundle: readTagBundle(folder), sites: () => Promise.reject(new Error('not asked')) });
    return { area, level: 'ok', message: 'The tag is built.' };
  } catch (error) {
    return {
      area,
      level: 'fail',
      message: (error as Error).message,
      fix: 'Run "npm run build", or install the package again.',
    };
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
    return [
      {
        area,
        level: 'warn',
        message: 'Browsers are told the address that the collector listens on.',
        fix: 'Set CLICKTHREAD_PUBLIC_URL to the https address that shoppers reach, such as https://t.shop.example.',
      },
    ];
  const { hostname, protocol } = new URL(publicUrl);
  const findings: Finding[] = [];
  if (protocol !== 'https:' && !/^(localhost|127\.|\[::1\])/.test(hostname))
    findings.push({
      area,
      level: 'fail',
      message: `${publicUrl} is not https: browsers of https shops refuse it.`,
      fix: 'Put a proxy with a certificate in front, and set CLICKTHREAD_PUBLIC_URL.',
    });
  for (const { id, domains } of sites.filter(({ domains: own }) => !own.some((domain) => sameSite(hostname, domain))))
    findings.push({
      area,
      level: 'warn',
      message: `${hostname} is another site than ${domains.join(', ')} of ${id}: the cookie that outlives Safari's seven days can't be set.`,
      fix: `Give the collector a name below the shop's own domain, or proxy ${path} from the shop.`,
    });
  const site = sites[0];
  const url = site ? `${publicUrl}${path}/${site.id}.js` : `${publicUrl}/healthz`;
  const sent = await send({ method: 'GET', url }, { timeout: 5000, maxBytes: MB });
  const answered = sent.ok && sent.response.status === 200;
  if (!answered) {
    const what = sent.ok ? `answered ${sent.response.status}` : sent.message;
    findings.push({
      area,
      level: 'warn',
      message: `${url}: ${what}`,
      fix: "Start the collector, then check DNS, proxy and firewall. From inside some networks the public address can't be reached.",
    });
  }
  return findings.length > 0 ? findings : [{ area, level: 'ok', message: `${url} answers.` }];
}

/** Whether two hosts share a parent of two labels or more: as much as can be told without the public suffix list. */
function sameSite(host: string, domain: string): boolean {
  const bare = domain.replace(/^\*\./, '').replace(/:\d+$/, '');
  if (host === bare || host.endsWith(`.${bare}`)) return true;
  const parent = host.split('.').slice(1);
  return parent.length >= 2 && (bare === parent.join('.') || bare.endsWith(`.${parent.join('.')}`));
}

/** Which addresses the collector may call: https, and no host of the operator's own network unless the operator says so. */
import { lookup as dnsLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface GuardOptions {
  /** `CLICKTHREAD_ALLOW_PRIVATE`: private and loopback hosts, over plain http too. */
  allowPrivate: boolean;
}

/** A host's addresses; given by tests, the system's resolver otherwise. */
export type Resolve = (host: string) => Promise<string[]>;

export const systemResolve: Resolve = async (host) =>
  (await dnsLookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Where machines of a cloud are told their credentials, beside the link-local range: Azure's wire server, and what AWS, Alibaba and Oracle have
 * in private and reserved ones. Nobody's shop lives there: they stay refused where private hosts are allowed.
 */
const METADATA = new Set(['168.63.129.16', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192']);

export class RefusedAddress extends Error {
  readonly code = 'REFUSED_ADDRESS';
}

/** What is wrong with calling this IP address, or `undefined`. Everything that isn't plain public unicast is refused. */
export function refusedRange(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'not an address';
  const ip = ipaddr.process(address);
  const range = ip.range();
  if (range !== 'unicast') return range;
  if (METADATA.has(ip.toString())) return 'metadata';
  // `::a.b.c.d`, deprecated IPv4-compatible addresses, reach the IPv4 host on some systems.
  if (ip instanceof ipaddr.IPv6 && ip.parts.slice(0, 6).every((part) => part === 0)) return 'ipv4Compatible';
  return undefined;
}

/** Whether it is a machine's own metadata service, in whatever clothes an IPv4 address wears. */
function isMetadata(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  if (ip.range() === 'linkLocal' || METADATA.has(ip.toString())) return true;
  if (!(ip instanceof ipaddr.IPv6)) return false;
  const [high = 0, low = 0] = ip.range() === '6to4' ? ip.parts.slice(1, 3) : ip.parts.slice(6);
  const isClothed =
    ['6to4', 'rfc6052', 'rfc6145'].includes(ip.range()) || ip.parts.slice(0, 6).every((part) => part === 0);
  return isClothed && isMetadata([high >> 8, high & 255, low >> 8, low & 255].join('.'));
}

/** Why this IP address must not be called under the operator's settings; undefined if it may. */
function refusedFor(address: string, { allowPrivate }: GuardOptions): string | undefined {
  if (isMetadata(address)) return 'metadata';
  return allowPrivate ? undefined : refusedRange(address);
}

/**
 * Why an address must not be called, as far as it shows without asking DNS; `undefined` if it may.
 * `URL` has turned decimal, octal and hexadecimal hosts into dotted ones by then, so the literal check sees them all.
 */
export function checkAddress(address: string, { allowPrivate }: GuardOptions): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return 'the address is not a URL';
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    return `the address must begin with https:// (${url.protocol}//${url.hostname} is not protected on its way). For a rehearsal on this machine set CLICKTHREAD_ALLOW_PRIVATE=1`;
  }
  if (url.username !== '' || url.password !== '') return 'the address must not contain a user name or password';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && /(^|\.)localhost\.?$/.test(host)) return refusal(host, 'loopback');
  const range = ipaddr.isValid(host) ? refusedFor(host, { allowPrivate }) : undefined;
  return range === undefined ? undefined : refusal(host, range);
}

const refusal = (host: string, range: string): string =>
  range === 'metadata'
    ? `${host} is not a public address (metadata): a machine keeps its own credentials there, and it is never called, whatever the settings`
    : `${host} is not a public address (${range}); set CLICKTHREAD_ALLOW_PRIVATE=1 to allow private hosts`;

/**
 * The lookup of every connection: resolves once, checks every address of the answer, and gives the connection exactly those, so that
 * a second answer of the name server can't lead elsewhere (DNS rebinding).
 */
export function guardedLookup({ allowPrivate, resolve }: GuardOptions & { resolve: Resolve }): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const refused = addresses.find((address) => refusedFor(address, { allowPrivate }) !== undefined);
        if (refused !== undefined) {
          const range = refusedFor(refused, { allowPrivate }) ?? '';
          callback(new RefusedAddress(refusal(`${host} (${refused})`, range)), '', 0);
          return;
        }
        const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
        const first = found[0];
        if (first === undefined) {
          callback(Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), '', 0);
          return;
        }
        if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

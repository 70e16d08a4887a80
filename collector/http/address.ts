/** The visitor's address, believed only as far as the operator named the proxies in front. */
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

const NAMED: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Hosts that a browser may have asked, the likeliest first: what a trusted proxy says it was asked, the header, and the public address,
 * for a proxy that rewrites the one and says nothing of the other.
 */
export function hostReader(options: {
  trustProxy: string[] | number | 'all' | undefined;
  publicUrl: string | undefined;
}): (request: IncomingMessage) => string[] {
  const believes = believer(options.trustProxy);
  const own = options.publicUrl === undefined ? [] : [new URL(options.publicUrl).host];
  return ({ headers, socket: { remoteAddress } }) => {
    const { host, 'x-forwarded-host': forwarded } = headers;
    const isProxy = remoteAddress !== undefined && believes(remoteAddress, 0);
    const told = isProxy && typeof forwarded === 'string' ? [forwarded.split(',')[0]!.trim()] : [];
    return [...told, ...(host === undefined ? [] : [host]), ...own];
  };
}

/** `hop` counts from the one that speaks to us. */
function believer(trustProxy: string[] | number | 'all' | undefined): (address: string, hop: number) => boolean {
  if (trustProxy === 'all') return () => true;
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy;
  const trusted = ranges(trustProxy ?? []);
  return (address) => trusted.some((range) => inRange(address, range));
}

/**
 * The visitor's address. Without `CLICKTHREAD_TRUST_PROXY` it is that of the connection; with it, `X-Forwarded-For` is read from its end for as
 * long as the speaker is a proxy of the owner's: what a visitor wrote in front of it counts for nothing. Truncated by whoever stores it.
 */
export function addressReader(
  trustProxy: string[] | number | 'all' | undefined,
): (request: IncomingMessage) => string | undefined {
  const believes = believer(trustProxy);
  return (request) => {
    let address = request.socket.remoteAddress;
    const forwarded = request.headers['x-forwarded-for'];
    if (trustProxy === undefined || typeof forwarded !== 'string') return address;
    for (const [hop, part] of forwarded.split(',').reverse().entries()) {
      if (address === undefined || !believes(address, hop)) break;
      const next = withoutPort(part.trim());
      if (!ipaddr.isValid(next)) break;
      address = next;
    }
    return address;
  };
}

/** Some proxies (Azure's Application Gateway, IIS) write the port behind the address, and IPv6 in brackets then. */
const withoutPort = (text: string): string =>
  /^\[([\da-f:.]+)\](?::\d+)?$/i.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text;

type Range = ReturnType<typeof ipaddr.parseCIDR>;

function ranges(list: string[]): Range[] {
  return list
    .flatMap((entry) => NAMED[entry.toLowerCase()] ?? [entry])
    .map((entry) => ipaddr.parseCIDR(entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`));
}

function inRange(address: string, range: Range): boolean {
  const parsed = ipaddr.process(address);
  return parsed.kind() === range[0].kind() && parsed.match(range);
}

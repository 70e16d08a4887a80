/** The visitor's address, believed only as far as the operator named the proxies in front. */
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

const NAMED: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Addresses are truncated by whoever stores them; this only finds the right one. */
export function addressReader(
  trustProxy: string[] | 'all' | undefined,
): (request: IncomingMessage) => string | undefined {
  const trusted = trustProxy === undefined || trustProxy === 'all' ? [] : ranges(trustProxy);
  const believes = (address: string): boolean =>
    trustProxy === 'all' || trusted.some((range) => inRange(address, range));
  return (request) => {
    let address = request.socket.remoteAddress;
    const forwarded = request.headers['x-forwarded-for'];
    if (trustProxy === undefined || typeof forwarded !== 'string') return address;
    for (const hop of forwarded.split(',').reverse()) {
      if (address === undefined || !believes(address)) break;
      const next = hop.trim();
      if (!ipaddr.isValid(next)) break;
      address = next;
    }
    return address;
  };
}

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

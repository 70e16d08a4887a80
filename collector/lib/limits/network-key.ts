/** What of an address stands for one visitor: IPv4 whole, IPv6 its /64, nothing where the address is not a visitor's. Pure. */
import { isIP } from 'node:net';

/** Loopback, "this network", private (RFC 1918), link-local, and what a carrier's customers share (RFC 6598). */
const NOT_A_VISITOR =
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/**
 * Undefined for loopback, private and link-local addresses: behind them stand many visitors, or nobody on the internet. Read by hand
 * because it runs for every request of a browser; ipaddr.js takes 4 µs for an IPv6 address, half as much as all limits together may.
 */
export function networkKey(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  switch (isIP(address)) {
    case 4:
      return NOT_A_VISITOR.test(address) ? undefined : address;
    case 6:
      return ipv6Key(address.toLowerCase());
    default:
      return undefined;
  }
}

function ipv6Key(address: string): string | undefined {
  // An IPv4 address in IPv6 clothes is the IPv4 address; NAT64 puts all of them into one /64.
  const lastColon = address.lastIndexOf(':');
  if (address.includes('.', lastColon)) return networkKey(address.slice(lastColon + 1));
  const groups = firstGroups(address);
  const first = groups[0]!;
  // Loopback and "no address", unique local (fc00::/7), link-local (fe80::/10).
  if (groups.every((group) => group === 0) || (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80)
    return undefined;
  return first === 0x64 && groups[1] === 0xff9b ? address : groups.map((group) => group.toString(16)).join(':');
}

/** The four groups that name the network; `::` stands for as many noughts as are missing. */
function firstGroups(address: string): number[] {
  const gap = address.indexOf('::');
  const before = gap < 0 ? address.split(':') : address.slice(0, gap).split(':');
  const after = gap < 0 ? [] : address.slice(gap + 2).split(':');
  const zeros = gap < 0 ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return all.slice(0, 4).map((group) => (group === '' ? 0 : Number.parseInt(group, 16)));
}

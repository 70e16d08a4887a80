/** Step 4 of 5. Keyed hashes by which orders of one visitor, one network address and one click are counted. Pure. */
import ipaddr from 'ipaddr.js';
import type { OrderCommand } from '../../intake/command.ts';
import type { Seal } from '../../lib/seal.ts';

export interface Marks {
  visitor?: string;
  address?: string;
  click?: string;
}

/** A command is asked twice: for what must be read, and when it is recorded. */
const known = new WeakMap<OrderCommand, Marks>();

/** The shop's own reports come from its server: they count for nobody. */
export function marksOf(command: OrderCommand, seal: Pick<Seal, 'hash'>): Marks {
  const cached = known.get(command);
  if (cached) return cached;
  const marks = command.reporter === 'shop' ? {} : makeMarks(command, seal);
  known.set(command, marks);
  return marks;
}

function makeMarks(command: OrderCommand, seal: Pick<Seal, 'hash'>): Marks {
  const address = command.ip === undefined ? undefined : networkOf(command.ip);
  const [click] = [
    ...command.valid.clicks,
    ...command.touches.filter(({ kind }) => kind === 'partner').toSorted((a, b) => b.at - a.at),
  ];
  return {
    ...(command.visitor === undefined ? {} : { visitor: markOf('visitor', command.visitor, seal) }),
    ...(address === undefined ? {} : { address: markOf('address', address, seal) }),
    ...(click === undefined ? {} : { click: markClick(click, seal) }),
  };
}

const markOf = (kind: string, value: string, seal: Pick<Seal, 'hash'>): string => seal.hash(`mark\n${kind}\n${value}`);

/** By which orders of one click find each other. */
export const markClick = ({ param, value }: { param: string; value: string }, seal: Pick<Seal, 'hash'>): string =>
  markOf('click', `${param}=${value}`, seal);

const SHARED = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified']);

/** The visitor's own address, IPv6 by /64; none for loopback, private and proxy addresses, which many share. */
export function networkOf(ip: string): string | undefined {
  if (!ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.process(ip);
  if (SHARED.has(address.range())) return undefined;
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as ipaddr.IPv6).parts.slice(0, 4).join(':')}/64`;
}

/** What the limits cost: a million requests over 100,000 addresses in one process, with and without, in nine alternating rounds. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTokenBuckets } from '../collector/lib/limits/token-buckets.ts';
import { networkKey } from '../collector/lib/limits/network-key.ts';
import { DEFAULT_LIMITS } from '../collector/lib/limits/request-limits.ts';

const REQUESTS = 1_000_000;
const ADDRESSES = 100_000;
const ROUNDS = 9;
const MOST_MICROSECONDS = 3;
const MOST_MEGABYTES = 20;

/** Every tenth address is an IPv6 one, as they come from phones. */
const addresses = Array.from({ length: ADDRESSES }, (_, n) =>
  n % 10 === 0
    ? `2001:db8:${(n >> 8).toString(16)}:${(n & 255).toString(16)}::${n.toString(16)}`
    : `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
);

/** What the lane reads anyway, so that the ratio says what the limits add to a request. */
const bodies = Array.from({ length: 50_000 }, (_, n) =>
  JSON.stringify({
    visitor: `visitor-${n}`,
    orderId: `O${n}`,
    total: '112.00',
    touches: [{ param: 'irclickid', value: 'abc', at: 1 }],
  }),
);
/** The clock of all rounds goes on: a request every 40 µs. */
let moment = 0;

export async function run(): Promise<boolean> {
  const before = memory();
  const limits = openLimits();
  loop(limits);
  const megabytes = (memory() - before) / 1024 / 1024;
  const bare: number[] = [];
  const limited: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(loop(undefined));
    limited.push(loop(limits));
  }
  const cost = limited.map((value, index) => value - bare[index]!);
  const ratios = limited.map((value, index) => value / bare[index]!);
  const [middle, slowest] = [median(cost), Math.max(...cost)];
  const lines = [
    `Limits: ${REQUESTS} requests over ${ADDRESSES} addresses, ${ROUNDS} alternating rounds`,
    `CPU of address, visitor and order limits, a request: ${fixed(middle, 2)} µs, at most ${fixed(slowest, 2)} (target: ≤ ${MOST_MICROSECONDS})`,
    `memory with all addresses known: ${fixed(megabytes, 1)} MB (target: ≤ ${MOST_MEGABYTES})`,
    `with ÷ without, the parsing of the body included: median ${fixed(median(ratios), 3)}, from ${fixed(Math.min(...ratios), 3)} to ${fixed(Math.max(...ratios), 3)}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return middle <= MOST_MICROSECONDS && megabytes <= MOST_MEGABYTES;
}

function openLimits() {
  return {
    address: createTokenBuckets({ ...DEFAULT_LIMITS.address!, keys: 262_144 }),
    visitor: createTokenBuckets({ ...DEFAULT_LIMITS.visitor!, keys: 131_072 }),
    order: createTokenBuckets({ ...DEFAULT_LIMITS.order!, keys: 65_536 }),
    firstReport: createTokenBuckets({ perSecond: 1 / 3600, burst: 1, keys: 65_536 }),
    firstReports: createTokenBuckets({ ...DEFAULT_LIMITS.order!, keys: 65_536 }),
  };
}

/** Microseconds of CPU a request. */
function loop(limits: ReturnType<typeof openLimits> | undefined): number {
  const start = process.cpuUsage();
  let passed = 0;
  for (let n = 0; n < REQUESTS; n += 1) {
    const address = addresses[n % ADDRESSES]!;
    const { visitor, orderId } = JSON.parse(bodies[n % bodies.length]!) as { visitor: string; orderId: string };
    if (!limits) {
      passed += visitor.length > 0 ? 1 : 0;
      continue;
    }
    const now = (moment += 0.04);
    const key = networkKey(address);
    if (key !== undefined && limits.address.take(key, now) > 0) continue;
    if (limits.visitor.take(visitor, now) > 0) continue;
    const isFirst = limits.firstReport.take(`${orderId}\n${key}`, now) === 0;
    if (limits.order.take(orderId, now) > 0 && !(isFirst && limits.firstReports.take(orderId, now) === 0)) continue;
    passed += 1;
  }
  const { user, system } = process.cpuUsage(start);
  if (passed === 0) throw new Error('Nothing passed: the loop measured refusals.');
  return (user + system) / REQUESTS;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is left once garbage is gone. */
function memory(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const fixed = (value: number, digits: number): string => value.toFixed(digits);

/**
 * The shop's word on its orders, posted by its webhook or asked for, given to ingest. What was placed before the connection was made and is not
 * known here is history: an old order that somebody edits is no sale of today, and networks are told of none.
 */
import type { Problem } from '../../wire/problem.ts';
import type { Site } from '../configuration/sites.ts';
import type { Command, CommandReply } from '../intake/command.ts';
import { reportCommand } from '../intake/read-shop-report.ts';
import { decimalAmount } from '../kit/amount.ts';
import type { ShopReport } from '../kit/source.ts';
import { minutes } from '../lib/duration.ts';
import type { Store } from '../store/store.ts';

export interface HeardReport {
  orderId: string;
  result: 'history' | 'invalid' | Exclude<OrderReply['result'], 'invalid'>;
  errors?: readonly Problem[];
  warnings?: readonly Problem[];
  /** What nobody has told yet of what went back, in words. */
  unclear?: string;
}

type OrderReply = Extract<CommandReply, { type: 'order' | 'change' }>;

export interface HearDeps {
  /** Stored when it resolves. */
  ingest(commands: Command[]): Promise<readonly CommandReply[]>;
  store: Pick<Store, 'order'>;
  now: number;
}

/** The shop's clock and ours may differ by so much. */
const CLOCKS = minutes(1);

export async function hearReports(
  reports: readonly ShopReport[],
  { site, createdAt }: { site: Site; createdAt: number },
  { ingest, store, now }: HearDeps,
): Promise<HeardReport[]> {
  const id = site.config.id;
  const heard: { report: ShopReport; history: boolean }[] = [];
  for (const given of reports) {
    const report = await withoutOldTotal(given, id, store);
    heard.push({ report, history: isOld(report, createdAt) && !(await isKnown(report, id, store)) });
  }
  const fresh = heard.filter(({ history }) => !history);
  const commands = fresh.map(({ report }) => reportCommand(report, site, now));
  const replies = commands.length === 0 ? [] : await ingest(commands);
  const told = commands.map((command, index) => heardOf(command, replies[index]!)).values();
  return heard.map(({ report, history }) => {
    const { unclear } = report;
    if (history) return { orderId: orderIdOf(report), result: 'history' };
    return { ...told.next().value!, ...(unclear === undefined ? {} : { unclear }) };
  });
}

/**
 * Of a shop that doesn't say how much went back a person has told what is left: the total that the shop had stated before says nothing against it,
 * however often it is repeated. Another one is the shop's newer word.
 */
async function withoutOldTotal(report: ShopReport, site: string, store: HearDeps['store']): Promise<ShopReport> {
  if (!('order' in report) || report.unclear === undefined) return report;
  const stored = await store.order(site, orderIdOf(report));
  const stated = stored?.words.shop?.basis;
  if (!stored || !stated || stored.order.total >= stated.total) return report;
  if (decimalAmount(stated.total, stated) !== report.order['total']) return report;
  const { changedAt, order } = report;
  return {
    ...(changedAt === undefined ? {} : { changedAt }),
    orderId: orderIdOf(report),
    change: { status: order['status'] },
  };
}

const orderIdOf = (report: ShopReport): string =>
  'order' in report ? String(report.order['orderId']) : report.orderId;

/** Under any of its names. */
async function isKnown(report: ShopReport, site: string, store: HearDeps['store']): Promise<boolean> {
  const aliases = 'order' in report && Array.isArray(report.order['aliases']) ? report.order['aliases'] : [];
  const found = await Promise.all([orderIdOf(report), ...aliases].map((name) => store.order(site, String(name))));
  return found.some((stored) => stored !== undefined);
}

function isOld(report: ShopReport, createdAt: number): boolean {
  const placedAt = 'order' in report ? Date.parse(String(report.order['placedAt'])) : NaN;
  return placedAt < createdAt - CLOCKS;
}

function heardOf(command: Command, reply: CommandReply): HeardReport {
  if (command.type === 'refused') return { orderId: '', result: 'invalid', errors: command.errors };
  if (reply.type !== 'order' && reply.type !== 'change') throw new Error(`A shop reports no ${reply.type}.`);
  const { orderId, result, errors } = reply;
  const warnings = reply.type === 'order' && reply.warnings.length > 0 ? { warnings: reply.warnings } : {};
  return { orderId, result, ...(errors ? { errors } : {}), ...warnings };
}

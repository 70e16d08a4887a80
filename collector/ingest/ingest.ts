/** Step 4 of 5. One transaction for many commands: record, attribute, enqueue; replies exist only after the commit. */
import type { Sites } from '../configuration/sites.ts';
import type { Command, CommandReply, Work } from '../intake/command.ts';
import type { Clock } from '../lib/clock.ts';
import { minutes } from '../lib/duration.ts';
import { newId } from '../lib/id.ts';
import type { Seal } from '../lib/seal.ts';
import type { Delivery } from '../model/delivery.ts';
import { type Arrival, isOfBrowsers } from '../model/quarantined.ts';
import { cookielessVisitor, hintOf, withdrawalNames } from '../model/visitor.ts';
import { isFaultOfData } from '../store/rows/fault-of-data.ts';
import type { Known, Wanted } from '../store/ingest-store.ts';
import type { Store } from '../store/store.ts';
import { answerOf, recordWithdrawal, releaseWaiting } from './consent/hear-answer.ts';
import { changeOrder, ruleOrder } from './change-order.ts';
import { nameReport, findNumber } from './aliases/name-report.ts';
import { joinKey } from './decide.ts';
import {
  addTouches,
  type Draft,
  identityKeys,
  keysOfIdentity,
  emptyChanges,
  orderKey,
  personNames,
  recordOrderChanges,
  recordEvent,
  tieVisitor,
  workOf,
} from './draft.ts';
import { PAGE_GRACE } from './join-page.ts';
import { marksOf } from './watch/mark-claims.ts';
import { recordOrder } from './record-order.ts';
import { repairReport } from './repair/repair-report.ts';
import { asFirstHeard, pageVisitors } from './settle-page.ts';
import { rereadOrder } from './upgrade/reread-orders.ts';

/** Touches that a tag is told of: more than any cookie carries. */
const TOUCHES_ANSWERED = 100;

interface Replied {
  replies: CommandReply[];
  work: Work[];
}

export interface Ingest {
  /** Commits the commands in order; the replies stand in the same order. Rejects when nothing could be stored. */
  ingest(commands: Command[]): Promise<Replied>;
  /**
   * The same for commands of several people: one whose rows somebody holds comes `later`, under its place among the commands, and the others don't
   * wait for it. Its place among the replies is empty. One that can't be decided or written is answered as `failed`, and costs no other.
   */
  ingestEach(commands: Command[]): Promise<{
    replies: (CommandReply | undefined)[];
    work: Work[];
    later: ReadonlyMap<number, Promise<{ reply: CommandReply; work: Work[] }>>;
  }>;
}

/** `sites` gives what is in force at the moment of the batch. */
export function createIngest(deps: { store: Store; sites: () => Promise<Sites>; seal: Seal; clock: Clock }): Ingest {
  const { store, seal, clock } = deps;
  const decider = (sites: Sites, now: number) => (known: Known, commands: readonly Command[]) => {
    const batch: Draft = { known, changes: emptyChanges(), sites, seal, now };
    const replies = commands.map((command) => handle(command, batch));
    return { changes: batch.changes, result: { replies, work: workOf(batch.changes) } };
  };
  return {
    async ingest(commands) {
      const now = clock();
      const decide = decider(await deps.sites(), now);
      return store.transact(wantedBy(commands, { seal, now }), (known) => decide(known, commands));
    },
    async ingestEach(commands) {
      const now = clock();
      const decide = decider(await deps.sites(), now);
      const replies = new Array<CommandReply | undefined>(commands.length);
      const work: Work[] = [];
      const later = new Map<number, Promise<{ reply: CommandReply; work: Work[] }>>();
      const commit = async (parts: readonly Placed[]): Promise<void> => {
        const done = await store.transactEach<Placed, Replied>(parts, {
          wanted: (some) => decideOrBlame(() => wantedBy(some.map(commandOf), { seal, now })),
          decide: (known, some) => decideOrBlame(() => decide(known, some.map(commandOf))),
        });
        done.together?.parts.forEach(({ place }, index) => (replies[place] = done.together!.result.replies[index]));
        work.push(...(done.together?.result.work ?? []));
        for (const { part, result } of done.apart) {
          const replied = result.then(
            ({ replies: [reply], work: some }) => ({ reply: reply!, work: some }),
            (error: unknown) => ({ reply: blame(error), work: [] }),
          );
          replied.catch(() => undefined);
          later.set(part.place, replied);
        }
      };
      /** One that can't be decided or written is looked for by halves: the others are written without it. */
      const commitSound = async (parts: readonly Placed[]): Promise<void> => {
        try {
          await commit(parts);
        } catch (error) {
          const reply = blame(error);
          if (parts.length === 1) return void (replies[parts[0]!.place] = reply);
          const middle = Math.ceil(parts.length / 2);
          await commitSound(parts.slice(0, middle));
          await commitSound(parts.slice(middle));
        }
      };
      await commitSound(commands.map((command, place) => ({ command, place })));
      return { replies, work, later };
    },
  };
}

/** What threw was a decision: a fault of one of its reports, not of the store. */
class Undecided extends Error {}

function decideOrBlame<T>(decide: () => T): T {
  try {
    return decide();
  } catch (cause) {
    throw new Undecided((cause as Error).message, { cause });
  }
}

/** The reply to a report whose fault it is; throws where it is the store's, which concerns everybody. */
function blame(error: unknown): CommandReply {
  if (!(error instanceof Undecided) && !isFaultOfData(error)) throw error;
  const message = `could not be recorded: ${(error as Error).message.slice(0, 200)}`;
  return { type: 'failed', problem: { field: 'body', message } };
}

interface Placed {
  command: Command;
  place: number;
}
const commandOf = ({ command }: Placed): Command => command;

function wantedBy(commands: Command[], { seal, now }: { seal: Seal; now: number }): Wanted {
  const wanted: Wanted = { visitors: [], orders: [], identities: [], handovers: [] };
  for (const command of commands) {
    const { site } = command;
    const answer = command.type === 'touch' || command.type === 'order' ? answerOf(command) : undefined;
    if (answer) (wanted.answers ??= []).push(answer);
    if (command.type === 'touch') {
      if (!command.brief) wanted.visitors.push({ site, visitor: command.visitor });
      if (command.handover !== undefined) wanted.handovers.push({ site, id: command.handover });
    } else if (command.type === 'give') {
      wanted.handovers.push({ site, id: command.id });
    } else if (command.type === 'order') {
      const { order } = command.valid;
      if (command.visitor !== undefined) wanted.visitors.push({ site, visitor: command.visitor });
      if (command.visitor !== undefined && command.reporter === 'shop')
        wanted.visitors.push({ site, visitor: cookielessVisitor(command.visitor) });
      for (const orderId of [order.orderId, ...(command.also ?? []), ...(command.aliases ?? [])])
        wanted.orders.push({ site, orderId });
      if (command.reporter === 'browser')
        for (const visitor of pageVisitors(command))
          (wanted.recent ??= []).push({ site, visitor, since: now - PAGE_GRACE });
      for (const key of identityKeys(order, seal)) wanted.identities.push({ site, key });
      if (command.identity)
        for (const key of keysOfIdentity(command.identity, seal)) wanted.identities.push({ site, key });
      const visitors = command.visitor === undefined ? [] : withdrawalNames(command.visitor);
      (wanted.subjects ??= []).push({ site, names: [...visitors, ...personNames(order, seal)] });
      for (const mark of Object.values(marksOf(command, seal))) (wanted.sightings ??= []).push({ site, mark });
      (wanted.norms ??= []).push(site);
    } else if ('orderId' in command) {
      wanted.orders.push({ site, orderId: command.orderId });
    }
  }
  return wanted;
}

function handle(command: Command, batch: Draft): CommandReply {
  switch (command.type) {
    case 'touch':
      return recordTouches(command, batch);
    case 'give':
      return recordGiven(command, batch);
    case 'order': {
      const report = asFirstHeard(nameReport(command, batch), batch);
      if (report.reporter === 'browser') claim(report, batch);
      const reply = recordOrder(report, batch);
      releaseWaiting(report, batch);
      return reply;
    }
    case 'change':
      // A person means the order that is shown; the shop's server whichever has that name.
      return changeOrder(
        { ...command, orderId: findNumber({ ...command, row: command.by !== undefined }, batch) },
        batch,
      );
    case 'ruling':
      return ruleOrder({ ...command, orderId: findNumber({ ...command, row: true }, batch) }, batch);
    case 'repair':
      return repairReport(command, batch);
    case 'reread':
      return rereadOrder(command, batch);
    case 'fired':
      return recordFired({ ...command, orderId: findNumber({ ...command, row: true }, batch) }, batch);
    case 'refused':
      return keepRefused(command, batch);
  }
}

function recordTouches(command: Extract<Command, { type: 'touch' }>, batch: Draft): CommandReply {
  const { site, visitor, handover, consent } = command;
  if (consent?.marketing === 'denied') {
    recordWithdrawal(command, consent, batch);
    return { type: 'touch', visitor, touches: [] };
  }
  claim(command, batch);
  if (handover !== undefined) {
    const notCounted = countHandover({ site, id: handover, taker: visitor }, batch);
    if (notCounted) return { type: 'touch', visitor, touches: [], notCounted };
  }
  const touches = addTouches(command, batch);
  if (command.identity) tieVisitor({ site, visitor, keys: keysOfIdentity(command.identity, batch.seal) }, batch);
  releaseWaiting(command, batch);
  return { type: 'touch', visitor, touches: command.brief ? [] : touches.slice(-TOUCHES_ANSWERED) };
}

/** The visitor's cookie came: no page's id leads to its touches any more. */
function claim(named: { site: string; visitor?: string; foundBy?: string }, batch: Draft): void {
  const { site, visitor, foundBy } = named;
  if (visitor === undefined || foundBy !== undefined || hintOf(visitor) !== undefined) return;
  (batch.changes.claimed ??= []).push({ site, visitor });
}

/** Longer than the two minutes that a link may take, by as much as its maker's request may. */
const HANDOVER_LIFE = minutes(3);

/** Counts a hand-over once. `early` where the page that made it was not heard yet. */
function countHandover(
  { site, id, taker }: { site: string; id: string; taker: string },
  batch: Draft,
): 'early' | 'spent' | undefined {
  const key = orderKey(site, id);
  const given = batch.known.handovers.get(key);
  if (!given) return 'early';
  if (given.taker !== null || batch.now - given.at > HANDOVER_LIFE) return 'spent';
  const taken = { ...given, taker };
  batch.known.handovers.set(key, taken);
  batch.changes.handovers.push(taken);
  if (given.giver !== null) joinVisitors({ site, visitors: [given.giver, taker] }, batch);
  return undefined;
}

/** Both pages were one person's: each is found from the other. */
function joinVisitors({ site, visitors }: { site: string; visitors: [string, string] }, batch: Draft): void {
  const [giver, taker] = visitors;
  if (giver === taker) return;
  tieVisitor({ site, visitor: taker, keys: [joinKey(giver)] }, batch);
  tieVisitor({ site, visitor: giver, keys: [joinKey(taker)] }, batch);
}

function recordGiven(command: Extract<Command, { type: 'give' }>, batch: Draft): CommandReply {
  const { site, id, visitor } = command;
  const key = orderKey(site, id);
  if (!batch.known.handovers.has(key)) {
    const given = { site, id, at: batch.now, giver: visitor ?? null, taker: null };
    batch.known.handovers.set(key, given);
    batch.changes.handovers.push(given);
  }
  return { type: 'give' };
}

function recordFired(command: Extract<Command, { type: 'fired' }>, batch: Draft): CommandReply {
  const key = orderKey(command.site, command.orderId);
  const stored = batch.known.orders.get(key);
  const delivery = batch.known.deliveries.get(key)?.find(({ id }) => id === command.delivery);
  if (!stored || !delivery) return { type: 'fired', known: false };
  if (delivery.state !== 'due' && delivery.state !== 'sending') return { type: 'fired', known: true };
  const detail = command.detail ? ` (${command.detail})` : '';
  const next: Delivery = command.ok
    ? {
        ...delivery,
        state: 'delivered',
        reason: "fired in the shopper's browser",
        attempts: delivery.attempts + 1,
        nextAt: null,
        updatedAt: batch.now,
      }
    : {
        ...delivery,
        state: 'due',
        reason: `the shopper's browser could not fire it${detail}`,
        attempts: delivery.attempts + 1,
        updatedAt: batch.now,
      };
  recordOrderChanges(stored, [next], batch);
  recordEvent(stored, 'fired', `${delivery.connection}: ${next.reason}`, batch);
  return { type: 'fired', known: true };
}

function keepRefused(command: Extract<Command, { type: 'refused' }>, batch: Draft): CommandReply {
  const { site, route, body, errors, unlisted, arrival = {} } = command;
  if (unlisted !== undefined) (batch.changes.refusedPages ??= []).push({ site, host: hostOf(unlisted), at: batch.now });
  batch.changes.quarantine.push({
    id: newId(batch.now),
    site,
    at: batch.now,
    route,
    errors,
    body: batch.seal.seal(body),
    arrival: Object.keys(arrival).length === 0 ? null : batch.seal.seal(JSON.stringify(arrival)),
    // What a browser sends never stands for what the shop or another browser sent in the same words: each is read again as whose it is.
    fingerprint: batch.seal.hash(isOfBrowsers(route) ? `${whoseOf(arrival)}${body}` : `${route}\n${body}`),
    seen: 1,
  });
  return { type: 'refused' };
}

const whoseOf = ({ origin, visitor, ip }: Arrival): string =>
  origin === undefined && visitor === undefined && ip === undefined
    ? ''
    : `${JSON.stringify([origin, visitor ?? ip])}\n`;

/** What an owner would add to "domains". */
function hostOf(origin: string): string {
  return (URL.canParse(origin) && new URL(origin).hostname) || 'an address that is none';
}

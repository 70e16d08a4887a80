/** Step 5 of 5. Fills a lane whose turn it is: leases what is due, sends as much as its bounds allow, asks for verdicts with what is left of them. */
import type { Outcome } from '../../kit/destination.ts';
import type { Settlement, Store } from '../../store/store.ts';
import { confirmDelivery } from '../confirm.ts';
import { type Delivered, sendDelivery } from '../deliver.ts';
import { commonOutcome, deliverTogether } from '../deliver-together.ts';
import { leaveOf, lookAgain } from '../look-again.ts';
import type { DeliverDeps } from '../open-delivery.ts';
import { browserTurn } from './browser-share.ts';
import type { LaneKeeper } from './keep-lanes.ts';
import type { Lane } from './lane.ts';
import { beginTurn, LEASE_SPARE, type Turn, type TurnDeps } from './turn.ts';

/** Questions for verdicts use at most this share of a vendor's hourly limit; sales come first. */
const POLL_SHARE = 0.5;
/** Questions for verdicts that leave beside a batch. */
const POLLS_BESIDE = 4;

export interface FillDeps extends TurnDeps {
  store: TurnDeps['store'] & Pick<Store, 'claim' | 'claimConfirm' | 'gateOf'>;
  lanes: Pick<LaneKeeper, 'hold' | 'lasts'>;
  /** Names this process in leases. */
  owner: string;
  telling: Omit<DeliverDeps, 'mayStart' | 'leave'>;
  settle: (settlement: Settlement) => Promise<void>;
  /** Told what an exchange says of its connection. `probed`: it left while the breaker was open. */
  learn: (
    lane: Lane,
    outcome: Outcome | undefined,
    of: Pick<Turn, 'connection'> & { probed: boolean },
  ) => Promise<void>;
  wakeLane: (lane: Lane) => void;
}

export async function fillLane(lane: Lane, deps: FillDeps): Promise<void> {
  const turn = await beginTurn(lane, deps);
  if (!turn) return deps.giveBack(lane);
  await leaseAhead(turn, deps);
  await sendLeased(turn, deps);
  await askForVerdicts(turn, deps);
}

/** What may not be told twice is leased only when it leaves: a crash then leaves little in doubt. */
async function leaseAhead(turn: Turn, { store, owner }: FillDeps): Promise<void> {
  const { lane, destination, token, now, budget, probing, concurrency, leaseMs, batch } = turn;
  const depth = destination.idempotent === true ? concurrency * 2 : concurrency;
  const ahead = probing ? 1 : depth;
  const requests = Math.min(ahead - lane.running, budget.available(now));
  const wanted = (batch ? Math.min(1, requests) * mostTogether(turn) : requests) - lane.buffer.length;
  if (wanted <= 0 || lane.buffer.length >= Math.max(1, concurrency / 2)) return;
  const browserOnly = browserTurn(lane, now);
  const claims = await store.claim({
    ...{ site: lane.site, connection: lane.connection, now, leaseMs, limit: wanted, owner, lane: token },
    ...(browserOnly ? { browserOnly } : {}),
  });
  const times = { leasedAt: now, until: now + LEASE_SPARE, leaseEnds: now + leaseMs };
  lane.buffer.push(...claims.map((claimed) => ({ claimed, ...times })));
}

/** Deliveries that leave in one request. */
const mostTogether = ({ probing, batch }: Turn): number => (probing ? 1 : (batch?.most ?? 1));

async function sendLeased(turn: Turn, deps: FillDeps): Promise<void> {
  const { lane, connection, destination, token, now, budget, concurrency, timeout, batch } = turn;
  while (lane.buffer.length > 0 && lane.running < concurrency && budget.available(now) > 0) {
    budget.take(1, now);
    const entries = lane.buffer.splice(0, mostTogether(turn));
    for (const { claimed } of entries) {
      lane.confirmedInTurn = claimed.confirmed ? lane.confirmedInTurn + 1 : 0;
      if (!claimed.confirmed) lane.browserBudget?.take(1, now);
    }
    // A process that was frozen wakes up with a request in its hands that somebody else has made meanwhile.
    const lastStart = Math.min(...entries.map(({ leaseEnds }) => leaseEnds)) - timeout;
    const mayStart = (): boolean => deps.clock() <= lastStart && deps.lanes.lasts(token);
    const claims = await lookAgain(entries, deps.store, now);
    const { store, clock } = deps;
    const leave = leaveOf({ claims, destination, store, clock, lookedAt: now });
    const telling = { ...deps.telling, mayStart, leave };
    if (!batch) {
      followExchange(turn, alone(sendDelivery(claims[0]!, connection, telling)), deps);
      continue;
    }
    // What comes meanwhile goes together.
    lane.pausedUntil = Math.max(lane.pausedUntil, now + batch.every);
    followExchange(turn, deliverTogether(claims, connection, telling), deps);
    break;
  }
}

async function askForVerdicts(turn: Turn, deps: FillDeps): Promise<void> {
  const { lane, connection, destination, token, now, budget, probing, concurrency, leaseMs, batch } = turn;
  if (probing || !destination.confirm) return;
  const limit = Math.min(
    // Beside a batch there is room for questions, or a steady stream of orders would leave none.
    (batch ? concurrency + POLLS_BESIDE : concurrency) - lane.running,
    Math.floor(budget.available(now) - (lane.perHour ?? 0) * (1 - POLL_SHARE)),
  );
  if (limit <= 0) return;
  const telling = { ...deps.telling, mayStart: (): boolean => deps.lanes.lasts(token) };
  const polls = { site: lane.site, connection: lane.connection, now, leaseMs, limit, lane: token };
  for (const claimed of await deps.store.claimConfirm(polls)) {
    budget.take(1, now);
    followExchange(turn, alone(confirmDelivery(claimed, connection, telling)), deps, true);
  }
}

const alone = async (work: Promise<Delivered>): Promise<Delivered[]> => [await work];

/** Sees to what comes of an exchange: it is written down, counted and learnt from, and the lane goes on. Not waited for. */
function followExchange({ lane, connection }: Turn, work: Promise<Delivered[]>, deps: FillDeps, poll = false): void {
  lane.running += 1;
  const probed = lane.breaker !== undefined;
  const { token } = lane;
  const { clock, lanes, budgetOf, settle, learn } = deps;
  const conclude = async (): Promise<void> => {
    const told = await work;
    await Promise.all(told.map(({ settlement }) => settle(settlement)));
    const extra = told.reduce((sum, { requests }) => sum + requests, 0) - 1;
    if (extra > 0) (await budgetOf(lane, connection, clock())).take(extra, clock());
    // Of a lane that went to somebody else meanwhile it says nothing: what was not sent is no failure of the vendor.
    if (!poll && token && lanes.lasts(token)) await learn(lane, commonOutcome(told), { connection, probed });
  };
  deps.inFlight.track(
    conclude().finally(() => {
      lane.running -= 1;
      deps.wakeLane(lane);
    }),
  );
}

/** What one process at a time does: the reports of a connection, or of several that a vendor counts together; forgetting. Held for seconds, kept by asking. */

/** The right to a lane. */
export interface LaneToken {
  name: string;
  owner: string;
  /** Greater with every change of hands: who held it before claims nothing more by its token. */
  fence: number;
}

export interface TakenLane extends LaneToken {
  /** Milliseconds that it is safe for, from when it was asked for; `Infinity` where no other process can take it. */
  lasts: number;
}

/** A connection that has something due. */
export interface DueWork {
  site: string;
  connection: string;
}

export interface LaneStore {
  /** Takes those of the named that nobody holds; answers with those that are the owner's now. */
  takeLanes(owner: string, names: readonly string[]): Promise<TakenLane[]>;
  /** Prolongs whatever the owner still holds, and names it. */
  keepLanes(owner: string): Promise<TakenLane[]>;
  /** Gives the named ones back: the next may take them at once. */
  leaveLanes(owner: string, names: readonly string[]): Promise<void>;
  /** Requests of a connection that may be on their way: what is leased right now, by whomever. */
  leasedNow(site: string, connection: string, now: number): Promise<number>;
  /** Tells other processes of it, for one of them may hold the lane. Best effort: whoever holds it looks every second. */
  tellDue(work: readonly DueWork[]): Promise<void>;
  /** Hears what others tell, from when it settles and until the returned function is called; never, where the store can't carry news. */
  hearDue(hear: (work: DueWork) => void): Promise<() => Promise<void>>;
  /** A vendor asked to be left alone for so many milliseconds from now: whoever takes the lane next keeps to it. A longer wish of before stays. */
  notePause(site: string, connection: string, ms: number): Promise<void>;
  /** Milliseconds that are left of it; 0 where nobody asked. */
  pausedFor(site: string, connection: string): Promise<number>;
}

/** A clock that only the test moves. */

export interface ManualClock {
  now: () => number;
  /** Moves it forward. */
  pass(ms: number): void;
  set(at: number): void;
}

/** Begins at the invented noon that most tests share. */
export function manualClock(at = Date.parse('2026-11-20T12:00:00Z')): ManualClock {
  let now = at;
  return {
    now: () => now,
    pass: (ms) => void (now += ms),
    set: (next) => void (now = next),
  };
}

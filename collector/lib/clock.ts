/** The clock. Everything takes it as a parameter, so that tests can hold it still. */

/** Milliseconds since the epoch. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Milliseconds since some moment, which no correction of the clock moves: for what measures how long. */
export const monotonicClock: Clock = () => performance.now();

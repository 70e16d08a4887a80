/** The clock. Everything takes it as a parameter, so that tests can hold it still. */

/** Milliseconds since the epoch. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

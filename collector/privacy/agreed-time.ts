/** The time that deletion and deadlines go by: it follows the machine's clock, but no faster than a day per day of running. Pure. */

/**
 * The next agreed time after `elapsed` milliseconds of running. It passes as fast as real time does, and closes what is missing to the
 * clock, in either direction, by at most as much again: a clock that leaps a hundred days for five seconds drags it along by five
 * seconds, and after a standstill of a day it is right again after a day of running.
 */
export function followClock(given: { agreed: number; clock: number; elapsed: number }): number {
  const { agreed, clock, elapsed } = given;
  const passed = agreed + elapsed;
  return passed + Math.min(elapsed, Math.max(-elapsed, clock - passed));
}

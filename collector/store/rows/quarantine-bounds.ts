/** How much of what was refused every engine keeps. */

/** Refused orders kept per site of what browsers sent, and as many of what the shop sent; beyond it the oldest make room. */
export const QUARANTINE_KEPT = 10_000;
/** Bytes kept per site of what browsers sent, and as many of what the shop sent: a stranger's flood pushes out no order of the shop. */
export const QUARANTINE_BYTES = 64 * 1024 * 1024;
/** What is left after the oldest have made room, so that not every refusal has to make some. */
export const QUARANTINE_AFTER_TRIM = 0.9 * QUARANTINE_BYTES;
/** Counting so many rows costs a millisecond of everybody's commit, so it is done once for so many refusals. */
export const QUARANTINE_COUNT_EVERY = 100;

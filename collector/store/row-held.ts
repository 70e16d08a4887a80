/** How an engine says that somebody else holds a row for longer than one waits for it (PostgreSQL's lock_not_available); nothing was written. */
export const ROW_HELD = '55P03';

export const isRowHeld = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === ROW_HELD;

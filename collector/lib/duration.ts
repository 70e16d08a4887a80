/** Durations: the words of the configuration file (`30d`, `12h`) and milliseconds. */

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;

/** `30d` → milliseconds; `undefined` for anything that is not a positive whole number with a unit of ms, s, m, h or d. */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^(\d{1,6})\s*(ms|s|m|h|d)$/.exec(text.trim());
  const unit = match && UNITS[match[2] ?? ''];
  return match && unit ? Number(match[1]) * unit : undefined;
}

/** Milliseconds → `30d`, in the largest unit that says it whole. Reads back as the same. */
export function formatDuration(ms: number): string {
  const [unit = 'ms', size = 1] =
    Object.entries(UNITS)
      .reverse()
      .find(([, size]) => ms % size === 0) ?? [];
  return `${ms / size}${unit}`;
}

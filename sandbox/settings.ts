/** Settings of a sandbox vendor: what it expects and how fast it answers, changed through the control API. */
import type { Problem } from '../wire/problem.ts';

export type SandboxSetting = string | number | boolean | readonly string[];

/** The control API's view of a vendor's settings. */
export interface SettingsBook {
  /** Takes over the given keys, all or none; returns every problem. */
  configure(input: unknown): Problem[];
  /** Current values with secrets masked. */
  shown(): Record<string, unknown>;
  reset(): void;
}

type Widen<V> = V extends boolean ? boolean : V extends number ? number : V extends string ? string : readonly string[];
type Values<T> = { [K in keyof T]: Widen<T[K]> };

/** A book over `defaults`, whose types are the rules; `options` limits a text to some words. `now` holds the live values. */
export function createSettings<T extends Record<string, SandboxSetting>>(
  defaults: T,
  options: { [K in keyof T]?: readonly string[] } = {},
): SettingsBook & { now: Values<T> } {
  const fresh = () => structuredClone(defaults) as unknown as Values<T>;
  const book = {
    now: fresh(),
    configure(input: unknown): Problem[] {
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        return [{ field: '', message: 'send a JSON object of settings' }];
      }
      const problems: Problem[] = [];
      for (const [field, value] of Object.entries(input)) {
        const message = Object.hasOwn(defaults, field)
          ? problemWith(value, defaults[field]!, options[field])
          : `is not a setting here; known: ${Object.keys(defaults).join(', ')}`;
        if (message) problems.push({ field, message });
      }
      if (problems.length === 0) Object.assign(book.now, input);
      return problems;
    },
    shown(): Record<string, unknown> {
      const secret = /token|key|secret|password/i;
      return Object.fromEntries(
        Object.entries(book.now).map(([name, value]) => [name, secret.test(name) && value !== '' ? '***' : value]),
      );
    },
    reset(): void {
      Object.assign(book.now, fresh());
    },
  };
  return book;
}

function problemWith(value: unknown, sample: SandboxSetting, options?: readonly string[]): string | undefined {
  if (Array.isArray(sample)) {
    const fits = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    return fits ? undefined : 'must be a list of texts';
  }
  if (typeof value !== typeof sample) return `must be a ${typeof sample}`;
  if (typeof value === 'number' && !(Number.isFinite(value) && value >= 0)) return 'must be zero or more';
  if (options && !options.includes(String(value))) return `must be one of ${options.join(', ')}`;
  return undefined;
}

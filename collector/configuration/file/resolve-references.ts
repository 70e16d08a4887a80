/** `${NAME}` in settings: read from the environment; a reference that it lacks keeps what is stored. */
import type { Problem } from '../../../wire/problem.ts';
import type { Settings } from '../../kit/setting.ts';

/** Fills references anywhere in a text; what can't be filled is named in `problems`. */
export function resolveReferences(
  raw: Record<string, unknown>,
  given: {
    env: (name: string) => string | undefined;
    /** Path of the settings, for problems. */
    at: string;
    known: Settings | undefined;
    problems: Problem[];
  },
): Record<string, unknown> {
  const { env, at, known, problems } = given;
  const resolve = (value: unknown, field: string, stored: unknown): unknown => {
    if (typeof value === 'string') {
      const missing: string[] = [];
      const text = value.replace(/\$\{(\w+)\}/g, (_all, name: string) => env(name) ?? (missing.push(name), ''));
      if (missing.length === 0) return text;
      if (stored !== undefined) return stored;
      problems.push({ field, message: `refers to ${missing.join(' and ')}, which the environment does not set` });
      return undefined;
    }
    if (Array.isArray(value)) return value.map((entry, index) => resolve(entry, `${field}[${index}]`, undefined));
    if (typeof value !== 'object' || value === null) return value;
    const inner = (typeof stored === 'object' && stored !== null ? stored : {}) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, resolve(entry, `${field}.${key}`, inner[key])]),
    );
  };
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, resolve(value, `${at}.${key}`, known?.[key])]),
  );
}

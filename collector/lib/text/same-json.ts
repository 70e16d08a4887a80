/** Whether two values are the same JSON, whatever the order of their fields. Pure. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(sortFields(a)) === JSON.stringify(sortFields(b));
}

/** With the fields of each object in one order. */
export function sortFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortFields);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.toSorted(([x], [y]) => (x < y ? -1 : 1)).map(([key, entry]) => [key, sortFields(entry)]),
  );
}

/** The page's storage, or memory where there is none: blocked, full, or a sandboxed frame. */
const memory: Record<string, string> = {};

export function load(name: string): string | undefined {
  try {
    return memory[name] ?? (localStorage[name] as string | undefined);
  } catch {
    // Blocked, and nothing was kept in memory either.
  }
}

/** True where the value outlives the page. An empty value removes. */
export function save(name: string, value: string): boolean {
  memory[name] = value;
  try {
    localStorage[name] = value;
    if (!value) localStorage.removeItem(name);
    return delete memory[name];
  } catch {
    return false;
  }
}

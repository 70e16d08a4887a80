/** How deep a body may be nested: what is written by recursion (`JSON.stringify`) would exhaust the stack. Pure. */

/** No order of any shop needs as many. */
export const MOST_LEVELS = 32;

export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return true;
    level = level.flatMap((entry) => (typeof entry === 'object' && entry !== null ? Object.values(entry) : []));
  }
  return false;
}

/** The same of JSON that nobody has parsed yet, without parsing it. */
export function nestsTooDeep(body: Buffer): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index];
    if (quoted && byte === BACKSLASH) index += 1;
    else if (byte === QUOTE) quoted = !quoted;
    else if (!quoted && (byte === OPEN_OBJECT || byte === OPEN_LIST) && ++depth > MOST_LEVELS) return true;
    else if (!quoted && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) depth -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

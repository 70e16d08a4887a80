/** Reads `application/x-www-form-urlencoded` strictly: what browsers and curl forgive, a ledger should not. */
import type { Problem } from '../wire/problem.ts';

export interface FormReading {
  fields: Map<string, string>;
  problems: Problem[];
}

/** Every pair decoded once. Refuses doubled names, raw characters that must be encoded, and broken percent-escapes. */
export function readForm(body: string): FormReading {
  const fields = new Map<string, string>();
  const problems: Problem[] = [];
  for (const pair of body === '' ? [] : body.split('&')) {
    const cut = pair.indexOf('=');
    const name = cut < 0 ? undefined : decode(pair.slice(0, cut));
    const value = decode(pair.slice(cut + 1));
    if (name === undefined || name === '' || value === undefined) {
      problems.push({ field: pair.slice(0, 40), message: 'is not a form-encoded name=value pair' });
    } else if (fields.has(name)) {
      problems.push({ field: name, message: 'was sent more than once' });
    } else {
      fields.set(name, value);
    }
  }
  return { fields, problems };
}

function decode(text: string): string | undefined {
  // RFC 3986 leaves no room for raw spaces, quotes, control characters or non-ASCII text in an encoded pair.
  if (/[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]/.test(text)) return undefined;
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Hides secrets in what the sandbox keeps and shows of a request: it is rehearsed with real keys more often than one would like. */

const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'refersion-secret-key',
]);
const SECRET_FIELDS =
  'key|api_key|apikey|token|security_token|verification_token|idev_secret|secret|password|client_secret';
const PAIR = new RegExp(`(^|[?&])(${SECRET_FIELDS})=[^&]*`, 'gi');
const NAME = new RegExp(`^(?:${SECRET_FIELDS})$`, 'i');

/** `Basic abc` → `Basic ***`; a raw key → `***`. */
export function maskHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (!SECRET_HEADERS.has(name)) return [name, value];
      const scheme = /^(Basic|Bearer|ApifonWS) /i.exec(value)?.[1];
      return [name, scheme ? `${scheme} ***` : '***'];
    }),
  );
}

/** Query or form text with the values of secret names replaced. */
export function maskPairs(text: string): string {
  return text.replace(PAIR, '$1$2=***');
}

/** Parsed fields with secret values replaced. */
export function maskFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, NAME.test(name) ? '***' : value]));
}

/** Errors of a connection in words, and whether the request may have arrived. */

export interface SendFailure {
  ok: false;
  kind: 'timeout' | 'network' | 'refused' | 'tls';
  /** Whether bytes of the request may have reached the vendor. */
  sent: boolean;
  /** What happened, in words; no address beyond the host, no payload. */
  message: string;
}

/** The request can't have left: the connection was never made. */
const BEFORE_SENDING: Record<string, string> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'is not known to the name server',
  EAI_AGAIN: 'could not be resolved just now',
  EHOSTUNREACH: 'can not be reached',
  ENETUNREACH: 'can not be reached',
  UND_ERR_CONNECT_TIMEOUT: 'did not take the connection in time',
  ETIMEDOUT: 'did not take the connection in time',
};

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

export function failureOf(error: unknown, { host, sent }: { host: string; sent: boolean }): SendFailure {
  const { code, message } = causeOf(error);
  if (code === 'REFUSED_ADDRESS') return { ok: false, kind: 'refused', sent: false, message };
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return { ok: false, kind: 'refused', sent: false, message: `the request to ${host} can't be sent: ${message}` };
  }
  if (TLS.test(code)) {
    return { ok: false, kind: 'tls', sent, message: `${host} has no valid certificate (${code})` };
  }
  const kind = TIMEOUTS.has(code) ? 'timeout' : 'network';
  const before = BEFORE_SENDING[code];
  if (before !== undefined && !sent) return { ok: false, kind, sent, message: `${host} ${before}` };
  return { ok: false, kind, sent, message: `the connection to ${host} broke${code === '' ? '' : ` (${code})`}` };
}

/** Several addresses were tried: undici and node wrap what happened with each; the first tells the story. */
function causeOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const own = (error as NodeJS.ErrnoException).code;
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  if (own === undefined && error.cause !== undefined) return causeOf(error.cause);
  return { code: own ?? '', message: error.message };
}

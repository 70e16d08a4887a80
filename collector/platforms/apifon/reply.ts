/** Reads Apifon's answers: the HTTP status, and `result_info` in the body, which may refuse under a 200. */
import type { PlatformFault, PlatformReading } from '../../kit/platform.ts';
import type { HttpResponse } from '../../model/http.ts';

interface ResultInfo {
  status: number;
  description: string;
}

export function readReply(response: HttpResponse): PlatformReading {
  const info = resultInfo(response);
  const key = keyOf(response);
  // Some successes have an empty body.
  const status = response.status >= 200 && response.status < 300 ? (info?.status ?? response.status) : response.status;
  if (status >= 200 && status < 300) return { ok: true, ...(key === undefined ? {} : { key }) };
  const message = info?.description ?? `HTTP ${response.status}`;
  return { ok: false, fault: { ...faultOf(status, message), ...(key === undefined ? {} : { key }) } };
}

export function readToken(response: HttpResponse): { token: string; seconds: number } | PlatformFault {
  const body = parse(response.body);
  const token = body?.['access_token'];
  if (response.status === 200 && typeof token === 'string' && token !== '') {
    const seconds = Number(body?.['expires_in']);
    return { token, seconds: Number.isFinite(seconds) && seconds > 0 ? seconds : 3600 };
  }
  if (response.status === 429 || response.status >= 500) {
    return { kind: 'temporary', message: `Apifon's token server answered ${response.status}.` };
  }
  return {
    kind: 'held',
    message: `Apifon gives no access token (${response.status}): check client id and client secret in Settings → API.`,
  };
}

function faultOf(status: number, message: string): PlatformFault {
  if (/block|bounce/i.test(message)) return { kind: 'blocked', message };
  if (status === 401)
    return { kind: 'credentials', message: `Apifon does not accept the credentials (401): ${message}` };
  if (status === 403) return { kind: 'held', message: `Apifon forbids this (403): ${message}` };
  if (status === 404) return { kind: 'missing', message };
  if (status === 409) return { kind: 'exists', message };
  if (status === 408 || status === 429 || status >= 500) {
    return { kind: 'temporary', message: `Apifon answered ${status}: ${message}` };
  }
  return { kind: 'rejected', message };
}

/** `…/list/12/subscriber/0a1b…` → `0a1b…`. Created: `Location`; updated: `Content-Location`. */
function keyOf({ headers }: HttpResponse): string | undefined {
  const address = headers['location'] ?? headers['content-location'];
  const last = address?.split(/[?#]/)[0]?.replace(/\/+$/, '').split('/').at(-1);
  return last !== undefined && /^[\w-]{1,64}$/.test(last) ? last : undefined;
}

function resultInfo({ body }: HttpResponse): ResultInfo | undefined {
  const info = parse(body)?.['result_info'];
  if (typeof info !== 'object' || info === null) return undefined;
  const { status_code: code, description } = info as Record<string, unknown>;
  const status = Number(code);
  if (!Number.isInteger(status)) return undefined;
  return { status, description: typeof description === 'string' ? withoutPeople(description) : `status ${status}` };
}

/** A platform's words reach logs and screens: addresses and numbers of people are taken out. */
const withoutPeople = (text: string): string =>
  text
    .replace(/[^\s@"'<>]+@[^\s@"'<>]+/g, '…')
    .replace(/\+?\d{7,}/g, '…')
    .slice(0, 200);

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // empty or a page: the HTTP status speaks alone
  }
}

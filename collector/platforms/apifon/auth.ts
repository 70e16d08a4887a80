/**
 * How a request proves itself to Apifon: a bearer token, or a signature over exactly what is sent. https://docs.apifon.com/authentication.html (read
 * 2026-11)
 */
import { createHmac } from 'node:crypto';
import type { HttpRequest } from '../../model/http.ts';

/** The path as Apifon sees it: what stands before it in `baseUrl` belongs to a proxy or to the sandbox. */
const API_PATH = /\/services\/.*$/;

/** `ApifonWS TOKEN:SIGNATURE` over method, path, body and date. Public code samples sign the API key in place of the path: that is wrong. */
export function signRequest(
  request: HttpRequest,
  account: { token: string; secret: string; now: number },
): HttpRequest {
  const date = new Date(account.now).toUTCString();
  const path = API_PATH.exec(new URL(request.url).pathname)?.[0] ?? '';
  const text = `${request.method}\n${path}\n${request.body ?? ''}\n${date}`;
  const signature = createHmac('sha256', account.secret).update(text, 'utf8').digest('base64');
  return {
    ...request,
    headers: { ...request.headers, 'x-apifonws-date': date, authorization: `ApifonWS ${account.token}:${signature}` },
  };
}

export function withToken(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** Client credentials. No scope: a field report says that naming scopes earns 401s, and leaving them out works. */
export function tokenRequest(url: string, clientId: string, clientSecret: string): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  };
}

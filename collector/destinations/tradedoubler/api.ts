/** Tradedoubler: tokens, transactions and the answers about them. https://github.com/tradedoubler/publicapi-docs (read 2026-11) */
import type { Lookup, Outcome, Verdict, VendorToken } from '../../kit/destination.ts';
import { encodePairs } from '../../kit/encode.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import { seconds } from '../../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import type { Report } from '../../model/report.ts';

const text = (settings: Settings, name: string): string => String(settings[name] ?? '');

/** By the refresh token that the last answer gave, else by user name and password; signed by the client either way. */
export function askToken(settings: Settings, url: string, refresh?: string): HttpRequest {
  const client = Buffer.from(`${text(settings, 'clientId')}:${text(settings, 'clientSecret')}`).toString('base64');
  const fields: Record<string, string> =
    refresh === undefined
      ? { grant_type: 'password', username: text(settings, 'username'), password: text(settings, 'password') }
      : { grant_type: 'refresh_token', refresh_token: refresh };
  return {
    method: 'POST',
    url,
    headers: {
      ...{ Authorization: `Basic ${client}`, Accept: 'application/json' },
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: encodePairs(fields),
  };
}

export function readVendorToken({ status, body }: HttpResponse): VendorToken | undefined {
  const json = status >= 200 && status < 300 ? parseObject(body) : undefined;
  const access = textOf(json?.['access_token']);
  if (access === undefined) return undefined;
  const refresh = textOf(json?.['refresh_token']);
  const lasts = Number(json?.['expires_in']);
  return {
    access,
    lasts: seconds(Number.isFinite(lasts) ? lasts : 899),
    ...(refresh === undefined ? {} : { refresh }),
  };
}

const itemsOf = ({ status, body }: HttpResponse): Json[] => {
  const items = status === 200 ? parseObject(body)?.['items'] : undefined;
  return Array.isArray(items) ? items.filter(isObject) : [];
};

const find = (response: HttpResponse, { order: { orderId } }: Report): Json | undefined =>
  itemsOf(response).find((one) => one['orderNumber'] === orderId || one['leadNumber'] === orderId);

/** "Order is not in pending status": denied already, or accepted. */
const NOT_PENDING = '9996';

export const readTransaction: Lookup['read'] = (response, report) => {
  if (response.status !== 200) return undefined;
  const id = textOf(find(response, report)?.['transactionId']);
  if (id !== undefined) return { reason: `it is transaction ${id}`, facts: { transaction: id } };
  return { state: 'retry', reason: 'Tradedoubler shows no transaction of this order (yet)', alone: true };
};

/** One item was sent, so one is judged. */
export function readChange(response: HttpResponse, { kind }: Report): Outcome | undefined {
  const { status } = response;
  if (status < 200 || status >= 300) return undefined;
  const [item] = itemsOf(response);
  const [success, fail] = ['success', 'fail'].map((name) => Number(parseObject(response.body)?.[name]));
  // One item was sent: where it isn't listed, the counts say it.
  const done = item ? textOf(item['status']) === '0' : success === 1 && fail === 0;
  if (done) return { state: 'delivered', reason: 'changed at Tradedoubler' };
  if (!item) return { state: 'retry', ambiguous: true, reason: `Tradedoubler answered ${status} without a verdict` };
  const error = isObject(item['error']) ? item['error'] : undefined;
  if (kind === 'reversal' && textOf(error?.['code']) === NOT_PENDING) {
    const reason = 'Tradedoubler says that it is pending no more; it will be asked whether it is denied';
    return { state: 'delivered', reason, reference: 'report', confirmAfter: seconds(2) };
  }
  return {
    state: 'rejected',
    reason: `Tradedoubler did not change it: ${textOf(error?.['message']) ?? 'no reason given'} (${textOf(error?.['code']) ?? 'no code'})`,
  };
}

export function readSale(response: HttpResponse, report: Report): Verdict {
  const found = find(response, report);
  if (!found) return { state: 'pending', reason: 'told; Tradedoubler does not show it (yet)' };
  if (report.kind === 'reversal')
    return found['status'] === 'D'
      ? { state: 'confirmed', reason: 'denied at Tradedoubler' }
      : {
          state: 'declined',
          reason: 'Tradedoubler did not deny it: it was accepted already, and is not in pending status',
        };
  if (found['status'] === 'D') return { state: 'declined', reason: 'Tradedoubler denied it' };
  return { state: 'confirmed', reason: `Tradedoubler has it: ${found['status'] === 'P' ? 'pending' : 'accepted'}` };
}

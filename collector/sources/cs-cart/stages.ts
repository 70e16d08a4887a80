/** The stages of testing a CS-Cart connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import type { TestStage } from '../../kit/source.ts';
import type { HttpResponse } from '../../model/http.ts';
import { apiRequest } from './address.ts';
import { isRow, readJson, readList } from './reply.ts';
import { readStatuses } from './status.ts';

type Verdict = { ok: boolean; message: string };

export const stages: readonly TestStage[] = [
  {
    name: 'address',
    title: 'The address is a CS-Cart API',
    // Without credentials: whoever answers is not told a secret before it has shown what it is.
    request: (settings) => apiRequest('version', settings, { credentials: false }),
    verdict(response) {
      const isApi = response.status === 401 && isRow(safeJson(response));
      if (isApi) return { ok: true, message: 'The API answers and asks for credentials.' };
      return judge(readJson(response), () => 'The API answers.');
    },
  },
  {
    name: 'credentials',
    title: 'Administrator’s e-mail and API key are accepted',
    request: (settings) => apiRequest('version', settings),
    verdict: (response) =>
      judge(readJson(response), (value) => `API ${isRow(value) ? String(value['Version']) : ''} lets us in.`),
  },
  {
    name: 'orders',
    title: 'The administrator may see orders',
    request: (settings) => apiRequest('orders', settings, { query: { items_per_page: 1 } }),
    verdict: (response) =>
      judge(
        readList(response, 'orders', (row) => row),
        ({ total }) => `${total} orders.`,
      ),
  },
  {
    name: 'users',
    title: 'The administrator may see customers',
    request: (settings) => apiRequest('users', settings, { query: { items_per_page: 1, user_type: 'C' } }),
    verdict: (response) =>
      judge(
        readList(response, 'users', (row) => row),
        ({ total }) => `${total} customers.`,
      ),
  },
  {
    name: 'statuses',
    title: 'Names of the order statuses',
    request: (settings) => apiRequest('statuses', settings, { query: { type: 'O', items_per_page: 100 } }),
    verdict: (response) =>
      judge(readStatuses(response), (statuses) => statuses.map(({ status, name }) => `${status} ${name}`).join(', ')),
  },
];

function safeJson(response: HttpResponse): unknown {
  try {
    return JSON.parse(response.body) as unknown;
  } catch {
    return undefined; // a page in place of JSON: judged by readJson
  }
}

function judge<T>(reading: { value: T } | { fault: { message: string } }, said: (value: T) => string): Verdict {
  return 'fault' in reading
    ? { ok: false, message: reading.fault.message }
    : { ok: true, message: said(reading.value) };
}

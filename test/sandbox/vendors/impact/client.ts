/** Talks to the sandbox's impact.com as a shop's server would, for the tests beside it. */
import { startSandbox, type Sandbox } from '../../../../sandbox/server.ts';
import { impact } from '../../../../sandbox/vendors/impact/index.ts';

export const SID = 'IRexample1';
export const TOKEN = 'invented-token';
const ACCOUNT = `/impact/Advertisers/${SID}`;

/** The seed's example, corrected: numbered subtotals, UTC. */
export const SEED_ORDER: Record<string, string> = {
  CampaignId: '1000',
  ActionTrackerId: '9876',
  EventDate: '2024-08-02T07:55:24Z',
  OrderId: 'O1234567',
  ClickId: 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0',
  CustomerId: 'BCZ2WVSH674563PDPYOTM3AXDQ',
  CurrencyCode: 'USD',
  OrderDiscount: '15.00',
  OrderPromoCode: '15BUCKSOFF',
  ItemSku1: '1ABC2345',
  ItemName1: 'Product Name 1',
  ItemCategory1: 'Hardware',
  ItemQuantity1: '2',
  ItemSubTotal1: '28.00',
  ItemSku2: '9ZXY7654',
  ItemName2: 'Product Name 2',
  ItemCategory2: 'Gardening',
  ItemQuantity2: '3',
  ItemSubTotal2: '99.00',
};

/** The seed's order with fields replaced (`undefined` leaves one out). */
export function order(changes: Record<string, string | undefined> = {}): string {
  const fields = Object.entries({ ...SEED_ORDER, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return new URLSearchParams(fields).toString();
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

export interface Client {
  sandbox: Sandbox;
  call(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Answer>;
  convert(changes?: Record<string, string | undefined>): Promise<Answer>;
  change(method: 'PUT' | 'DELETE', fields: Record<string, string>): Promise<Answer>;
  /** Status and reason of a submission. */
  verdict(answer: Answer): Promise<[unknown, unknown]>;
  control(method: string, path?: string, body?: unknown): Promise<Answer>;
  recorded(): Promise<Record<string, unknown>[]>;
  wait(ms: number): void;
}

/** A sandbox with impact.com alone and a clock that only `wait` moves. */
export async function openImpact(): Promise<Client> {
  let now = Date.parse('2026-11-20T12:00:00Z');
  const sandbox = await startSandbox({ vendors: [impact], clock: () => now });
  const authorization = `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`;
  const send = async (method: string, path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(sandbox.url + path, { method, ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, text, body };
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', authorization };
  const client: Client = {
    sandbox,
    call: (method, path, body, headers = {}) =>
      send(method, ACCOUNT + path, { body, headers: { ...form, ...headers } }),
    convert: (changes) => client.call('POST', '/Conversions', order(changes)),
    change: (method, fields) => client.call(method, '/Actions', new URLSearchParams(fields).toString()),
    async verdict(answer) {
      const uri = String(answer.body['QueuedUri']);
      const { body } = await send('GET', `/impact${uri}`, { headers: form });
      return [body['Status'], body['ErrorReason']];
    },
    control: (method, path = '', body) =>
      send(method, `/sandbox/api/impact${path}`, {
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    async recorded() {
      return (await client.control('GET')).body['recorded'] as Record<string, unknown>[];
    },
    wait: (ms) => {
      now += ms;
    },
  };
  return client;
}

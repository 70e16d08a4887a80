/** Tradedoubler in the sandbox: the signed pixel, tokens that end and rotate, and pending sales. https://github.com/tradedoubler/publicapi-docs */
import { createHash, randomUUID } from 'node:crypto';
import { ANY, CURRENCY, DIGITS, readQuery } from '../../fields/query.ts';
import { isJson, type Json, jsonBody, number, oneOf, shapeProblems, text } from '../../fields/shape.ts';
import { readForm } from '../../form.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';
import { createSettings } from '../../settings.ts';
import type { Vendor, VendorFactory } from '../../vendor.ts';

interface Sale {
  at: string;
  transactionId: string;
  orderNumber: string;
  orderValue: string;
  currency: string;
  tduid: string;
  status: 'P' | 'A' | 'D';
  reason?: number;
  fields: Json;
  duplicates: number;
}

const PIXEL = {
  required: {
    ...{ organization: DIGITS, event: DIGITS, orderNumber: ANY, orderValue: /^\d{1,12}\.\d\d$/, currency: CURRENCY },
    tduid: /^[0-9A-Za-z]{8,64}$/,
  },
  optional: {
    ...{ voucher: ANY, event_time: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, checksum: /^v04[0-9a-f]{32}$/ },
    reportInfo: /^f1=.{1,4000}$/s,
  },
};
const LEAD = {
  required: { organization: DIGITS, event: DIGITS, leadNumber: ANY, tduid: /^[0-9A-Za-z]{8,64}$/ },
  optional: {
    ...{ voucher: ANY, event_time: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, checksum: /^v04[0-9a-f]{32}$/ },
  },
};
const ITEM = {
  required: { transactionId: text(), action: oneOf('approve', 'deny', 'update') },
  optional: {
    reason: oneOf(6, 7, 8, 9, 10, 13, 14, 16, 17, 18, 19),
    amount: number({ digits: 2 }),
    currencyCode: text({ pattern: /^[A-Z]{3}$/ }),
  },
};

export const tradedoubler: VendorFactory = ({ clock }): Vendor => {
  const settings = createSettings({
    organizationId: '',
    checksumSecret: '',
    clientId: '',
    clientSecret: '',
    username: '',
    password: '',
    tokenSeconds: 899,
    /** Order numbers whose sale was accepted: nothing may change. */
    accepted: [] as string[],
  });
  const rules = settings.now;
  const sales: Sale[] = [];
  const tokens = new Map<string, number>();
  const refreshes = new Set<string>();
  const counts = { refused: 0, tokens: 0, refreshed: 0, changes: 0 };

  function pixel(exchange: Exchange): Reply {
    // One host here for what are two there: a lead is known by its number's name, and has no value.
    const isLead = exchange.query.has('leadNumber');
    const read = readQuery(exchange, isLead ? LEAD : PIXEL);
    const { problems } = read;
    const fields: Record<string, string> = isLead
      ? { ...read.fields, orderNumber: read.fields['leadNumber']!, orderValue: '1' }
      : read.fields;
    const last = exchange.search.includes('reportInfo=') && !/&reportInfo=[^&]*$/.test(exchange.search);
    const sum = createHash('md5')
      .update(`${rules.checksumSecret}${fields['orderNumber']}${fields['orderValue']}`)
      .digest('hex');
    const unsigned = rules.checksumSecret !== '' && fields['checksum'] !== `v04${sum}`;
    const foreign = rules.organizationId !== '' && fields['organization'] !== rules.organizationId;
    const known = sales.find(({ orderNumber }) => orderNumber === fields['orderNumber']);
    if (problems.length > 0 || last || unsigned || foreign) counts.refused += 1;
    else if (known) known.duplicates += 1;
    else
      sales.push({
        ...{
          at: new Date(exchange.at).toISOString(),
          transactionId: `9${sales.length + 1}`,
          orderNumber: fields['orderNumber']!,
        },
        ...{
          orderValue: fields['orderValue']!,
          currency: fields['currency'] ?? '',
          tduid: fields['tduid']!,
          status: 'P',
          fields,
        },
        duplicates: 0,
      });
    return { status: 200, headers: { 'content-type': 'image/gif' }, body: 'GIF89a' };
  }

  function token({ headers, body }: Exchange): Reply {
    const client = Buffer.from((headers['authorization'] ?? '').replace(/^Basic /, ''), 'base64').toString('utf8');
    const fields = readForm(body).fields;
    const byPassword =
      fields.get('grant_type') === 'password' &&
      fields.get('username') === rules.username &&
      fields.get('password') === rules.password;
    const byRefresh =
      fields.get('grant_type') === 'refresh_token' && refreshes.delete(fields.get('refresh_token') ?? '');
    if (client !== `${rules.clientId}:${rules.clientSecret}`) return json(401, { error: 'unauthorized' });
    if (!byPassword && !byRefresh) return json(400, { error: 'invalid_grant', error_description: 'Bad credentials' });
    counts[byRefresh ? 'refreshed' : 'tokens'] += 1;
    const [access, refresh] = [randomUUID(), randomUUID()];
    tokens.set(access, clock() + rules.tokenSeconds * 1000);
    refreshes.add(refresh);
    return json(200, {
      access_token: access,
      token_type: 'bearer',
      refresh_token: refresh,
      expires_in: rules.tokenSeconds,
      scope: 'read',
    });
  }

  function transactions({ query }: Exchange): Reply {
    if (!/^\d{8}$/.test(query.get('fromDate') ?? '') || !query.has('reportCurrencyCode'))
      return json(400, { error: 'fromDate and reportCurrencyCode are required' });
    const wanted = query.get('orderOrLeadNumber');
    const items = sales
      .filter(({ orderNumber }) => wanted === null || orderNumber === wanted)
      .map(({ transactionId, orderNumber, orderValue, status }) => ({
        transactionId,
        orderNumber,
        orderValue: Number(orderValue),
        status,
      }));
    return json(200, { offset: 0, limit: 20, total: items.length, items });
  }

  function change(exchange: Exchange): Reply {
    const body = jsonBody(exchange);
    const list = isJson(body) && Array.isArray(body['items']) ? (body['items'] as Json[]) : [];
    const wrong = list.flatMap((item) => shapeProblems(item, ITEM));
    if (list.length === 0 || wrong.length > 0) return json(400, { error: wrong[0]?.message ?? 'items are required' });
    const items = list.map(applyOne);
    const fail = items.filter(({ status }) => status !== 0).length;
    return json(200, { total: items.length, success: items.length - fail, fail, items });
  }

  function applyOne(item: Json): Json {
    const sale = sales.find(({ transactionId }) => transactionId === item['transactionId']);
    const refuse = (code: number, message: string): Json => ({ ...item, status: -1, error: { code, message } });
    if (!sale) return refuse(9995, 'Order not found');
    if (sale.status !== 'P' || rules.accepted.includes(sale.orderNumber))
      return refuse(9996, 'Order is not in pending status');
    if (item['action'] === 'deny' && item['reason'] === undefined) return refuse(9997, 'Reason is missing');
    if (item['action'] === 'deny') Object.assign(sale, { status: 'D', reason: item['reason'] });
    else if (item['action'] === 'update') sale.orderValue = Number(item['amount']).toFixed(2);
    counts.changes += 1;
    return { ...item, status: 0 };
  }

  return {
    name: 'tradedoubler',
    title: 'Tradedoubler',
    about:
      'A signed pixel that answers nothing; tokens of a quarter of an hour that rotate; pending sales that may be changed or denied.',
    columns: ['at', 'orderNumber', 'orderValue', 'currency', 'tduid', 'status', 'duplicates', 'fields'],
    settings,
    handle(exchange) {
      const { method, path, headers } = exchange;
      if (method === 'GET' && path === '/report') return pixel(exchange);
      if (method === 'POST' && path === '/uaa/oauth/token') return token(exchange);
      const given = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? '';
      if ((tokens.get(given) ?? 0) <= clock()) return json(401, { error: 'invalid_token' });
      if (method === 'GET' && path === '/advertiser/report/transactions') return transactions(exchange);
      return method === 'PUT' && path === '/advertiser/pendingSales' ? change(exchange) : json(404, {});
    },
    recorded: () => sales,
    counts: () => ({ sales: sales.length, ...counts }),
    reset() {
      sales.length = 0;
      tokens.clear();
      refreshes.clear();
      Object.assign(counts, { refused: 0, tokens: 0, refreshed: 0, changes: 0 });
    },
  };
};

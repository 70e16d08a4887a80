/** Awin in the sandbox: orders in batches with a verdict each, changes by jobs. https://help.awin.com/apidocs/conversion-api */
import { isJson, type Json, jsonBody } from '../../fields/shape.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';
import { createSettings } from '../../settings.ts';
import type { Vendor, VendorFactory } from '../../vendor.ts';
import { listing, LISTING_TRAPS } from '../../fields/listing.ts';
import { actionProblems, applyAction, type AwinSale } from './changes.ts';
import { orderProblems } from './orders.ts';
import { readSread } from './sread.ts';
import { listTransactions } from './transactions.ts';

const MINUTE = 60_000;

interface Job {
  id: string;
  at: number;
  transactions: number;
  failed: Json[];
}

export const awin: VendorFactory = ({ clock }): Vendor => {
  const settings = createSettings(
    {
      advertiserId: '1001',
      /** The user's token, for orders (x-api-key) and changes (Bearer); empty accepts any. */
      apiKey: '',
      groups: [] as string[],
      unknownClicks: [] as string[],
      byVoucher: false,
      /** How a repeated reference is answered, which Awin does not publish. */
      duplicates: 'accept',
      /** 202: queued, and Awin tells no more. */
      answer: 'recorded',
      jobDelayMs: 500,
      /** Calls a minute of one user; 0 is no limit. */
      limitPerMinute: 20,
      /** References whose commission was paid out. */
      paid: [] as string[],
      reportPage: 0,
      reportTrap: 'none',
    },
    { duplicates: ['accept', 'refuse'], answer: ['recorded', 'queued'], reportTrap: LISTING_TRAPS },
  );
  const rules = settings.now;
  const sales = new Map<string, AwinSale>();
  const jobs = new Map<string, Job>();
  const counts = { duplicates: 0, refused: 0, batches: 0 };
  let calls: number[] = [];

  function orders(exchange: Exchange): Reply {
    const body = jsonBody(exchange);
    const list = isJson(body) ? body['orders'] : undefined;
    if (!Array.isArray(list) || list.length === 0 || list.length > 1000)
      return json(400, { error: 'bad_request', description: 'orders must be a list of 1 to 1000' });
    const batchId = `b-${(counts.batches += 1)}`;
    const named = { successfulOrders: [] as Json[], failedOrders: [] as Json[] };
    for (const order of list as unknown[]) take(order, exchange, named);
    if (rules.answer === 'queued')
      return json(202, { batchId, pendingOrders: named.successfulOrders, failedOrders: named.failedOrders });
    return json(named.failedOrders.length > 0 ? 206 : 200, { batchId, ...named });
  }

  function take(
    order: unknown,
    { at }: Exchange,
    named: { successfulOrders: Json[]; failedOrders: Json[] },
    problems = orderProblems(order, rules),
  ): void {
    const fields = isJson(order) ? order : {};
    const reference = String(fields['orderReference'] ?? '');
    const known = sales.get(reference);
    if (problems.length === 0 && known) {
      known.duplicates += 1;
      counts.duplicates += 1;
      if (rules.duplicates === 'refuse') problems.push({ field: 'orderReference', message: 'duplicate of an order' });
    }
    if (problems.length > 0) {
      if (!known) counts.refused += 1;
      named.failedOrders.push({ order: { orderReference: reference }, errors: problems });
      return;
    }
    named.successfulOrders.push({ orderReference: reference, correlationId: `c-${reference}` });
    if (known) return;
    sales.set(reference, {
      at: new Date(at).toISOString(),
      orderReference: reference,
      amount: Number(fields['amount']),
      currency: String(fields['currency']),
      state: 'pending',
      transactionTime: Number(fields['transactionTime'] ?? Math.floor(at / 1000)),
      groups: fields['commissionGroups'] as Json[],
      fields,
      duplicates: 0,
      changes: [],
    });
  }

  /** Says nothing, whatever it is told; what is wrong is counted here alone. */
  function sread(exchange: Exchange): Reply {
    const { order, problems } = readSread(exchange, rules);
    take(order, exchange, { successfulOrders: [], failedOrders: [] }, problems);
    return { status: 200, headers: { 'content-type': 'image/gif' }, body: 'GIF89a' };
  }

  function batch(exchange: Exchange): Reply {
    const body = jsonBody(exchange);
    if (!Array.isArray(body)) return json(400, { error: 'bad_request', description: 'JSON parse error' });
    const problems = body.flatMap((action, index) => actionProblems(action, `[${index}]`));
    if (problems.length > 0) return json(400, { error: 'bad_request', errors: problems });
    const failed = (body as Json[]).flatMap((action) => {
      const code = applyAction(action, sales);
      const { orderRef, transactionDate, timezone } = action['transaction'] as Json;
      return code === undefined ? [] : [{ transactionId: null, orderRef, transactionDate, timezone, code }];
    });
    const job: Job = { id: `j-${jobs.size + 1}`, at: exchange.at, transactions: body.length, failed };
    jobs.set(job.id, job);
    return json(202, { jobId: job.id });
  }

  function showJob(id: string): Reply {
    const job = jobs.get(id);
    if (!job) return json(404, { error: 'not_found', description: 'no such job' });
    if (clock() - job.at < rules.jobDelayMs) return json(200, { jobId: id, status: 'PROCESSING' });
    const { transactions, failed } = job;
    return json(200, { jobId: id, status: 'DONE', transactions, errors: failed.length, failedTransactions: failed });
  }

  function handle(exchange: Exchange): Reply {
    const { method, path, headers, at } = exchange;
    if (path === '/sread.php') return sread(exchange);
    const [, first, ...rest] = path.split('/').map(decodeURIComponent);
    const conversion = first === 's2s';
    const given = conversion ? headers['x-api-key'] : /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
    if (!given || (rules.apiKey !== '' && given !== rules.apiKey))
      return json(401, { error: 'unauthorized', description: 'invalid token' });
    calls = calls.filter((when) => when > at - MINUTE);
    if (rules.limitPerMinute > 0 && calls.length >= rules.limitPerMinute)
      return json(429, { error: 'too_many_requests', description: 'API calls are limited to 20 per minute per user' });
    calls.push(at);
    const [advertiser, ...where] = conversion ? rest.slice(1) : rest;
    if (advertiser !== rules.advertiserId) return json(403, { error: 'forbidden', description: 'no access' });
    const route = `${method} ${conversion ? 's2s ' : ''}${where.slice(0, 2).join('/')}`;
    if (route === 'POST s2s orders') return orders(exchange);
    if (route === 'POST transactions/batch') return batch(exchange);
    if (route === 'GET transactions/jobs') return showJob(where[2] ?? '');
    if (route === 'GET transactions/') return listing(listTransactions(exchange, [...sales.values()], rules), rules);
    return json(404, { error: 'not_found', description: 'no such resource' });
  }

  return {
    name: 'awin',
    title: 'Awin',
    about: 'Orders in batches with a verdict for each; amendments and declines judged by jobs; 20 calls a minute.',
    columns: ['at', 'orderReference', 'amount', 'currency', 'state', 'groups', 'duplicates', 'changes'],
    settings,
    handle,
    recorded: () => [...sales.values()],
    counts: () => ({ sales: sales.size, jobs: jobs.size, ...counts }),
    reset() {
      sales.clear();
      jobs.clear();
      calls = [];
      Object.assign(counts, { duplicates: 0, refused: 0, batches: 0 });
    },
  };
};

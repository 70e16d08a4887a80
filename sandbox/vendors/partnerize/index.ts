/** Partnerize in the sandbox: sales by path segments, a report of them, and changes by jobs. https://api-docs.partnerize.com/brand/ */
import { listing, LISTING_TRAPS, pageOf } from '../../fields/listing.ts';
import { DIGITS, readQuery } from '../../fields/query.ts';
import { isJson, type Json, jsonBody, number, oneOf, shapeProblems, text } from '../../fields/shape.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';
import { createSettings } from '../../settings.ts';
import type { Vendor, VendorFactory } from '../../vendor.ts';
import { readSale, type SaleItem } from './sale.ts';

interface Conversion {
  at: string;
  conversionId: string;
  conversionref: string;
  clickref: string;
  time: number;
  currency: string;
  items: (SaleItem & { id: string; status: string })[];
  status: string;
  fields: Json;
  duplicates: number;
}

const REASON = text({ pattern: /^[a-zA-Z0-9 :\-_.,;#]{1,255}$/ });
const PAGE = 300;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const REPORT = {
  required: { start_date: INSTANT, end_date: INSTANT, timezone: /^UTC$/ },
  optional: { limit: DIGITS, cursor_id: DIGITS },
};
const STATUS = oneOf('approved', 'rejected', 'pending', 'fraudulent');
const REFERENCE = { required: { status: STATUS }, optional: { reason: REASON } };
const ITEM = {
  required: {},
  optional: { item_value: number({ digits: 4 }), status: STATUS, reason: REASON, category: text(), sku: text() },
};

export const partnerize: VendorFactory = ({ clock }): Vendor => {
  const settings = createSettings(
    {
      campaignId: '',
      applicationKey: '',
      userKey: '',
      /** On where the campaign refuses a reference that it knows. */
      rejectsDuplicates: true,
      /** Conversions that were approved for payment: their items can't change. */
      locked: [] as string[],
      jobDelayMs: 500,
      reportPage: 0,
      reportTrap: 'none',
    },
    { reportTrap: LISTING_TRAPS },
  );
  const rules = settings.now;
  const conversions: Conversion[] = [];
  const jobs = new Map<string, { at: number; total: number; errors: number }>();
  const counts = { refused: 0, duplicates: 0 };

  function sale(exchange: Exchange): Reply {
    const { fields, items, problems } = readSale(exchange.path);
    const known = conversions.find(({ conversionref }) => conversionref === fields['conversionref']);
    const foreign = rules.campaignId !== '' && fields['campaign'] !== rules.campaignId;
    if (problems.length > 0 || foreign) counts.refused += 1;
    else if (known && rules.rejectsDuplicates) {
      known.duplicates += 1;
      counts.duplicates += 1;
    } else {
      const id = `c${conversions.length + 1}`;
      conversions.push({
        ...{ at: new Date(exchange.at).toISOString(), conversionId: id, conversionref: fields['conversionref']! },
        ...{
          clickref: fields['clickref']!,
          time: Number(fields['conversion_time']) * 1000,
          currency: fields['currency']!,
        },
        items: items.map((item, index) => ({ ...item, id: `${id}i${index + 1}`, status: 'pending' })),
        ...{ status: 'pending', fields, duplicates: 0 },
      });
    }
    return { status: 200, headers: { 'content-type': 'text/html' }, body: '' }; // whatever happens
  }

  /** Pages by a cursor, which stands in the address of the next one. */
  function report(exchange: Exchange): Reply {
    const { fields, problems } = readQuery(exchange, REPORT);
    if (problems.length > 0) return failure(400, problems[0]!.field, problems[0]!.message);
    const limit = Number(fields['limit'] ?? PAGE);
    if (limit > PAGE) return failure(400, 'limit', `must be at most ${PAGE}`);
    const [from, to] = ['start_date', 'end_date'].map((name) => Date.parse(fields[name]!));
    const found = conversions.filter(({ time }) => time >= from! && time <= to!);
    const page = Number(fields['cursor_id'] ?? 1);
    const { shown, total, pages } = pageOf(found, { page, size: limit }, rules);
    const search = exchange.search.replace(/&cursor_id=\d+/, '');
    const next = page < pages ? `${exchange.path}?${search}&cursor_id=${page + 1}` : null;
    const hypermedia = { pagination: { first_page: null, next_page: next } };
    return json(200, { count: total, limit, hypermedia, conversions: shown.map(viewOf) });
  }

  function bulk(exchange: Exchange): Reply {
    const body = jsonBody(exchange);
    const keys = isJson(body) ? Object.keys(body) : [];
    if (!isJson(body) || keys.length !== 1 || !['conversion_references', 'conversion_items'].includes(keys[0]!))
      return failure(400, keys[0] ?? '', 'give exactly one of conversion_references, conversion_items');
    const changes = body[keys[0]!] as Record<string, Json>;
    const shape = keys[0] === 'conversion_items' ? ITEM : REFERENCE;
    for (const [key, change] of Object.entries(changes)) {
      const [problem] = shapeProblems(change, shape, key);
      if (problem) return failure(400, problem.field, problem.message);
    }
    const failed = Object.entries(changes).filter(([key, change]) => !apply(keys[0]!, key, change)).length;
    const id = `job${jobs.size + 1}`;
    jobs.set(id, { at: exchange.at, total: Object.keys(changes).length, errors: failed });
    return json(202, { data: viewJob(id) });
  }

  function apply(what: string, key: string, change: Json): boolean {
    const conversion = conversions.find(({ conversionref, items }) =>
      what === 'conversion_items' ? items.some(({ id }) => id === key) : conversionref === key,
    );
    if (!conversion || rules.locked.includes(conversion.conversionref)) return false;
    if (what === 'conversion_references') {
      conversion.status = String(change['status']);
      for (const item of conversion.items) item.status = conversion.status;
      return true;
    }
    const item = conversion.items.find(({ id }) => id === key)!;
    if (change['item_value'] !== undefined) item.value = Number(change['item_value']);
    if (change['status'] !== undefined) item.status = String(change['status']);
    return true;
  }

  function viewJob(id: string): Json {
    const { at, total, errors } = jobs.get(id)!;
    const done = clock() - at >= rules.jobDelayMs;
    const counted = {
      item_total_count: total,
      item_error_count: done ? errors : 0,
      item_success_count: done ? total - errors : 0,
    };
    return {
      id,
      status: done ? 'complete' : 'active',
      percentage_complete: done ? 100 : 0,
      ...counted,
      type: 'conversion_bulk_update',
    };
  }

  function handle(exchange: Exchange): Reply {
    const { method, path, headers } = exchange;
    if (path.startsWith('/conversion/') && method === 'GET') return sale(exchange);
    const given = Buffer.from((headers['authorization'] ?? '').replace(/^Basic /, ''), 'base64').toString('utf8');
    if (given !== `${rules.applicationKey}:${rules.userKey}`) return failure(401, '', 'Unauthorized');
    const campaign = /\/campaigns?\/([^/]+)\//.exec(path)?.[1];
    if (campaign !== undefined && rules.campaignId !== '' && campaign !== rules.campaignId)
      return failure(404, '', 'not found');
    if (method === 'GET' && path.endsWith('/conversion.json')) return listing(report(exchange), rules);
    if (method === 'POST' && path.endsWith('/conversions/bulk')) return bulk(exchange);
    const job = /^\/v3\/jobs\/([^/]+)$/.exec(path)?.[1];
    if (job !== undefined) return jobs.has(job) ? json(200, { data: viewJob(job) }) : failure(404, '', 'not found');
    return path === '/v3/jobs' ? json(200, { data: [...jobs.keys()].map(viewJob) }) : failure(404, '', 'not found');
  }

  return {
    name: 'partnerize',
    title: 'Partnerize',
    about:
      'A sale as segments of an address, which answers nothing; its report; and changes by reference or item, judged by jobs.',
    columns: ['at', 'conversionref', 'clickref', 'currency', 'status', 'items', 'duplicates'],
    settings,
    handle,
    recorded: () => conversions,
    counts: () => ({ conversions: conversions.length, jobs: jobs.size, ...counts }),
    reset() {
      conversions.length = 0;
      jobs.clear();
      Object.assign(counts, { refused: 0, duplicates: 0 });
    },
  };
};

const failure = (code: number, property: string, message: string): Reply =>
  json(code, { error: { errors: [{ property, type: 'invalid', message }], code: String(code), message } });

const viewOf = ({ conversionId, conversionref, items, status, currency, time }: Conversion): Json => ({
  conversion_data: {
    ...{ conversion_id: conversionId, conversion_reference: conversionref, currency },
    conversion_time: new Date(time).toISOString().slice(0, 19).replace('T', ' '),
    conversion_value: { conversion_status: status, value: items.reduce((sum, { value }) => sum + value, 0) },
    conversion_items: items.map(({ id, sku, category, value, status: itemStatus }) => ({
      ...{ conversion_item_id: id, sku, category, item_value: value, item_status: itemStatus },
    })),
  },
});

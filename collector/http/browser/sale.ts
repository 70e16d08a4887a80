/** The two doors for shops that print a pixel or a form: `GET /t/SITE/sale` answers an image, `POST` a redirect to the site's own page. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../../../wire/problem.ts';
import { type Answered, refuseWith } from '../../ingest/front-door.ts';
import type { BodyBudget } from '../body-budget.ts';
import { readBody, refuseBody } from './read-body.ts';

const LARGEST_FORM = 16 * 1024;
/** The smallest transparent GIF. Its address must not end in `.gif`: block lists match that. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Order fields that these doors take beside `id` and `amount`. */
const FIELDS: Record<string, string> = {
  id: 'orderId',
  amount: 'total',
  currency: 'currency',
  signature: 'signature',
  coupon: 'coupons',
  journey: 'journey',
  visitor: 'visitor',
};

/** The order in a query or a posted form. Only GET and POST report a sale: whoever asks with HEAD wants to know whether we are here. */
export async function saleRequest(
  request: IncomingMessage,
  query: string,
  budget: BodyBudget,
): Promise<{ order: Record<string, unknown> } | { refusal: Answered }> {
  if (request.method === 'GET') return { order: orderOf(new URLSearchParams(query.replace(/&(amp;)+/gi, '&'))) };
  if (request.method !== 'POST')
    return { refusal: refuseWith(405, [{ field: 'method', message: 'must be GET or POST' }]) };
  const body = await readBody(request, LARGEST_FORM, budget);
  if ('refused' in body)
    return { refusal: refuseBody(body.refused, LARGEST_FORM, 'leave out what is no field of the sale') };
  return { order: orderOf(new URLSearchParams(body.text)) };
}

function orderOf(params: URLSearchParams): Record<string, unknown> {
  const order: Record<string, unknown> = {};
  // Carts write names in letters of their own: `Amount`, `ID`. What is written as here comes first.
  const said = (name: string): string | undefined =>
    [...params].find(([key, value]) => key === name && value !== '')?.[1] ??
    [...params].find(([key, value]) => key.toLowerCase() === name && value !== '')?.[1];
  for (const [name, field] of Object.entries(FIELDS)) {
    const value = said(name);
    if (value !== undefined) order[field] = value;
  }
  const consent = said('consent')?.toLowerCase();
  if (consent !== undefined) order.consent = { marketing: consent };
  // One of our words: what else a pixel calls its status (`1`, `ok`) never costs the sale.
  const status = said('status')?.trim().toLowerCase() ?? '';
  if (/^(approved|pending|cancelled|refunded)$/.test(status)) order.status = status;
  // What else was sent may hold click ids: which names are ones, the site's connections say.
  const isField = (name: string): boolean => name in FIELDS || name === 'consent' || name === 'status';
  const clicks = [...params].filter(([name]) => !isField(name.toLowerCase()));
  if (clicks.length > 0) order.clicks = Object.fromEntries(clicks);
  return order;
}

/** The names that the shop gave the fields: problems speak of what it sent, not of what we call it. */
const SENT_AS: ReadonlyMap<string, string> = new Map(Object.entries(FIELDS).map(([name, field]) => [field, name]));

function inSentNames({ body, ...rest }: Answered): Answered {
  const { errors } = JSON.parse(body) as { errors: Problem[] };
  const renamed = errors.map(({ field, message }) => ({
    field: SENT_AS.get(field) ?? field.replace(/^clicks\./, ''),
    message,
  }));
  return { ...rest, body: JSON.stringify({ errors: renamed }) };
}

/** An image for the pixel of a sale that was taken, words for one that was refused; for the form 303 to the configured page and nowhere else. */
export function writeSale(given: {
  request: IncomingMessage;
  response: ServerResponse;
  answered: Answered;
  thankYou: string | undefined;
}): void {
  const { request, response, thankYou } = given;
  const ok = given.answered.status < 300;
  const answered = ok ? given.answered : inSentNames(given.answered);
  if (request.method === 'POST') {
    if (ok && thankYou !== undefined) {
      response.writeHead(303, { location: thankYou, 'cache-control': 'no-store' });
      response.end();
      return;
    }
    const body = ok ? '<!doctype html><title>Thank you</title><p>Thank you for your order.' : answered.body;
    response.writeHead(answered.status, {
      'content-type': ok ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(body);
    return;
  }
  if (!ok) {
    response.writeHead(answered.status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(answered.body);
    return;
  }
  response.writeHead(200, { 'content-type': 'image/gif', 'content-length': PIXEL.length, 'cache-control': 'no-store' });
  response.end(PIXEL);
}

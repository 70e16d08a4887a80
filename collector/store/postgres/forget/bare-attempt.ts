/** SQL that empties exchanges with vendors: time, method, address without its query, status, outcome and reason are left. */
import type { Sql } from '../database.ts';

export interface Exchange {
  delivery: string;
  id: string;
  request: string;
  response: string | null;
}

const EMPTY = `
  UPDATE attempt a SET request = bare.request, response = bare.response
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS bare (delivery, id, request, response)
  WHERE a.site = $1 AND a.delivery = bare.delivery AND a.id = bare.id`;

/** How many it emptied. */
export async function emptyExchanges(sql: Sql, site: string, exchanges: readonly Exchange[]): Promise<number> {
  if (exchanges.length === 0) return 0;
  return sql.run(EMPTY, [
    ...[site, exchanges.map(({ delivery }) => delivery), exchanges.map(({ id }) => id)],
    ...[exchanges.map(({ request }) => bareRequest(request)), exchanges.map(({ response }) => bareResponse(response))],
  ]);
}

/** Whether anything but the bare exchange is left. */
export function isFullExchange({ request, response }: Exchange): boolean {
  const { body } = JSON.parse(request) as { body?: unknown };
  if (body !== undefined && body !== null) return true;
  return response !== null && (JSON.parse(response) as { body?: unknown }).body !== '';
}

function bareRequest(text: string): string {
  const { method, url } = JSON.parse(text) as { method: string; url: string };
  const query = url.indexOf('?');
  return JSON.stringify({ method, url: query < 0 ? url : `${url.slice(0, query + 1)}…` });
}

function bareResponse(text: string | null): string | null {
  if (text === null) return null;
  const { status } = JSON.parse(text) as { status: number };
  return JSON.stringify({ status, headers: {}, body: '' });
}

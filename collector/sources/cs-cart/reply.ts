/** Reads CS-Cart's answers: JSON or a page in its place, refusals in words that say what to fix, and strings for numbers. */
import type { ListPage, Reading, SourceFault } from '../../kit/source.ts';
import type { HttpResponse } from '../../model/http.ts';

export type Row = Record<string, unknown>;

/** The parsed body, or why there is none. */
export function readJson(response: HttpResponse): Reading<unknown> {
  const { status } = response;
  const parsed = parse(response);
  if (status >= 200 && status < 300 && parsed !== undefined) return { value: parsed };
  return { fault: faultOf(response, parsed) };
}

function parse(response: HttpResponse): unknown {
  const type = response.headers['content-type'] ?? '';
  if (/html/i.test(type) || /^\s*</.test(response.body)) return undefined;
  try {
    return JSON.parse(response.body) as unknown;
  } catch {
    return undefined;
  }
}

/** Codes: https://docs.cs-cart.com/latest/developer_guide/api/errors.html (read 2026-11). The API itself limits no rate; web servers and firewalls do. */
function faultOf(response: HttpResponse, parsed: unknown): SourceFault {
  const { status } = response;
  const page = parsed === undefined ? ' with a page instead of JSON' : '';
  if (status === 401) {
    return permanent(
      'CS-Cart does not accept the credentials (401). A newly generated API key makes every earlier one invalid: copy the current key ' +
        'from the administrator’s "API access" tab. Check that the account is active and has API access. If both are right, ' +
        'the web server drops the Authorization header (CGI or FastCGI): add "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]" to its .htaccess.',
    );
  }
  if (status === 403 && /https/i.test(response.body)) {
    return permanent('The shop’s API is only accessible over HTTPS: start the CS-Cart URL with https://.');
  }
  if (status === 403 && parsed !== undefined) {
    return permanent(
      'The administrator lacks a privilege (403): give its user group "View orders" and "View users" in Customers → User groups.',
    );
  }
  if (status === 404 && parsed !== undefined) {
    return { ...permanent('CS-Cart does not know what was asked for (404).'), missing: true };
  }
  if (status >= 300 && status < 400) {
    const target = response.headers['location'] ?? 'another address';
    return permanent(
      `The shop redirects to ${target.slice(0, 200)}: put that address, up to the API path, into the CS-Cart URL.`,
    );
  }
  if (status === 404) return permanent(`The shop answered 404${page}. ${NO_API}`);
  if (status === 408 || status === 429 || status >= 500)
    return temporary(`The shop answered ${status}${page}. It is asked again later.`);
  if (status === 403) {
    return temporary(`The shop answered 403${page}: a firewall stands before it. Let the collector’s address through.`);
  }
  if (parsed === undefined && status < 300) {
    return temporary(`The shop answered 200${page}: maintenance, a firewall, or the storefront. ${NO_API}`);
  }
  return permanent(`The shop refused the request (${status}): ${messageOf(parsed)}`);
}

const NO_API =
  'Check the sub-folder in the CS-Cart URL; if the web server has no mod_rewrite, set noRewrite so that /api.php is asked.';

const permanent = (message: string): SourceFault => ({ message, temporary: false });
const temporary = (message: string): SourceFault => ({ message, temporary: true });

function messageOf(parsed: unknown): string {
  const message = isRow(parsed) ? parsed['message'] : undefined;
  return typeof message === 'string' ? message.slice(0, 200) : 'it gave no reason';
}

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Texts and numbers alike as text; anything else, and what is empty, as undefined. */
export function rowText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Whole numbers, which PHP sends as strings. */
export function rowNumber(value: unknown): number | undefined {
  const given = rowText(value);
  return given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : undefined;
}

/** An id that is not zero: CS-Cart says "none" with `"0"`. */
export function idOf(value: unknown): string | undefined {
  const number = rowNumber(value);
  return number === undefined || number === 0 ? undefined : String(number);
}

/** Unix seconds to epoch milliseconds. */
export function rowTime(value: unknown): number | undefined {
  const seconds = rowNumber(value);
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}

/** `{ NAME: […], params: { total_items, items_per_page } }`; also the bare array of API 1.0, which is the whole list at once. */
export function readList<T>(
  response: HttpResponse,
  name: string,
  row: (row: Row) => T | { problem: string } | undefined,
): Reading<ListPage<T>> {
  const json = readJson(response);
  if ('fault' in json) return json;
  const body = json.value;
  const list = Array.isArray(body) ? body : isRow(body) && body[name];
  // PHP spells an empty hash as an empty list and a list with holes as a hash.
  const entries = isRow(list) ? Object.values(list) : list;
  if (!Array.isArray(entries))
    return { fault: permanent(`The shop’s answer holds no "${name}": is this a CS-Cart API 2.0?`) };
  const params = isRow(body) && isRow(body['params']) ? body['params'] : {};
  const total = rowNumber(params['total_items']) ?? entries.length;
  const page: ListPage<T> = { rows: [], size: entries.length, total, problems: [] };
  const perPage = Array.isArray(body) ? entries.length : rowNumber(params['items_per_page']);
  if (perPage !== undefined && perPage > 0) page.perPage = perPage;
  for (const entry of entries as unknown[]) {
    const read = isRow(entry) ? row(entry) : { problem: 'a row that is not an object' };
    if (read === undefined) continue;
    if (typeof read === 'object' && read !== null && 'problem' in read) page.problems.push(String(read.problem));
    else page.rows.push(read as T);
  }
  return { value: page };
}

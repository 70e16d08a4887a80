/** From one address that somebody types to what a site is: its hosts, name and currency, read from the page that stands there. */
import type { FoundShop } from '../../../wire/admin/start.ts';
import type { Problem } from '../../../wire/problem.ts';
import { seconds } from '../../lib/duration.ts';
import type { Sender } from '../../outbound/send.ts';
import { readShopPage, shortName, siteHost } from './read-shop-page.ts';

/** A shop's home page with its inlined styles; what follows is footer. */
const MOST_BYTES = 512 * 1024;
const REDIRECTS = 4;

export async function findShop(
  address: unknown,
  { send }: Pick<Sender, 'send'>,
): Promise<FoundShop | { problems: Problem[] }> {
  const first = addressOf(address);
  if (!first)
    return { problems: [{ field: 'address', message: 'must be the address of the shop, such as shop.example' }] };
  const read = await fetchShopPage(first, send);
  const hosts = [...new Set([read.at, first].map(siteHost))];
  // A host whose parent is listed, too, belongs to it.
  const domains = hosts.filter((host) => !hosts.some((other) => host.endsWith(`.${other}`)));
  const id = shortName(domains[0]!);
  if ('unread' in read) return { id, domains, linked: [], unread: read.unread };
  const page = readShopPage(read.html, read.at);
  return { id, domains, ...page, linked: page.linked.filter((host) => !domains.includes(host)) };
}

/** As people type it: without a scheme it is a shop on https. */
function addressOf(text: unknown): URL | undefined {
  if (typeof text !== 'string' || text.trim() === '' || text.length > 2000) return undefined;
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(text.trim()) ? text.trim() : `https://${text.trim()}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  return url && /^https?:$/.test(url.protocol) && /\.|^localhost$|^\[/.test(url.hostname) ? url : undefined;
}

/** The page at the end of the way that a visitor would be sent, cut at half a megabyte; every step passes the outbound guard anew. */
export async function fetchShopPage(
  first: URL,
  send: Sender['send'],
): Promise<{ at: URL; html: string } | { at: URL; unread: string }> {
  let at = first;
  for (let step = 0; step <= REDIRECTS; step += 1) {
    const request = { method: 'GET' as const, url: withoutPerson(at), headers: { accept: 'text/html' } };
    const sent = await send(request, { maxBytes: MOST_BYTES, timeout: seconds(8) });
    if (!sent.ok) return { at, unread: sent.message };
    const { status, headers, body } = sent.response;
    const target = status >= 300 && status < 400 ? headers['location'] : undefined;
    if (target === undefined)
      return status === 200 ? { at, html: body } : { at, unread: `${at.host} answered with ${status}` };
    if (!URL.canParse(target, at)) return { at, unread: `${at.host} leads to nowhere` };
    at = new URL(target, at);
  }
  return { at, unread: `${first.host} leads on and on` };
}

function withoutPerson(url: URL): string {
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  clean.hash = '';
  return clean.href;
}

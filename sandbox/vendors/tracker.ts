/**
 * The cookie tracker of the founding document in the sandbox: credits whoever its own cookie names, so only the browser can tell it.
 *
 * `GET /click?affiliate=7` sets the cookie · `GET /track?id=11001&amount=19.95` is the pixel · `POST /log` is the form,
 * which goes on to the configured thank-you page, or shows a small page inside a frame.
 */
import { escapeHtml, page } from '../html.ts';
import type { Exchange, Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Sale {
  at: string;
  id: string;
  amount: string;
  /** Whom the cookie named; empty where no cookie came. */
  affiliate: string;
  via: 'pixel' | 'form';
  duplicates: number;
}

const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const COOKIE = 'sandbox_affiliate';

export const tracker: VendorFactory = (): Vendor => {
  const settings = createSettings(
    {
      /** The advertiser's Redirection URL: where the form goes on to. Only from here, never from a request. */
      redirectionUrl: '',
      /** Where an affiliate's click leads. */
      landingUrl: '',
      /** `none` is sent from other sites' pages; `lax` is what browsers make of trackers that say nothing. */
      sameSite: 'none',
    },
    { sameSite: ['none', 'lax'] },
  );
  const sales = new Map<string, Sale>();
  const counts = { duplicates: 0, refused: 0, unattributed: 0 };
  let unnamed = 0;

  function log(exchange: Exchange, fields: URLSearchParams, via: Sale['via']): string | undefined {
    const amount = fields.get('amount') ?? '';
    const id = fields.get('id') ?? '';
    if (!/^\d+(\.\d+)?$/.test(amount)) {
      counts.refused += 1;
      return 'amount must be a number with a decimal dot, without a currency';
    }
    // "preferably a unique invoice number as well": without one every call is another sale.
    unnamed += id === '' ? 1 : 0;
    const key = id === '' ? `\n${unnamed}` : id;
    const known = sales.get(key);
    if (known) {
      known.duplicates += 1;
      counts.duplicates += 1;
      return undefined;
    }
    const affiliate = cookie(exchange.headers['cookie'] ?? '');
    if (affiliate === '') counts.unattributed += 1;
    sales.set(key, { at: new Date(exchange.at).toISOString(), id, amount, affiliate, via, duplicates: 0 });
    return undefined;
  }

  function click(exchange: Exchange): Reply {
    const affiliate = exchange.query.get('affiliate') ?? '';
    if (!/^[\w.-]{1,64}$/.test(affiliate)) return html(400, 'This link names no affiliate.');
    // Browsers take Secure from http on loopback only, which is where the sandbox lives.
    const scope = settings.now.sameSite === 'none' ? 'SameSite=None; Secure' : 'SameSite=Lax';
    const path = new URL(exchange.base).pathname;
    const headers = { 'set-cookie': `${COOKIE}=${affiliate}; Path=${path}; Max-Age=2592000; HttpOnly; ${scope}` };
    const to = settings.now.landingUrl;
    if (to !== '') return { status: 302, headers: { ...headers, location: to } };
    const reply = html(200, `Affiliate ${affiliate} is remembered.`);
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }

  function form(exchange: Exchange): Reply {
    if (!(exchange.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
      return html(415, 'Send a form.');
    }
    const problem = log(exchange, new URLSearchParams(exchange.body), 'form');
    if (problem !== undefined) return html(400, problem);
    const framed = exchange.headers['sec-fetch-dest'] === 'iframe';
    const to = settings.now.redirectionUrl;
    return to === '' || framed
      ? html(200, 'Thank you. The sale is logged.')
      : { status: 303, headers: { location: to } };
  }

  return {
    name: 'tracker',
    title: 'Cookie tracker',
    about:
      'Credits the affiliate that its own cookie names. A pixel or a form from the shopper’s browser; a server has no cookie and so no affiliate.',
    columns: ['at', 'id', 'amount', 'affiliate', 'via', 'duplicates'],
    settings,
    handle(exchange) {
      const { method, path } = exchange;
      if (method === 'GET' && path === '/click') return click(exchange);
      if (method === 'POST' && path === '/log') return form(exchange);
      if (method !== 'GET' || path !== '/track') return html(404, 'Nothing here.');
      const problem = log(exchange, exchange.query, 'pixel');
      if (problem !== undefined) return html(400, problem);
      return { status: 200, headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' }, body: GIF };
    },
    recorded: () => [...sales.values()],
    counts: () => ({ sales: sales.size, ...counts }),
    reset() {
      sales.clear();
      unnamed = 0;
      Object.assign(counts, { duplicates: 0, refused: 0, unattributed: 0 });
    },
  };
};

function cookie(header: string): string {
  const pair = header.split(/;\s*/).find((part) => part.startsWith(`${COOKIE}=`));
  return pair?.slice(COOKIE.length + 1) ?? '';
}

const html = (status: number, text: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: page({ title: 'Cookie tracker', body: `<p>${escapeHtml(text)}</p>` }),
});

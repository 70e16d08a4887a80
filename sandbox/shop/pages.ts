/** The demo shop's pages. Each says what Clickthread does at that step. */
import { escapeHtml as esc, page } from '../html.ts';
import { reportHtml, type ShopOrder, type Via } from './order.ts';

/** What every page needs to know. */
export interface ShopView {
  /** `http://localhost:9200`, where the shop is. */
  shopUrl: string;
  /** `http://127.0.0.1:9200`, where the checkout is: another site, as far as cookies are concerned. */
  checkoutUrl: string;
  /** Address of the site's browser routes on the page's own host: `http://localhost:8787/t/shop`. */
  collector: string;
  site: string;
  /** Show a consent banner, as `?consent=ask` asks for. */
  ask: boolean;
  /** What a person types before the name of a command. */
  command: string;
  sandboxUrl?: string;
  adminUrl?: string;
}

const STUB =
  'window.clickthread = window.clickthread || function () { (clickthread.q = clickthread.q || []).push(arguments) };';

function shell(view: ShopView, parts: { title: string; step: string; body: string; beforeTag?: string }): string {
  const head = `<script>${STUB}</script>\n<script async src="${esc(view.collector)}.js"></script>`;
  const banner = view.ask
    ? `<div class="card" id="consent-banner"><p>May we remember which partner sent you?</p><p class="row">
<button id="consent-yes" onclick="clickthread('consent',{marketing:true});this.closest('.card').remove()">Yes</button>
<button id="consent-no" class="quiet" onclick="clickthread('consent',{marketing:false});this.closest('.card').remove()">No</button></p></div>`
    : '';
  const links = [
    view.sandboxUrl && `<a href="${esc(view.sandboxUrl)}/sandbox/impact">what impact.com received</a>`,
    view.adminUrl && `<a href="${esc(view.adminUrl)}">the collector's dashboard</a>`,
    `<a href="${esc(view.shopUrl)}/">start again</a>`,
  ].filter(Boolean);
  return page({
    title: `${parts.title} · Example Shop`,
    head: (parts.beforeTag ?? '') + head,
    body: `<p class="soft">Example Shop · ${esc(parts.step)}</p><h1>${esc(parts.title)}</h1>
${parts.body}${banner}
<p class="soft">See ${links.join(' · ')}</p>`,
  });
}

const keep = (view: ShopView) => (view.ask ? '?consent=ask' : '');

export function landingPage(view: ShopView): string {
  const click = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
  return shell(view, {
    title: 'Good things for house and garden',
    step: 'step 1 of 4: the landing',
    body: `<div class="card"><p>A partner's link leads here with a click id: <a id="partner-link"
href="/?irclickid=${click}${view.ask ? '&amp;consent=ask' : ''}"><code>/?irclickid=${click}</code></a>.
The tag reads the id, keeps it in the first-party cookie <code>_ct</code> of this host and tells the collector.</p>
<p><a class="button" id="product-link" href="/product${keep(view)}">Look at the goods</a></p></div>`,
  });
}

export function productPage(view: ShopView): string {
  const checkout = `${esc(view.checkoutUrl)}/checkout`;
  const consent = view.ask ? '<input type="hidden" name="consent" value="ask">' : '';
  return shell(view, {
    title: 'Your basket',
    step: 'step 2 of 4: the basket',
    body: `<div class="card wide">${GOODS}</div>
<div class="card"><p>The checkout lives on <b>another domain</b> (<code>${esc(view.checkoutUrl)}</code>), which cannot read this one's cookies.
The tag carries the journey over: in a link, a GET form, a POST form, or a redirect made by hand.</p>
<div class="row"><a class="button" id="checkout-link" href="${checkout}${keep(view)}">Checkout (link)</a>
<form method="get" action="${checkout}">${consent}<button class="quiet" id="checkout-get">GET form</button></form>
<form method="post" action="${checkout}${keep(view)}"><button class="quiet" id="checkout-post">POST form</button></form>
<button class="quiet" id="checkout-decorate" onclick="location.href=clickthread('decorate','${checkout}${keep(view)}')||'${checkout}'">clickthread('decorate')</button></div></div>`,
  });
}

const GOODS = `<style>.goods :is(th,td):nth-child(n+4){text-align:right}@media(max-width:34rem){.goods :is(th,td):nth-child(-2n+3){display:none}.goods :is(th,td){padding:.45rem .3rem}}</style>
<table class="goods"><thead><tr><th>SKU</th><th>Goods</th><th>Category</th><th>Quantity</th><th>Price</th><th>Sum</th></tr></thead><tbody>
<tr><td>1ABC2345</td><td>Product Name 1</td><td>Hardware</td><td>2</td><td>14.00</td><td>28.00</td></tr>
<tr><td>9ZXY7654</td><td>Product Name 2</td><td>Gardening</td><td>3</td><td>33.00</td><td>99.00</td></tr>
<tr><td></td><td>Coupon 15BUCKSOFF</td><td></td><td></td><td></td><td>−15.00</td></tr>
<tr><td></td><td><b>To pay</b></td><td></td><td></td><td></td><td><b>112.00 USD</b></td></tr></tbody></table>`;

export function checkoutPage(view: ShopView, orderId: string): string {
  return shell(view, {
    title: 'Checkout',
    step: 'step 3 of 4: another domain',
    body: `<div class="card wide">${GOODS}</div>
<div class="card"><p>The journey arrived in the address; the tag has taken it up into this domain's own cookie and cleaned the address bar.
The form below carries the click id to the shop's server in a hidden field, as a shop's own back end may want it.</p>
<form method="post" action="/pay${keep(view)}" class="row"><input type="hidden" name="order" value="${esc(orderId)}">
<input type="hidden" name="irclickid" data-clickthread="irclickid"><input type="hidden" name="journey" data-clickthread="journey">
<label>E-mail (optional) <input type="email" name="email" id="email" autocomplete="off"></label>
<button id="pay">Pay 112.00 USD</button></form></div>`,
  });
}

export function thanksPage(view: ShopView, order: ShopOrder, via: Via): string {
  const { orderId, placedAt } = order;
  return shell(view, {
    title: 'Thank you for your order',
    step: 'step 4 of 4: the sale',
    body: `<div class="card"><p>Order <b id="order-id">${esc(orderId)}</b>, 112.00 USD, placed ${esc(placedAt)}.</p>
<p>The page tells the tag about the sale (<code>${esc(via)}</code>), the tag tells the collector, and the collector tells each network: once, however often
this page is <a href="">loaded again</a>.</p><p>Why was it credited? Ask in a terminal, in the folder in which the demo was started:</p><pre>${esc(view.command)} explain ${esc(shellWord(orderId))}</pre></div>
${reportHtml(order, via, esc(view.collector))}`,
  });
}

/** Quoted where a shell would read more than a word, since people copy what a page shows. */
const shellWord = (text: string) => (/^[\w.-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`);

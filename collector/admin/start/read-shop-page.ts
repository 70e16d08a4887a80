/** What a shop's page tells about the shop: its name, its currency, where the checkout lies, whether a consent banner asks. Pure. */
import type { FoundShop } from '../../../wire/admin/start.ts';

/** Banners whose answer the tag reads by itself with `consent: auto`: those of Google's consent mode and of the IAB's framework. */
const BANNERS =
  /gtag\(\s*['"]consent['"]|__tcfapi|cookiebot|onetrust|usercentrics|didomi|cookieyes|complianz|iubenda|quantcast|axeptio|Shopify\.customerPrivacy/i;
/** Paths of a checkout, in the languages and systems that are often met. */
const CHECKOUT =
  /^\/(?:[\w-]+\/)?(?:cart|checkout|checkouts|basket|kassa|kasse|warenkorb|panier|commande|carrello|carrito|kalathi|order|pay(?:ment)?)\b/i;
const CURRENCY = /^[A-Z]{3}$/;

/** `at`: the address that the page was read from. */
export function readShopPage(html: string, at: URL): Pick<FoundShop, 'name' | 'linked' | 'currency' | 'consent'> {
  const name = nameIn(html);
  const currency = currencyIn(html);
  return {
    ...(name === undefined ? {} : { name }),
    linked: checkoutHosts(html, at),
    ...(currency === undefined ? {} : { currency }),
    ...(BANNERS.test(html) ? { consent: 'auto' as const } : {}),
  };
}

/** The host of an address without `www.`, as sites list it: its subdomains belong to it. */
export const siteHost = ({ host }: URL): string => host.replace(/^www\./i, '').toLowerCase();

/** A short name out of a host: `garden-shop` of `www.garden-shop.co.uk`. */
export function shortName(host: string): string {
  const [first = ''] = host.split(/[.:]/).filter((label) => !/^(www|shop|store|m|en|de|el)$/.test(label));
  return first.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 32) || 'shop';
}

/** The content of a `<meta>` by its `property` or `name`, whichever way round its attributes stand. */
function metaOf(html: string, property: string): string | undefined {
  for (const [tag] of html.matchAll(/<meta\b[^<>]{0,2000}>/gi)) {
    if (attributeOf(tag, 'property') !== property && attributeOf(tag, 'name') !== property) continue;
    const content = attributeOf(tag, 'content')?.trim();
    if (content) return content;
  }
  return undefined;
}

function attributeOf(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
  const value = found?.[1] ?? found?.[2] ?? found?.[3];
  return value === undefined ? undefined : plain(value);
}

/** The title's last part, where there are several, is most often the shop. */
function nameIn(html: string): string | undefined {
  const title = plain(/<title[^<>]{0,200}>([^<]{1,500})/i.exec(html)?.[1] ?? '');
  const parts = title.split(/\s+[|–—·-]\s+/).filter((part) => part.trim() !== '');
  const name = metaOf(html, 'og:site_name') ?? metaOf(html, 'application-name') ?? parts.at(-1) ?? '';
  const text = name.replace(/\s+/g, ' ').trim().slice(0, 200);
  return text === '' ? undefined : text;
}

function currencyIn(html: string): string | undefined {
  const said = [
    metaOf(html, 'og:price:currency'),
    metaOf(html, 'product:price:currency'),
    /Shopify\.currency\s*=\s*\{\s*"active"\s*:\s*"([A-Z]{3})"/.exec(html)?.[1],
    /"priceCurrency"\s*:\s*"([A-Za-z]{3})"/.exec(html)?.[1],
    /itemprop=["']priceCurrency["'][^<>]{0,500}content=["']([A-Za-z]{3})["']/i.exec(html)?.[1],
  ];
  return said.map((code) => code?.toUpperCase()).find((code) => code !== undefined && CURRENCY.test(code));
}

/** Hosts of other sites to which a link or form leads, by a path that looks like a cart or a checkout. */
function checkoutHosts(html: string, at: URL): string[] {
  const own = siteHost(at);
  const hosts = [...html.matchAll(/<(?:a|form)\b[^<>]{0,2000}>/gi)].flatMap(([tag]) => {
    const target = attributeOf(tag, 'href') ?? attributeOf(tag, 'action') ?? '';
    if (!URL.canParse(target, at)) return [];
    const url = new URL(target, at);
    const leads =
      /^https?:$/.test(url.protocol) && (CHECKOUT.test(url.pathname) || /^(checkout|secure|pay)\./i.test(url.host));
    const host = siteHost(url);
    return leads && host !== own && !host.endsWith(`.${own}`) ? [host] : [];
  });
  return [...new Set(hosts)].slice(0, 5);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Without the entities of HTML that names carry. */
const plain = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(\w{1,8}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      if (Number.isInteger(code) && code <= 0x10ffff) return String.fromCodePoint(code);
      return NAMED[name?.toLowerCase() ?? ''] ?? whole;
    },
  );

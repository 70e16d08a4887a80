/**
 * What no webhook brought: the Admin API lists what has changed, and each order is read whole. A list of whole orders with their lines would
 * cost more than Shopify grants a question. https://shopify.dev/docs/api/usage/limits (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, ReportList, ReportPage, RereadStep } from '../../kit/source.ts';
import { seconds } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';
import { rowsOf } from './amounts.ts';
import { canAsk, readShopifyAnswer, shopifyRequest } from './api.ts';
import { readShopifyOrder } from './order.ts';

const NOTHING: ReportPage = { reports: [], problems: [] };

const LIST = `query ($filter: String!, $after: String) {
  orders(first: 100, after: $after, sortKey: UPDATED_AT, query: $filter) {
    nodes { id: legacyResourceId }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** Oldest change first: an order that changes meanwhile comes again at the end. */
const changed: ReportList = {
  request: ({ since, next }, settings) =>
    // Without quotes the colons of a time end the term.
    shopifyRequest(LIST, { filter: `updated_at:>='${isoOf(since)}'`, after: next ?? null }, settings),
  read(response) {
    const reading = readShopifyAnswer(response);
    if ('fault' in reading) return reading;
    const orders = isObject(reading.value['orders']) ? reading.value['orders'] : {};
    const reread = rowsOf(orders['nodes']).flatMap(({ id }) => textOf(id) ?? []);
    const next = nextOf(orders);
    return { value: { ...NOTHING, reread, ...(next === undefined ? {} : { next }) } };
  },
};

const isoOf = (at: number): string => `${new Date(Math.max(0, at)).toISOString().slice(0, 19)}Z`;

function nextOf({ pageInfo }: Json): string | undefined {
  return isObject(pageInfo) && pageInfo['hasNextPage'] === true ? textOf(pageInfo['endCursor']) : undefined;
}

/** Lines a question: each costs about ten points of the thousand that one may cost. */
const LINES = 50;

/** The order in the words of its webhooks. Lines in the one currency that is told. */
function orderQuery({ currency, chargebacks }: Settings): string {
  const side = currency === 'shop' ? 'shop_money: shopMoney' : 'presentment_money: presentmentMoney';
  const both = '{ shop_money: shopMoney { amount } presentment_money: presentmentMoney { amount } }';
  const one = `{ ${side} { amount } }`;
  const person = 'first_name: firstName last_name: lastName';
  const address = `${person} phone city zip province_code: provinceCode country_code: countryCodeV2`;
  return `query ($id: ID!, $after: String) {
  order(id: $id) {
    id: legacyResourceId name order_number: number confirmation_number: confirmationNumber test source_name: sourceName
    created_at: createdAt updated_at: updatedAt cancelled_at: cancelledAt financial_status: displayFinancialStatus
    currency: currencyCode presentment_currency: presentmentCurrencyCode taxes_included: taxesIncluded
    total_price_set: totalPriceSet ${both} current_total_price_set: currentTotalPriceSet ${both}
    net_payment_set: netPaymentSet ${both} total_tax_set: totalTaxSet ${both} current_total_tax_set: currentTotalTaxSet ${both}
    discount_codes: discountCodes note_attributes: customAttributes { name: key value }
    journey: customerJourneySummary { lastVisit { landingPage } }
    email phone customer { id: legacyResourceId ${person} }
    billing_address: billingAddress { ${address} } shipping_address: shippingAddress { ${address} }
    ${chargebacks === true ? 'disputes { initiatedAs status }' : ''}
    lines: lineItems(first: ${LINES}, after: $after) {
      nodes {
        sku title quantity current_quantity: currentQuantity variant { id: legacyResourceId }
        price_set: originalUnitPriceSet ${one} discount_allocations: discountAllocations { amount_set: allocatedAmountSet ${one} }
        tax_lines: taxLines { price_set: priceSet ${one} }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;
}

/** Page after page of lines, then all of it as one order. */
function reread(id: string, answers: readonly HttpResponse[], settings: Settings): RereadStep {
  const ask = (after: string | null): RereadStep => ({
    ask: shopifyRequest(orderQuery(settings), { id: `gid://shopify/Order/${id}`, after }, settings),
  });
  if (answers.length === 0) return ask(null);
  const pages: Json[] = [];
  for (const answer of answers) {
    const reading = readShopifyAnswer(answer);
    if ('fault' in reading) return reading;
    const { order } = reading.value;
    if (!isObject(order))
      return { fault: { message: 'Shopify knows no such order.', temporary: false, missing: true } };
    pages.push(order);
  }
  const last = pages.at(-1)!;
  const next = nextOf(isObject(last['lines']) ? last['lines'] : {});
  if (next !== undefined) return ask(next);
  const report = readShopifyOrder(wordsOf(last, pages), settings, changedAtOf(last));
  return { value: 'ignored' in report ? NOTHING : { reports: [report], problems: [] } };
}

/** A webhook of that second is older than what was asked for later. */
function changedAtOf({ updated_at: changedAt }: Json): number | undefined {
  const at = Date.parse(textOf(changedAt) ?? '');
  return Number.isNaN(at) ? undefined : at + seconds(1) - 1;
}

/** What aliases can't rename. */
function wordsOf(order: Json, pages: readonly Json[]): Json {
  const lines = pages.flatMap(({ lines: page }) => rowsOf(isObject(page) ? page['nodes'] : undefined));
  const journey = isObject(order['journey']) ? order['journey'] : {};
  const codes = Array.isArray(order['discount_codes']) ? (order['discount_codes'] as unknown[]) : [];
  return {
    ...order,
    financial_status: textOf(order['financial_status'])?.toLowerCase(),
    landing_site: isObject(journey['lastVisit']) ? journey['lastVisit']['landingPage'] : undefined,
    discount_codes: codes.map((code) => ({ code })),
    line_items: lines.map((line) => ({
      ...line,
      variant_id: isObject(line['variant']) ? line['variant']['id'] : undefined,
    })),
  };
}

export const shopifyCatchUp: CatchUp = {
  perSecond: 10,
  unable: (settings) =>
    canAsk(settings)
      ? undefined
      : 'Without clientId and clientSecret, or accessToken, only the webhooks tell: what they miss while the collector is away stays unknown.',
  changed: [changed],
  reread,
};

/** Partnerize in the sandbox: reads `/conversion/name:value/…/[name:value/…]`, as strictly as its own parser is loose. */
import type { Problem } from '../../../wire/problem.ts';

export interface SaleItem {
  sku: string;
  category: string;
  value: number;
  quantity: number;
}

const RULES: Readonly<Record<string, RegExp>> = {
  tracking_mode: /^api$/,
  campaign: /^[0-9a-z]{5,20}$/,
  clickref: /^[\w.~-]{4,64}$/,
  conversionref: /^.{1,256}$/s,
  conversion_time: /^\d{10}$|^\d{13}$/,
  currency: /^[A-Z]{3}$/,
  customertype: /^(new|existing)$/,
  voucher: /^.{1,128}$/s,
};
const REQUIRED = ['tracking_mode', 'campaign', 'clickref', 'conversionref', 'conversion_time', 'currency'];
const ITEM: Readonly<Record<string, RegExp>> = {
  category: /^.{1,128}$/s,
  sku: /^.{1,512}$/s,
  value: /^\d{1,8}(\.\d{1,4})?$/,
  quantity: /^\d{1,6}$/,
};

export function readSale(path: string): { fields: Record<string, string>; items: SaleItem[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const [, head = '', basket = ''] = /^\/conversion\/(.*?)\/?((?:\[[^[\]]*\])*)$/.exec(path) ?? [];
  const fields = readPairs(head, RULES, problems);
  const items = [...basket.matchAll(/\[([^\]]*)\]/g)].map(([, inner = '']) => {
    const { sku = '', category = '', value = '', quantity = '1' } = readPairs(inner, ITEM, problems);
    return { sku, category, value: Number(value), quantity: Number(quantity) };
  });
  if (items.length === 0) problems.push({ field: 'items', message: 'at least one is needed' });
  for (const name of REQUIRED) if (fields[name] === undefined) problems.push({ field: name, message: 'is required' });
  return { fields, items, problems };
}

/** A value holds no bare `/ : [ ]`: they would end it. */
function readPairs(text: string, rules: Readonly<Record<string, RegExp>>, problems: Problem[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const pair of text.split('/')) {
    const [name = '', value, ...more] = pair.split(':');
    const decoded = value === undefined ? undefined : decode(value);
    if (decoded === undefined || more.length > 0 || !rules[name]?.test(decoded))
      problems.push({ field: name, message: `has ${value ?? 'no value'}` });
    else fields[name] = decoded;
  }
  return fields;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a broken escape is a problem of the caller's
  }
}

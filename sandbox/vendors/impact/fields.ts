/**
 * impact.com's parameters of a conversion, as data: kind and length of each.
 * https://integrations.impact.com/brand-api-reference/reference/conversions/models and the item-level and order-level data pages.
 */
import { isCurrency } from '../../../wire/currency-digits.ts';

export type FieldRule =
  | { kind: 'text'; max: number }
  | { kind: 'whole'; max: number }
  /** `whole` digits before the dot, at most two after it. */
  | { kind: 'decimal'; whole: number }
  | { kind: 'date' | 'flag' | 'hash' | 'currency' };

const text = (max = 255): FieldRule => ({ kind: 'text', max });
const id: FieldRule = { kind: 'whole', max: 10 };
const money = (digits = 14): FieldRule => ({ kind: 'decimal', whole: digits - 2 });
const date: FieldRule = { kind: 'date' };
const flag: FieldRule = { kind: 'flag' };

const ORDER_FIELDS: Record<string, FieldRule> = {
  CampaignId: id,
  ActionTrackerId: id,
  EventTypeId: id,
  EventTypeCode: text(64),
  EventDate: date,
  OrderId: text(64),
  ClickId: text(64),
  CustomClickId: text(64),
  CustomerId: text(),
  CustomProfileId: text(70),
  OrderPromoCode: text(),
  UniqueUrl: text(2048),
  MediaId: id,
  MediaPartnerId: id,
  SubId1: text(),
  SubId2: text(),
  SubId3: text(),
  SharedId: text(),
  IpAddress: text(45),
  UserAgent: text(1024),
  GoogAId: text(),
  AndroidId: text(),
  AppleIfa: text(),
  AppleIfv: text(),
  PhoneNumber: text(),
  CallerId: text(),
  CountryCode: text(2),
  CustomerEmail: { kind: 'hash' },
  CustomerStatus: text(40),
  CustomerCity: text(),
  CustomerPostCode: text(),
  CustomerCountry: text(),
  CustomerRegion: text(),
  CurrencyCode: { kind: 'currency' },
  Amount: money(8),
  OrderSubTotalPostDiscount: money(),
  OrderSubtotal: money(),
  OrderDiscount: money(12),
  OrderDiscountRate: money(5),
  OrderShipping: money(),
  OrderTax: money(),
  OrderMargin: money(),
  PaymentType: text(32),
  GiftPurchase: flag,
  DispositionCode: text(64),
  Note: text(),
  TrackingConsent: flag,
  PropertyId: text(),
  AppPackage: text(),
  AppInstallRef: text(),
  AppVer: text(),
  DeviceMfr: text(),
  DeviceModel: text(),
  LocationId: text(),
  LocationName: text(),
  LocationType: text(),
};

const ITEM_FIELDS: Record<string, FieldRule> = {
  ItemSku: text(),
  ItemName: text(),
  ItemCategory: text(),
  ItemSubCategory: text(),
  ItemBrand: text(),
  ItemMpn: text(64),
  ItemPromoCode: text(),
  ItemDeliveryType: text(),
  ItemQuantity: { kind: 'whole', max: 9 },
  ItemPrice: money(),
  ItemSubTotal: money(),
  ItemDiscount: money(),
  ItemTotalDiscount: money(),
  ItemDiscountRate: money(5),
};

/** Numbered free fields: `Text1` … `Text50`, and `ItemText1_2` on an item. */
const CUSTOM: Record<string, { most: number; rule: FieldRule }> = {
  Text: { most: 50, rule: text(64) },
  Numeric: { most: 10, rule: money() },
  Money: { most: 3, rule: money() },
  Date: { most: 10, rule: date },
};

/** Older names that the documentation still accepts. */
export const ALIASES: Record<string, string> = {
  Oid: 'OrderId',
  Currency: 'CurrencyCode',
  PromoCode: 'OrderPromoCode',
};

/** The rule of a parameter; a sentence where a number is missing; `undefined` for a name impact.com does not document. */
export function fieldRule(name: string): FieldRule | string | undefined {
  if (Object.hasOwn(ORDER_FIELDS, name)) return ORDER_FIELDS[name];
  if (Object.hasOwn(ITEM_FIELDS, name)) return `must carry the item's number: ${name}1, ${name}2 …`;
  const item = /^(Item[A-Za-z]+?)([1-9]\d{0,3})$/.exec(name);
  if (item?.[1] && Object.hasOwn(ITEM_FIELDS, item[1])) return ITEM_FIELDS[item[1]];
  const custom = /^(?:Item)?(Text|Numeric|Money|Date)(?:[1-9]\d{0,3}_)?(\d{1,2})$/.exec(name);
  const free = custom?.[1] === undefined ? undefined : CUSTOM[custom[1]];
  if (!free || name.startsWith('Item') !== name.includes('_')) return undefined;
  const index = Number(custom?.[2]);
  return index >= 1 && index <= free.most ? free.rule : undefined;
}

/** The item number that a parameter belongs to. */
export function itemNumber(name: string): number | undefined {
  const match = /^Item[A-Za-z]+?([1-9]\d{0,3})(?:_\d{1,2})?$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

/** What is wrong with a value, as impact.com would word it. */
export function valueProblem(value: string, rule: FieldRule): string | undefined {
  if (value === '') return 'must not be empty; leave the parameter out';
  switch (rule.kind) {
    case 'text':
      return value.length > rule.max ? `must be at most ${rule.max} characters` : undefined;
    case 'whole':
      return /^\d+$/.test(value) && value.length <= rule.max
        ? undefined
        : `must be a whole number of at most ${rule.max} digits`;
    case 'decimal':
      return decimalProblem(value, rule.whole);
    case 'date':
      return dateProblem(value);
    case 'flag':
      return /^(true|false)$/i.test(value) ? undefined : 'must be true or false';
    case 'hash':
      return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value)
        ? undefined
        : 'must be a SHA-1 or SHA-256 hash in hex; plain e-mails are not accepted';
    case 'currency':
      return isCurrency(value) ? undefined : 'must be an ISO 4217 code such as USD';
    default:
      return rule satisfies never;
  }
}

function decimalProblem(value: string, whole: number): string | undefined {
  if (!/^\d+(\.\d{1,2})?$/.test(value))
    return 'must be a decimal with a dot and at most two places, without grouping or sign';
  return value.replace(/\..*/, '').length > whole ? `must have at most ${whole} digits before the dot` : undefined;
}

function dateProblem(value: string): string | undefined {
  if (value === 'NOW') return undefined;
  if (/ \d\d:\d\d$/.test(value)) return 'lost the + of its offset: encode it as %2B, or send UTC with Z';
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.exec(value);
  if (!match) return 'must be ISO 8601 with Z or an offset, such as 2024-08-02T07:55:24Z';
  const local = new Date(`${match[1]}T${match[2]}Z`);
  const exists = !Number.isNaN(local.getTime()) && local.toISOString().startsWith(`${match[1]}T${match[2]}`);
  return exists && !Number.isNaN(Date.parse(value)) ? undefined : 'is not a date that exists';
}

/** `clickthread/plugin`: everything that a definition is made of. What stands here is a promise to the authors of plugins. */
export {
  amountOf,
  type Basis,
  basisOf,
  basisSetting,
  decimalAmount,
  groupLines,
  groupOrder,
  groupProblems,
  groupsSetting,
  type GroupedLine,
  type GroupRule,
  type GroupShare,
  layOutOrder,
  type Ledger,
  type LedgerLine,
  linesOn,
  orderAsGrouped,
  orderAsTold,
  lineTotal,
  spreadAmount,
  unitsOf,
  withDecimals,
  worthOf,
} from './amount.ts';
export { type ClickCookie, clickCookieSettings, type VendorCookie } from './click-cookie.ts';
export {
  type Batch,
  defineDestination,
  type Destination,
  type Limits,
  type Lookup,
  type Outcome,
  type Remedy,
  type Repeatable,
  type TokenExchange,
  toldUnverified,
  type VendorToken,
  type Verdict,
} from './destination.ts';
export { cutText, encodePairs, jsonRequest, percentEncode } from './encode.ts';
export { isObject, type Json, parseItems, parseList, parseObject, pickField, pickItems, textOf } from './json.ts';
export {
  definePlatform,
  type ListedContact,
  type ListPlatform,
  type PlatformFault,
  type PlatformReading,
  type SubscriberFields,
} from './platform.ts';
export {
  decimalText,
  type OwnReport,
  type ReportFault,
  type ReportLines,
  type ReportRow,
  type ReportWindow,
  utcInstant,
  utcText,
} from './report/own-report.ts';
export { retryAfter } from './retry-after.ts';
export type { Setting, Settings, SettingsShape, SettingValue, ValuesOf } from './setting.ts';
export {
  defineSource,
  type Ask,
  type HookDelivery,
  type HookReading,
  type ListPage,
  type Paging,
  type Reading,
  type ShopReport,
  type Source,
  type SourceCustomer,
  type SourceOrder,
  type SyncSource,
  type TestStage,
} from './source.ts';
export { days, hours, minutes, seconds } from '../lib/duration.ts';
export { formatMoney, type Money } from '../lib/money.ts';
export type { HttpRequest, HttpResponse } from '../model/http.ts';
export type { Item, Order } from '../model/order.ts';
export type { VendorFacts, Report, ReportKind } from '../model/report.ts';
export type { Touch } from '../model/touch.ts';
export type { Consent } from '../../wire/consent.ts';
export type { Fire } from '../../wire/fire.ts';
export type { Problem } from '../../wire/problem.ts';

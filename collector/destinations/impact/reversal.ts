/** impact.com: the DispositionCode of a reversal, from what the shop said. */
import type { Report } from '../../model/report.ts';

/** What DELETE /Actions accepts; PUT has a list of its own. */
export const DISPOSITION_CODES = [
  'REJECTED',
  'CONS_INFO_INVALID',
  'CONS_ERROR',
  'CONS_FRAUD',
  'ITEM_RETURNED',
  'ITEM_OUT_OF_STOCK',
  'ORDER_ERROR',
  'PUB_ACT_DISPUTE',
  'NOT_COMPLIANCE_TERMS',
  'MP_RETURNED',
  'OTHER',
  'CREDITED_DIFFERENT_MP',
  'ADV_ACT_DISPUTE',
  'TEST_ACTION',
] as const;

const WORDS: readonly [RegExp, string][] = [
  [/\b(fraud\w*|charge-?back)/i, 'CONS_FRAUD'],
  [/\btest(s|ing| order)?\b/i, 'TEST_ACTION'],
  [/\b(out of stock|sold out|unavailable|inventory)\b/i, 'ITEM_OUT_OF_STOCK'],
  [/\b(return(ed|s)?|refund(ed|s)?)\b/i, 'ITEM_RETURNED'],
  [/\b(duplicate|mistake|error)\b/i, 'ORDER_ERROR'],
];

/**
 * First the shop's own reason: a code of the list as it is, else by its words. Then the configured code. Then the order's state:
 * refunded means that the goods came back; a cancellation alone doesn't say whose fault it was, so it is OTHER.
 */
export function dispositionCode(report: Report, configured: unknown): string {
  const reason = report.reason?.trim() ?? '';
  const named = reason.toUpperCase().replace(/[\s-]+/g, '_');
  const code = DISPOSITION_CODES.find((known) => known === named) ?? WORDS.find(([words]) => words.test(reason))?.[1];
  if (code !== undefined) return code;
  if (typeof configured === 'string' && configured !== '') return configured;
  return report.order.status === 'refunded' ? 'ITEM_RETURNED' : 'OTHER';
}

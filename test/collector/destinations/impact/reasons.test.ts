import { expect, test } from 'vitest';
import { reasonText, splitCodes } from '../../../../collector/destinations/impact/reasons.ts';

/** Every code of the contract (FtpErrorDetail.Reason of impact.com's OpenAPI). */
const CODES =
  'ACTION_REF_NOT_FOUND ACTIONTERMS_NOT_FOUND ACTIONTRACKER_CAMPAIGN_MISMATCH ACTIONTRACKER_NOT_ACTIVE ACTIONTRACKER_NOT_FOUND BLACKLISTED_SOURCE_IP BLOCKED_BY_PROMOCODE CALL_DURATION CAMPAIGN_NOT_FOUND CONTRACT_NOT_FOUND CONV_DUPLICATE CREDITING_RULE_MISMATCH MALFORMED CONV_MALFORMED MAX_RECURRENCES_REACHED NO_ITEM NO_VALID_ACTION_REF OID_MISSING OTHER_REF_PRIORITIZED OUTSIDE_ASSOCIATION_WINDOW PARTNER_NOT_ACTIVE REFTYPE_NOT_ACCEPTED RESTRICTED_PROMOCODE UNCLAIMED';

test('every documented code has words', () => {
  const codes = splitCodes(CODES);
  expect(codes).toHaveLength(24);
  for (const code of codes) expect(reasonText(code).words).not.toContain('does not explain');
});

test('a code that is no code of ours is shown as it is', () => {
  expect(reasonText('toString')).toMatchObject({ class: 'fault', words: expect.stringContaining('toString') });
});

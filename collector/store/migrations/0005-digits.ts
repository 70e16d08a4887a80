/**
 * Migration 5: every order keeps the decimals that its amounts were stored with. Until here they were asked of the running Node, whose
 * answers changed with its upgrades: an order of 12,990 forints was 129.90 the day after. No column says what an older row was stored with,
 * so that is found row by row, in `sqlite/fill-digits.ts`; the audit log tells what was found.
 */

export default {
  id: 5,
  name: 'digits',
  tells:
    'Amounts keep the decimals that they were stored with; the audit log names currencies where that was in doubt.',
  sqlite: '',
};

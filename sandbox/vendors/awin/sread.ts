/** Awin's older server call in the sandbox: read strictly, though it answers nothing. https://developer.awin.com/docs/direct-s2s */
import type { Problem } from '../../../wire/problem.ts';
import { ANY, AMOUNT, CURRENCY, DIGITS, readQuery } from '../../fields/query.ts';
import { addsUp, type Json } from '../../fields/shape.ts';
import type { Exchange } from '../../reply.ts';
import type { OrderRules } from './orders.ts';

const ROWS = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`bd[${index}]`, /^AW:P(\|[^|]*){9}$/]));
const CALL = {
  required: {
    ...{ tt: /^ss$/, tv: /^2$/, merchant: DIGITS, amount: AMOUNT, ch: ANY, cr: CURRENCY, ref: /^.{1,50}$/s },
    ...{ testmode: /^[01]$/, parts: /^[\w-]+:\d+(\.\d{1,3})?(\|[\w-]+:\d+(\.\d{1,3})?)*$/, cks: /^[\w.~,:-]{1,500}$/ },
  },
  optional: { vc: ANY, customeracquisition: /^(NEW|RETURNING)$/, ...ROWS },
};

/** Awin wants the pipes between fields bare; elsewhere they would be a fault. */
const barePipes = (exchange: Exchange): Exchange => ({ ...exchange, search: exchange.search.replaceAll('|', '%7C') });

/** The order as the other interface has it, and what is wrong with it. */
export function readSread(
  exchange: Exchange,
  rules: OrderRules & { advertiserId: string },
): { order: Json; problems: Problem[] } {
  const { fields, problems } = readQuery(barePipes(exchange), CALL);
  const groups = (fields['parts'] ?? '').split('|').map((part) => {
    const [code, amount] = part.split(':');
    return { code, amount: Number(amount) };
  });
  const amounts = groups.map(({ amount }) => amount);
  if (problems.length === 0 && !addsUp(amounts, Number(fields['amount'])))
    problems.push({ field: 'parts', message: 'does not add up to amount' });
  if (fields['merchant'] !== rules.advertiserId) problems.push({ field: 'merchant', message: 'is unknown' });
  if (rules.unknownClicks.includes(fields['cks'] ?? ''))
    problems.push({ field: 'cks', message: 'is not a valid click' });
  const rows = Object.keys(fields).filter((name) => name.startsWith('bd['));
  const order = {
    ...{ orderReference: fields['ref'], amount: Number(fields['amount']), currency: fields['cr'], awc: fields['cks'] },
    ...{ channel: fields['ch'], commissionGroups: groups, basket: rows.map((name) => fields[name]) },
  };
  return { order, problems };
}

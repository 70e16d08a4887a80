/** impact.com's arithmetic in the sandbox: prices, item discounts, and an order discount that is spread without losing a cent. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { actionItems, decimal, hundredths, orderAmount } from '../../../../sandbox/vendors/impact/amounts.ts';

const of = (fields: Record<string, string>) => new Map(Object.entries(fields));

it('takes unit prices times quantity, less discounts by unit and by line', () => {
  const items = actionItems(
    of({
      ...{ ItemSku1: 'a', ItemQuantity1: '3', ItemPrice1: '10.00', ItemDiscount1: '0.50' },
      ...{ ItemSku2: 'b', ItemQuantity2: '2', ItemSubTotal2: '8', ItemTotalDiscount2: '1.5' },
    }),
  );
  expect(items.map(({ amount }) => decimal(amount))).toEqual(['28.50', '6.50']);
});

it('never goes below nothing', () => {
  expect(orderAmount(of({ Amount: '5.00', OrderDiscount: '9.00' }))).toBe(0);
  expect(actionItems(of({ ItemSku1: 'a', ItemSubTotal1: '5.00', OrderDiscount: '9.00' }))[0]?.amount).toBe(0);
});

it('an order without items counts its amount after discount', () => {
  expect(orderAmount(of({ OrderSubTotalPostDiscount: '112.00', OrderDiscount: '15.00' }))).toBe(11_200);
  expect(orderAmount(of({ Amount: '127.00', OrderDiscount: '15.00' }))).toBe(11_200);
});

it('reads and writes decimals exactly', () => {
  expect(['12', '12.5', '12.05', '-0.50', undefined].map(hundredths)).toEqual([1200, 1250, 1205, -50, 0]);
  expect([0, 5, -50, 123_456].map(decimal)).toEqual(['0.00', '0.05', '-0.50', '1234.56']);
});

it('spreads any discount over any items so that the sum is exact and no item gains or goes below nothing', () => {
  const amounts = fc.array(fc.oneof(fc.nat(2), fc.nat(1_000_000)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(amounts, fc.oneof(fc.nat(9), fc.nat(5_000_000)), (gross, discount) => {
      const fields = gross.flatMap((amount, i): [string, string][] => [
        [`ItemSku${i + 1}`, `s${i}`],
        [`ItemSubTotal${i + 1}`, decimal(amount)],
      ]);
      const items = actionItems(new Map([...fields, ['OrderDiscount', decimal(discount)]]));
      const total = gross.reduce((sum, amount) => sum + amount, 0);
      expect(items.reduce((sum, item) => sum + item.amount, 0)).toBe(Math.max(0, total - discount));
      expect(items.every((item, i) => item.amount >= 0 && item.amount <= gross[i]!)).toBe(true);
    }),
  );
});

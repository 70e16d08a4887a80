/** The report that the contract of destinations tries a definition with, and the values that must not break out of it. All invented. */
import type { Order } from '../../model/order.ts';
import type { Report, ReportKind } from '../../model/report.ts';

/** One of everything that a report may hold. */
export const PERSON = { email: 'Jane+shop@Example.com', phone: '+15550100', firstName: 'Jane', lastName: 'Doe' };
export const PLACED_AT = Date.UTC(2024, 7, 2, 7, 55, 24);
export const DAY = 86_400_000;
export const KINDS: readonly ReportKind[] = ['conversion', 'modification', 'reversal'];

/** Values that break out of the place that they are put into, where something is not encoded. */
export const HOSTILE_VALUES: readonly string[] = [
  'a&b=c;d',
  'x"},{"y":"z',
  "'><script>alert(1)</script>",
  'line\r\nInjected: yes',
  '%41%2541+ ',
  'ünïcödé 😀',
  '\uD800',
  '{order_id}',
  '../..',
  'a:b/c[d]',
];

/** A report of an invented order; `order` and `report` replace fields of it. */
export function sampleReport(order: Partial<Order> = {}, report: Partial<Report> = {}): Report {
  return {
    kind: 'conversion',
    order: {
      orderId: 'O1234567',
      total: 11200,
      currency: 'USD',
      discount: 1500,
      coupons: ['15BUCKSOFF'],
      placedAt: PLACED_AT,
      status: 'approved',
      customerId: 'BCZ2WVSH674563PDPYOTM3AXDQ',
      items: [{ sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: 6350 }],
      personal: PERSON,
      ...order,
    } as Order,
    click: { param: 'click', value: 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0', at: PLACED_AT - DAY },
    credited: true,
    channel: 'example',
    at: PLACED_AT,
    ...report,
  };
}

/** One value in every place where a shop or a visitor can put one. */
export function reportWith(value: string): Report {
  const named = { firstName: value, lastName: value, city: value, country: value };
  const order = {
    orderId: value,
    coupons: [value],
    customerId: value,
    items: [{ sku: value, name: value, category: value, quantity: 1, price: 100 }],
    personal: { email: `${value}@example.com`, phone: value, ...named },
    custom: { note: value },
  };
  return sampleReport(order, { click: { param: 'c', value, at: 0 } });
}

/** What impact.com makes of a conversion's money: item amounts after discounts, the order's discount spread over the items. */

export interface ActionItem {
  sku: string;
  name?: string;
  category?: string;
  quantity: number;
  /** Hundredths, after all discounts. */
  amount: number;
}

/** `12.5` → 1250 hundredths. The text was validated before. */
export function hundredths(text: string | undefined): number {
  if (text === undefined) return 0;
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const value = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return text.startsWith('-') ? -value : value;
}

export function decimal(value: number): string {
  const digits = String(Math.abs(value)).padStart(3, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export function actionItems(fields: Map<string, string>): ActionItem[] {
  const items: ActionItem[] = [];
  for (let n = 1; fields.has(`ItemSku${n}`); n += 1) {
    const quantity = Number(fields.get(`ItemQuantity${n}`) ?? 1);
    const gross = fields.has(`ItemSubTotal${n}`)
      ? hundredths(fields.get(`ItemSubTotal${n}`))
      : hundredths(fields.get(`ItemPrice${n}`)) * quantity;
    const perUnit = hundredths(fields.get(`ItemDiscount${n}`)) * quantity;
    const amount = Math.max(0, gross - perUnit - hundredths(fields.get(`ItemTotalDiscount${n}`)));
    const item: ActionItem = { sku: fields.get(`ItemSku${n}`) ?? '', quantity, amount };
    const [name, category] = [fields.get(`ItemName${n}`), fields.get(`ItemCategory${n}`)];
    if (name !== undefined) item.name = name;
    if (category !== undefined) item.category = category;
    items.push(item);
  }
  return spread(items, hundredths(fields.get('OrderDiscount')));
}

/** The order's amount where it has no priced items. */
export function orderAmount(fields: Map<string, string>): number {
  if (fields.has('OrderSubTotalPostDiscount')) return hundredths(fields.get('OrderSubTotalPostDiscount'));
  const gross = hundredths(fields.get('Amount') ?? fields.get('OrderSubtotal'));
  return Math.max(0, gross - hundredths(fields.get('OrderDiscount')));
}

/**
 * Proportionally, by rounding the running sum: exact in total, and no item gives more than it has.
 * 15.00 on 28.00 and 99.00 leaves 24.69 and 87.31.
 */
function spread(items: ActionItem[], discount: number): ActionItem[] {
  const total = items.reduce((sum, item) => sum + item.amount, 0);
  const taken = Math.min(discount, total);
  let before = 0;
  let given = 0;
  return items.map((item) => {
    before += item.amount;
    const share = Math.round((taken * before) / (total || 1)) - given;
    given += share;
    return { ...item, amount: item.amount - share };
  });
}

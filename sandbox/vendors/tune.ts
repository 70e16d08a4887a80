/** TUNE in the sandbox: always 200, the verdict in the text. https://support.tune.com/hc/en-us/articles/4413247665431 */
import { AMOUNT, ANY, DIGITS, readQuery } from '../fields/query.ts';
import type { Exchange, Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Conversion {
  at: string;
  orderId: string;
  transactionId: string;
  amount: string;
  status: string;
  fields: Record<string, string>;
  duplicates: number;
}

const POSTBACK = {
  required: { transaction_id: /^[\w-]{10,64}$/, amount: AMOUNT, adv_sub: ANY, conversion_unique_id: ANY },
  optional: {
    ...{
      offer_id: DIGITS,
      goal_id: DIGITS,
      promo_code: ANY,
      security_token: ANY,
      status: /^(approved|pending|rejected)$/,
    },
    datetime: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  },
};

export const tune: VendorFactory = (): Vendor => {
  const settings = createSettings({
    securityToken: '',
    offerId: '',
    unknownClicks: [] as string[],
    /** Whether a second postback with status=rejected takes a conversion back. */
    takesRejections: false,
  });
  const rules = settings.now;
  const conversions = new Map<string, Conversion>();
  const counts = { duplicates: 0, refused: 0, rejections: 0 };

  const refuse = (words: string): Reply => {
    counts.refused += 1;
    return said(`success=false; err_msg=${words};`);
  };

  function handle(exchange: Exchange): Reply {
    if (exchange.path !== '/aff_lsr') return { status: 404 };
    const { fields, problems } = readQuery(exchange, POSTBACK);
    if (rules.securityToken !== '' && fields['security_token'] !== rules.securityToken)
      return refuse('Invalid Security Token');
    if (problems.length > 0) return refuse(`${problems[0]!.field} ${problems[0]!.message}`);
    if (rules.offerId !== '' && fields['offer_id'] !== rules.offerId) return refuse('Invalid Offer');
    if (rules.unknownClicks.includes(fields['transaction_id']!))
      return refuse(`Invalid Trans. ID #${fields['transaction_id']}`);
    const unique = fields['conversion_unique_id']!;
    const known = conversions.get(unique);
    if (known && fields['status'] === 'rejected' && rules.takesRejections) {
      known.status = 'rejected';
      counts.rejections += 1;
      return said('success=true;');
    }
    if (known) {
      known.duplicates += 1;
      counts.duplicates += 1;
      return said('success=false; err_msg=Duplicate conversion;');
    }
    conversions.set(unique, {
      at: new Date(exchange.at).toISOString(),
      orderId: fields['adv_sub']!,
      transactionId: fields['transaction_id']!,
      amount: fields['amount']!,
      status: fields['status'] ?? 'approved',
      fields: { ...fields, ...(fields['security_token'] ? { security_token: '***' } : {}) },
      duplicates: 0,
    });
    return said('success=true;');
  }

  return {
    name: 'tune',
    title: 'TUNE',
    about: 'Answers 200 to everything and tells in the text; a unique id is taken once for ever.',
    columns: ['at', 'orderId', 'transactionId', 'amount', 'status', 'duplicates', 'fields'],
    settings,
    handle,
    recorded: () => [...conversions.values()],
    counts: () => ({ conversions: conversions.size, ...counts }),
    reset() {
      conversions.clear();
      Object.assign(counts, { duplicates: 0, refused: 0, rejections: 0 });
    },
  };
};

const said = (body: string): Reply => ({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });

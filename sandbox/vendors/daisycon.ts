/** Daisycon in the sandbox: its server tag, which answers with a letter or with nothing. https://github.com/DaisyconBV/js-tracking */
import { AMOUNT, ANY, CURRENCY, DIGITS, readQuery } from '../fields/query.ts';
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Transaction {
  at: string;
  transactionId: string;
  click: string;
  amount: string;
  revenue: string;
  currency: string;
  duplicates: number;
}

const TAG = {
  required: { ci: DIGITS, ti: ANY, dci: /^[\w-]{6,64}$/ },
  optional: { gclid: ANY, ref: ANY, a: AMOUNT, r: AMOUNT, cur: CURRENCY, cc: ANY, pr: ANY, pn: ANY, iv: ANY, src: ANY },
};

export const daisycon: VendorFactory = (): Vendor => {
  const settings = createSettings({
    campaignId: '',
    unknownClicks: [] as string[],
    /** Whether the server tag answers as the browser tag does, which no document says. */
    answers: true,
  });
  const rules = settings.now;
  const transactions = new Map<string, Transaction>();
  const counts = { refused: 0 };

  const said = (status: string): Reply =>
    rules.answers
      ? json(200, { affiliatemarketing_id: null, program_tag: 'x', status, parts: [] })
      : { status: 200, body: '' };

  function handle(exchange: Exchange): Reply {
    if (exchange.method !== 'GET' || exchange.path !== '/d/') return { status: 404 };
    const { fields, problems } = readQuery(exchange, TAG);
    const known = transactions.get(fields['ti'] ?? '');
    if (problems.length > 0 || (rules.campaignId !== '' && fields['ci'] !== rules.campaignId)) {
      counts.refused += 1;
      return said('H');
    }
    if (rules.unknownClicks.includes(fields['dci']!)) return said('V');
    if (known) {
      known.duplicates += 1;
      return said('U');
    }
    transactions.set(fields['ti']!, {
      ...{ at: new Date(exchange.at).toISOString(), transactionId: fields['ti']!, click: fields['dci']! },
      ...{ amount: fields['a'] ?? '0', revenue: fields['r'] ?? '0', currency: fields['cur'] ?? '', duplicates: 0 },
    });
    return said('G');
  }

  return {
    name: 'daisycon',
    title: 'Daisycon',
    about: 'The server tag: a transaction number once, a letter for what became of it.',
    columns: ['at', 'transactionId', 'click', 'amount', 'revenue', 'currency', 'duplicates'],
    settings,
    handle,
    recorded: () => [...transactions.values()],
    counts: () => ({ transactions: transactions.size, ...counts }),
    reset() {
      transactions.clear();
      counts.refused = 0;
    },
  };
};

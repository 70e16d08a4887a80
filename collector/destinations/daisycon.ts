/** Daisycon: a transaction by its server tag, whose answer is a letter where it gives one. https://github.com/DaisyconBV/js-tracking (read 2026-11) */
import { amountOf, basisOf, basisSetting } from '../kit/amount.ts';
import { defineDestination, toldUnverified, type Outcome } from '../kit/destination.ts';
import { encodePairs } from '../kit/encode.ts';
import { parseObject, textOf } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import type { HttpResponse } from '../model/http.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'net');

/** It wants what is nothing left out. */
const unlessZero = (amount: string): string | undefined => (Number(amount) === 0 ? undefined : amount);

const NOT_THEIRS: Readonly<Record<string, string>> = {
  V: 'it knows no click',
  V_G: 'the click is older than its window',
};

function readAnswer({ status, body }: HttpResponse): Outcome | undefined {
  if (status < 200 || status >= 300) return undefined;
  const letter = textOf(parseObject(body)?.['status'])?.toUpperCase();
  if (letter === undefined) return toldUnverified('Daisycon');
  if (letter === 'G') return { state: 'delivered', reason: 'recorded by Daisycon' };
  if (letter === 'U') return { state: 'delivered', reason: 'Daisycon has this transaction already' };
  const why = NOT_THEIRS[letter];
  if (why !== undefined) return { state: 'no_match', reason: `not Daisycon’s: ${why} (${letter})` };
  if (letter === 'E') return { state: 'retry', reason: 'Daisycon reports an error of its own (E)' };
  if (['H', 'H_IP', 'IP', 'CL'].includes(letter))
    return { state: 'rejected', reason: `Daisycon blocked the transaction (${letter}): ask its support` };
  return { state: 'unverified', reason: `told; Daisycon answered ${letter}, which its documents do not explain` };
}

export default defineDestination({
  name: 'daisycon',
  title: 'Daisycon',
  docs: 'https://github.com/DaisyconBV/daisycon-conversion-tag-server-side',
  audience: 'attributed',
  transport: 'server',
  clickParams: ['dci'],
  cookies: [{ name: 'dci' }],
  needs: { consent: ['marketing'], click: true },
  informs: false,
  limits: { concurrency: 4, deadline: days(14), timeout: seconds(15) },
  // A transaction number is taken once.
  idempotent: true,
  basis,
  settings: {
    campaignId: {
      label: 'Campaign id (ci)',
      help: 'In the conversion code at Daisycon',
      required: true,
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only',
    },
    commissionCode: {
      label: 'Commission code (cc)',
      help: 'Where the programme has several',
      pattern: /^[\w-]{1,50}$/,
      patternHelp: 'a code of letters and digits',
    },
    amountBasis: basisSetting('net'),
    baseUrl: { label: 'Address', kind: 'url', default: 'https://gtm.daisycon.io' },
  },
  conversion: ({ order, click }, settings) => ({
    method: 'GET',
    url: `${settings.baseUrl}/d/?${encodePairs({
      ...{ ci: settings.campaignId, dci: click?.value, ti: order.orderId, cur: order.currency },
      ...{
        a: unlessZero(amountOf(order, 'total')),
        r: unlessZero(amountOf(order, basis(settings))),
        cc: settings.commissionCode,
        pr: order.coupons[0],
      },
    })}`,
    headers: { Accept: 'application/json' },
  }),
  outcome: readAnswer,
  testAdvice: 'Daisycon’s support checks the first transactions of a programme: agree on a test order.',
  evidence: {
    read: '2026-11',
    doubts: [
      'Whether the server tag answers with the letters that the browser tag knows: where it doesn’t, a sale stays `unverified`.',
      'How a transaction is changed: in Daisycon’s interface, so that it becomes a to-do here.',
    ],
  },
});

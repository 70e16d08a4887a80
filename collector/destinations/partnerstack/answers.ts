/** PartnerStack: what its answers mean. A sign-up that made nothing answers 200 as well; that the customer shows is the proof. */
import type { Lookup, Outcome } from '../../kit/destination.ts';
import { isObject, parseObject, textOf } from '../../kit/json.ts';
import { minutes } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';
import type { Report } from '../../model/report.ts';

/** After so long a customer who doesn't show is none: the sign-up made nothing. */
const PHANTOM_AFTER = minutes(15);
/** Sign-ups that showed nothing before the click counts as nobody's. */
const MOST_SIGN_UPS = 3;

/** Whether the customer is there, or what came of the sign-up. A server's fault is no missing customer. */
export function readSignUp(response: HttpResponse, { facts }: Report): ReturnType<Lookup['read']> {
  const { status, body, receivedAt = 0 } = response;
  const signUps = Number(facts?.['signUps'] ?? 0);
  if (facts?.['customer'] === 'missing') {
    if (status < 200 || status >= 300) return undefined;
    const reason = 'signed up with the click; PartnerStack says nothing to it, so it is asked for the customer';
    return { reason, facts: { customer: 'asked for', signUps: String(signUps + 1), signedUpAt: String(receivedAt) } };
  }
  if (status === 200 && isObject(parseObject(body)?.['data']))
    return { reason: 'PartnerStack knows the customer', facts: { customer: 'known' } };
  if (status !== 404) return undefined;
  const waits = receivedAt - Number(facts?.['signedUpAt'] ?? 0) < PHANTOM_AFTER;
  if (signUps > 0 && waits)
    return {
      ...{ state: 'retry', alone: true, after: minutes(1) },
      reason: 'signed up; PartnerStack does not show the customer yet',
    };
  if (signUps >= MOST_SIGN_UPS)
    return {
      state: 'no_match',
      reason: `PartnerStack made no customer of ${signUps} sign-ups: it does not know the click`,
    };
  return {
    reason: 'PartnerStack does not know the customer: signing up with the click',
    facts: { customer: 'missing' },
  };
}

const isCustomerUnknown = ({ status, body }: HttpResponse): boolean => {
  if (status !== 400 && status !== 422) return status === 404;
  const words = textOf(parseObject(body)?.['message']) ?? '';
  return /customer.*(not found|not exist|unknown)|(unknown|no such) customer/i.test(words);
};

export function readPartnerstackSale(response: HttpResponse): Outcome | undefined {
  const { status, body } = response;
  const json = parseObject(body);
  const words = textOf(json?.['message']) ?? 'no detail given';
  if (status === 200 || status === 201) {
    const key = textOf((isObject(json?.['data']) ? json['data'] : json)?.['key']);
    if (key !== undefined) return { state: 'delivered', reason: `recorded by PartnerStack as ${key}` };
    return { state: 'retry', ambiguous: true, reason: `PartnerStack answered ${status} without a transaction` };
  }
  if (isCustomerUnknown(response))
    return { state: 'retry', alone: true, reason: 'signed up; PartnerStack does not show the customer yet' };
  if (status === 409) return { state: 'delivered', reason: `PartnerStack has it already: ${words}` };
  if (status === 400 || status === 422)
    return /key.*(exist|unique|duplicate)/i.test(words)
      ? { state: 'delivered', reason: `PartnerStack has it already: ${words}` }
      : { state: 'rejected', reason: `PartnerStack refused it: ${words}` };
  return undefined;
}

/** Nobody is called so: "not found" is the answer of keys that are right. */
export function readPartnerstackTest({ status }: HttpResponse): { ok: boolean; message: string } {
  if (status === 404 || status === 200) return { ok: true, message: 'PartnerStack accepts the keys' };
  return {
    ok: false,
    message: `PartnerStack does not accept the keys (${status}): copy both from Settings → Integrations`,
  };
}

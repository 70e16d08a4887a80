/** PartnerStack: what its answers mean. A sign-up that made nothing answers 200 as well; the sale is the proof. */
import type { Outcome } from '../../kit/destination.ts';
import { isObject, parseObject, textOf } from '../../kit/json.ts';
import type { HttpResponse } from '../../model/http.ts';

/** By 404; where it is a fault of the data, by its words. */
export function isCustomerUnknown({ status, body }: HttpResponse): boolean {
  if (status !== 400 && status !== 422) return status === 404;
  return /customer.*(not found|not exist|unknown)|(unknown|no such) customer/i.test(
    textOf(parseObject(body)?.['message']) ?? '',
  );
}

export function readPartnerstackSale(response: HttpResponse): Outcome | undefined {
  const { status, body } = response;
  const json = parseObject(body);
  const words = textOf(json?.['message']) ?? 'no detail given';
  if (status === 200 || status === 201) {
    const key = isObject(json?.['data']) ? textOf(json['data']['key']) : undefined;
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

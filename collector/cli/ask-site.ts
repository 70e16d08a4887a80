/** Asks what a site is: its hosts, its consent, who may say that a sale was made, and where browsers find the collector. */
import { FIRST_QUESTIONS as ASK } from '../../wire/text/first-questions.ts';
import { siteSchema } from '../configuration/site-schema.ts';
import type { Prompts } from './terminal/prompts.ts';

export interface SiteAnswers {
  /** As the configuration file has it. */
  site: Record<string, unknown> & { id: string };
  /** Without a trailing slash. */
  publicUrl: string;
}

export async function askSite(
  prompts: Prompts,
  given: { taken: ReadonlySet<string>; publicUrl: string | undefined },
): Promise<SiteAnswers> {
  const { shape } = siteSchema;
  const id = await prompts.text({
    message: ASK.id,
    placeholder: 'shop',
    check: (answer) =>
      given.taken.has(answer) ? `there is a site ${answer} already` : problemOf(shape.id.safeParse(answer)),
  });
  const domains = await prompts.text({
    message: ASK.domains,
    placeholder: 'shop.example, www.shop.example',
    check: (answer) => problemOf(shape.domains.safeParse(listOf(answer))),
  });
  const linked = await prompts.text({
    message: ASK.linked,
    placeholder: 'checkout.example',
    check: (answer) => problemOf(shape.linked.safeParse(listOf(answer))),
  });
  const currency = await prompts.text({
    message: ASK.currency,
    placeholder: 'USD',
    check: (answer) => (answer === '' ? undefined : problemOf(shape.currency.safeParse(answer))),
  });
  const consent = await prompts.select({
    message: ASK.consent,
    options: choices('consent', ['auto', 'wait', 'granted']),
  });
  const shopConsent = consent === 'wait' ? { shopConsent: await askShopConsent(prompts) } : {};
  const trust = await askTrust(prompts);
  const publicUrl = await askAddress(prompts, given.publicUrl, listOf(domains)[0] ?? 'shop.example');
  return {
    site: {
      ...{ id, domains: listOf(domains), linked: listOf(linked), consent, ...shopConsent, ...trust },
      ...(currency === '' ? {} : { currency: currency.toUpperCase() }),
    },
    publicUrl,
  };
}

function askShopConsent(prompts: Prompts): Promise<string> {
  return prompts.select({
    message: ASK.shopConsent,
    options: choices('shopConsent', ['wait', 'granted']),
    initial: 'wait',
  });
}

/** The browser is the one reporter that anybody can play. */
async function askTrust(prompts: Prompts): Promise<{ release: string; signedOrders?: string }> {
  const answer = await prompts.select({
    message: ASK.trust,
    options: choices('trust', ['shop', 'signed', 'browser']),
    initial: 'shop',
  });
  if (answer === 'signed') return { release: 'browser', signedOrders: 'required' };
  return { release: answer };
}

async function askAddress(prompts: Prompts, known: string | undefined, domain: string): Promise<string> {
  const example = `https://t.${domain.replace(/^\*\.|^www\.|:\d+$/g, '')}`;
  const answer = await prompts.text({
    message: 'Public address at which browsers will reach the collector, best below the shop’s own domain',
    placeholder: example,
    initial: known ?? example,
    check: (text) => addressProblem(text),
  });
  return answer.trim().replace(/\/+$/, '');
}

function addressProblem(text: string): string | undefined {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be an address such as https://t.shop.example';
  if (url.protocol === 'http:' && !/^(localhost|127\.|\[::1\])/.test(url.hostname))
    return 'must be https: browsers of https shops refuse anything else';
  return undefined;
}

function choices(question: 'consent' | 'shopConsent' | 'trust', values: readonly string[]) {
  const words: Readonly<Record<string, string>> = ASK;
  return values.map((value) => ({
    ...{ value, label: words[`${question}.${value}`]!, hint: words[`${question}.${value}.hint`]! },
  }));
}

const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((entry) => entry !== '');

function problemOf(result: { success: boolean; error?: { issues: { message: string }[] } }): string | undefined {
  return result.success ? undefined : result.error?.issues[0]?.message;
}

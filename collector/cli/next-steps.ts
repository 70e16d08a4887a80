/** What to do after `init`, as commands that can be copied: start, rehearse an order, look at it, go live. Pure. */
import { FIRST_QUESTIONS as WORDS } from '../../wire/text/first-questions.ts';
import { REHEARSAL_ORDER, rehearsalOrder } from '../admin/start/rehearse.ts';
import type { SiteConfig } from '../configuration/site-schema.ts';
import type { Environment } from '../environment.ts';

export function nextSteps(given: {
  config: SiteConfig;
  /** `clickParam`: the landing parameter that brings its click ids, where it has one. `hooks`: a shop that can post its orders. */
  connections: readonly { id: string; clickParam: string | undefined; rehearsal: boolean; hooks: boolean }[];
  publicUrl: string;
  environment: Pick<Environment, 'host' | 'port'>;
}): string[] {
  const { config, connections, publicUrl, environment } = given;
  const shop = connections.find(({ hooks }) => hooks);
  const rehearsed = connections.find(({ rehearsal }) => rehearsal);
  const rehearsal = rehearsed !== undefined;
  const serve = [
    `CLICKTHREAD_PUBLIC_URL=${publicUrl}`,
    ...(rehearsal ? ['CLICKTHREAD_ALLOW_PRIVATE=1'] : []),
    'clickthread serve',
  ].join(' ');
  const steps = [
    ...(rehearsal ? [[WORDS['next.sandbox'], 'clickthread sandbox']] : []),
    ['In another terminal, start the collector:', serve],
  ];
  if (shop)
    steps.push(['Let the shop tell the collector of each order at once:', `clickthread connection hook ${shop.id}`]);
  if (rehearsed)
    steps.push(
      [WORDS['next.report'], orderCommand(config, rehearsed.clickParam, environment)],
      [WORDS['next.explain'], `clickthread explain ${REHEARSAL_ORDER}`],
      [WORDS['next.live'], `clickthread connection set ${rehearsed.id} --set baseUrl=`],
    );
  steps.push([
    'Put a proxy with a certificate before the collector, and the lines above into your pages. Then:',
    'clickthread doctor',
  ]);
  return steps.map(([words, command], index) => `${index + 1}. ${words}\n   ${command}`);
}

/** One line that a shell takes as it stands: consent is stated, and the click is one that no network made. */
function orderCommand(
  { id, currency }: SiteConfig,
  clickParam: string | undefined,
  { host, port }: Pick<Environment, 'host' | 'port'>,
): string {
  const order = rehearsalOrder({ currency, clickParam, orderId: REHEARSAL_ORDER });
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}/v1/orders`;
  return `curl -sS ${address} -H "Authorization: Bearer $(clickthread key create ${id})" -H 'Content-Type: application/json' -d '${JSON.stringify(order)}'`;
}

/** Sites in force, built from a configuration file as the collector builds them, without a store. */
import { applyConfiguration } from '../../collector/configuration/apply.ts';
import { buildSites, type Site, type Sites } from '../../collector/configuration/sites.ts';
import { createSeal } from '../../collector/lib/seal.ts';
import type { Configuration } from '../../collector/store/configuration-store.ts';

export const testSeal = createSeal('an invented key of a test');

const ENV: Record<string, string> = {
  IMPACT_TOKEN: 'impact-secret-1',
  CARTSTACK_KEY: 'cartstack-secret-1',
  VT_KEY: 'vt-secret-1',
};

/** `connections` is YAML, one flow-style connection a line; `site` further YAML lines of the site. Its visitors are taken to agree unless it says more. */
export function shopYaml(connections: readonly string[] = [IMPACT], site = ''): string {
  const lines = site.split('\n').filter((line) => line.trim() !== '');
  return [
    'sites:',
    '  - id: shop',
    '    domains: [shop.example]',
    ...(/^linked:/m.test(site) ? [] : ['    linked: [checkout.example]']),
    '    currency: USD',
    ...(/^consent:/m.test(site) ? [] : ['    consent: granted']),
    ...lines.map((line) => `    ${line}`),
    connections.length === 0 ? '    connections: []' : '    connections:',
    ...connections.map((connection) => `      - ${connection}`),
    '',
  ].join('\n');
}

export const IMPACT = `{ id: impact, type: impact, settings: { accountSid: IRxxx, authToken: "\${IMPACT_TOKEN}", campaignId: "1000", actionTrackerId: "9876" } }`;
export const CARTSTACK = `{ id: cartstack, type: cartstack, settings: { key: "\${CARTSTACK_KEY}", siteId: abc } }`;
export const VT = `{ id: vt, type: vtmarketing, settings: { apiKey: "\${VT_KEY}" } }`;
export const PIXEL = `{ id: pixel, type: sale-pixel, settings: { url: "https://tenant.tracking.example/track?id={orderId}&amount={total}" } }`;

/** A postback that takes clicks of one parameter. */
export const postback = (id: string, param: string, more = ''): string =>
  `{ id: ${id}, type: postback, ${more}settings: { url: "https://${id}.example/p?c={click_id}&o={order_id}", clickParam: [${param}] } }`;

export async function sitesOf(yaml: string): Promise<Sites> {
  const empty: Configuration = { version: 1, orderKeys: [], sites: [], connections: [], plugins: [], alerts: [] };
  let applied = empty;
  await applyConfiguration({
    text: yaml,
    env: (name) => ENV[name],
    store: {
      configuration: async () => empty,
      configure: async ({ sites, connections }) => {
        applied = { version: 2, orderKeys: [], sites, connections, plugins: [], alerts: [] };
        return 2;
      },
      sync: async () => undefined,
      createSync: async () => undefined,
      changeSync: async () => false,
      removeSync: async () => undefined,
    },
    seal: testSeal,
    now: 0,
    actor: 'test',
    allowPrivate: false,
  });
  return buildSites(applied, testSeal);
}

export async function siteOf(connections?: readonly string[], site?: string): Promise<Site> {
  return (await sitesOf(shopYaml(connections, site))).byId.get('shop')!;
}

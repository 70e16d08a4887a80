/** Every built-in network's link, opened on a page with the built tag: its click is told to the collector as the definition names it. */
import { expect, it } from 'vitest';
import { destinations } from '../../collector/destinations/index.ts';
import { clickParamsOf } from '../../collector/kit/destination.ts';
import { rawSettings } from '../collector/destinations/seed-report.ts';
import { NETWORKS } from '../harness/networks.ts';
import { validateSettings } from '../../collector/kit/validate-settings.ts';
import { open, SHOP } from './page.ts';

const networks = destinations.filter(
  ({ name, audience, transport }) => audience === 'attributed' && transport === 'server' && name !== 'postback',
);

it.each(networks.map((definition) => [definition.name, definition] as const))(
  'a link of %s is captured byte for byte',
  async (name, definition) => {
    const [param, value] = NETWORKS[name]!.click!;
    const { settings } = validateSettings(definition, rawSettings[name]);
    const params = [...clickParamsOf(definition, settings)];
    const page = await open({ url: `${SHOP}?${NETWORKS[name]!.link}`, settings: { params } });
    const told = page.sent.filter(({ url }) => url.endsWith('/touch')).flatMap(({ body }) => body.touches);
    expect(told).toMatchObject([{ param: param.toLowerCase(), value }]);
  },
);

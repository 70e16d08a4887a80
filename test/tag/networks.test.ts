/** Every built-in network's link, opened on a page with the built tag: its click is told to the collector as the definition names it. */
import { expect, it } from 'vitest';
import { destinations } from '../../collector/destinations/index.ts';
import { clickParamsOf } from '../../collector/kit/destination.ts';
import { rawSettings } from '../collector/destinations/seed-report.ts';
import { validateSettings } from '../../collector/kit/validate-settings.ts';
import { open, SHOP } from './page.ts';

/** Parameter as the network's links spell it, and a value of its form. */
const LANDINGS: Readonly<Record<string, readonly [param: string, value: string]>> = {
  impact: ['im_ref', 'U:xW-RQ.wt~a'],
  awin: ['awc', '1001_1763000000_0123456789abcdef'],
  everflow: ['_ef_transaction_id', 'a1b2c3d4e5f60718293a4b5c6d7e8f90|b1b2c3d4e5f60718293a4b5c6d7e8f90'],
  tune: ['transaction_id', '102a1b2c3d4e5f60718293a4b5c6d7'],
  cj: ['CJEVENT', 'a1b2c3d4e5f60718293a4b5c6d7e8f90'],
  rakuten: ['ranSiteID', 'lMh2Xiq9xN0-aBcDeFgHiJkLmNoPqRsTuV'],
  dub: ['dub_id', 'aB3_dE6-hI9kL2mN'],
  partnerize: ['clickref', '1011lBxYz9'],
  tradedoubler: ['tduid', 'a1b2c3d4e5f60718293a4b5c6d7e8f90'],
  admitad: ['admitad_uid', 'a1b2c3d4e5f60718293a4b5c6d7e8f90'],
  tapfiliate: ['ref', 'jane'],
  daisycon: ['dci', 'dc_0123456789abcdef'],
  firstpromoter: ['fpr', 'jane-42'],
  webgains: ['wgu', '287_1_1763000000_abcdef'],
  partnerstack: ['ps_xid', 'aB3dE6hI9kL2'],
  'post-affiliate-pro': ['a_aid', 'jane42'],
  refersion: ['rfsn', '4242.ab12cd'],
};

const networks = destinations.filter(
  ({ name, audience, transport }) => audience === 'attributed' && transport === 'server' && name !== 'postback',
);

it.each(networks.map((definition) => [definition.name, definition] as const))(
  'a link of %s is captured byte for byte',
  async (name, definition) => {
    const [param, value] = LANDINGS[name]!;
    const { settings } = validateSettings(definition, rawSettings[name]);
    const params = [...clickParamsOf(definition, settings)];
    const page = await open({ url: `${SHOP}?${param}=${encodeURIComponent(value)}`, settings: { params } });
    const told = page.sent.filter(({ url }) => url.endsWith('/touch')).flatMap(({ body }) => body.touches);
    expect(told).toMatchObject([{ param: param.toLowerCase(), value }]);
  },
);

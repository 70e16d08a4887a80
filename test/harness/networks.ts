/** The networks of the catalogue as a shop meets them: the link that leads to it, and what the vendor in the sandbox must know of the account. */
import { rawSettings } from '../collector/destinations/seed-report.ts';

export interface NetworkExample {
  /** What the network's own redirect adds to the shop's address. */
  link: string;
  /** The click in it, where it holds one: its parameter as the link spells it, and its value. */
  click?: readonly [param: string, value: string];
  /** Settings of the connection that the vendor is given, too. */
  shared: readonly string[];
  /** Further settings of the connection. */
  settings?: Record<string, unknown>;
  /** Further settings of the vendor. */
  vendor?: Record<string, unknown>;
}

const HEX = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const LATER_HEX = 'b1b2c3d4e5f60718293a4b5c6d7e8f90';

export const NETWORKS: Readonly<Record<string, NetworkExample>> = {
  impact: {
    link: 'im_ref=U%3AxW-RQ.wt~a&sharedid=spring&irpid=4242&irgwc=1',
    ...{ click: ['im_ref', 'U:xW-RQ.wt~a'], shared: ['accountSid', 'authToken'] },
  },
  awin: {
    link: 'utm_source=awin&awc=1001_1763000000_0123456789abcdef&sn=1',
    ...{ click: ['awc', '1001_1763000000_0123456789abcdef'], shared: ['apiKey'], settings: { clickCookie: true } },
  },
  everflow: {
    link: `oid=7&affid=12&_ef_transaction_id=${HEX}%7C${LATER_HEX}`,
    ...{ click: ['_ef_transaction_id', `${HEX}|${LATER_HEX}`], shared: ['networkId', 'verificationToken', 'apiKey'] },
  },
  tune: {
    link: 'transaction_id=102a1b2c3d4e5f60718293a4b5c6d7&offer_id=7&aff_id=12',
    ...{ click: ['transaction_id', '102a1b2c3d4e5f60718293a4b5c6d7'], shared: ['securityToken', 'offerId'] },
    vendor: { takesRejections: true },
  },
  cj: {
    link: `utm_source=cj&PID=100&AID=200&CJEVENT=${HEX}`,
    ...{
      click: ['CJEVENT', HEX],
      shared: ['enterpriseId', 'actionTrackerId', 'token'],
      settings: { clickCookie: true },
    },
  },
  rakuten: {
    link: 'ranMID=12345&ranEAID=lMh2Xiq9xN0&ranSiteID=lMh2Xiq9xN0-aBcDeFgHiJkLmNoPqRsTuV',
    ...{ click: ['ranSiteID', 'lMh2Xiq9xN0-aBcDeFgHiJkLmNoPqRsTuV'], shared: ['merchantId'] },
  },
  dub: { link: 'via=jane&dub_id=aB3_dE6-hI9kL2mN', click: ['dub_id', 'aB3_dE6-hI9kL2mN'], shared: ['apiKey'] },
  partnerize: {
    link: 'clickref=1011lBxYz9&utm_medium=affiliate',
    ...{ click: ['clickref', '1011lBxYz9'], shared: ['campaignId', 'applicationKey', 'userKey'] },
  },
  tradedoubler: {
    ...{ link: `tduid=${HEX}`, click: ['tduid', HEX] },
    shared: ['organizationId', 'clientId', 'clientSecret', 'username', 'password', 'checksumSecret'],
  },
  admitad: {
    link: `admitad_uid=${HEX}&tagtag_uid=${HEX}&utm_source=admitad`,
    ...{ click: ['admitad_uid', HEX], shared: ['campaignCode', 'postbackKey', 'revisionKey'] },
  },
  tapfiliate: { link: 'ref=jane', click: ['ref', 'jane'], shared: ['apiKey'] },
  daisycon: {
    link: 'utm_source=daisycon&utm_medium=affiliate&dci=dc_0123456789abcdef',
    ...{ click: ['dci', 'dc_0123456789abcdef'], shared: ['campaignId'] },
  },
  firstpromoter: { link: 'fpr=jane-42', click: ['fpr', 'jane-42'], shared: ['apiKey', 'accountId'] },
  webgains: {
    link: 'utm_source=webgains&wgu=287_1_1763000000_abcdef&wgexpiry=1794536000',
    ...{ click: ['wgu', '287_1_1763000000_abcdef'], shared: ['programId'] },
  },
  partnerstack: {
    link: 'ps_partner_key=amFuZQ%3D%3D&ps_xid=aB3dE6hI9kL2',
    ...{ click: ['ps_xid', 'aB3dE6hI9kL2'], shared: ['trackingToken', 'publicKey', 'secretKey'] },
  },
  'post-affiliate-pro': { link: 'a_aid=jane42&a_bid=11110001', click: ['a_aid', 'jane42'], shared: [] },
  refersion: { link: 'rfsn=4242.ab12cd', click: ['rfsn', '4242.ab12cd'], shared: ['publicKey', 'secretKey'] },
  // The click stays in TradeTracker's own cookie; of the link nothing is for the shop.
  tradetracker: { link: 'tt=1234_5_6_ref', shared: ['campaignId'] },
};

/** Settings of the connection, and of the vendor that plays the network. */
export function settingsOf(type: string): { settings: Record<string, unknown>; vendor: Record<string, unknown> } {
  const { shared, settings: own, vendor } = NETWORKS[type]!;
  const settings = { ...rawSettings[type], ...own };
  return { settings, vendor: { ...Object.fromEntries(shared.map((name) => [name, settings[name]])), ...vendor } };
}

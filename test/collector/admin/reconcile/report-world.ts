/** A shop and one network that it has told, with its report fetched from the network's sandbox: what the tests of reconciling begin with. */
import { onTestFinished } from 'vitest';
import { fetchReport, type ReportDeps } from '../../../../collector/admin/reconcile/fetch-report.ts';
import { reconcileFetched } from '../../../../collector/admin/reconcile/reconcile-report.ts';
import type { Connection } from '../../../../collector/configuration/sites.ts';
import { days, hours } from '../../../../collector/lib/duration.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import { notesBeside, openBudgetBeside } from '../../../../collector/relay/lane/budgets.ts';
import { createTokenKeeper } from '../../../../collector/relay/tokens.ts';
import { openNetworkWorld } from '../../../harness/network-world.ts';
import { testSeal } from '../../../harness/sites.ts';

export interface Network {
  type: string;
  settings: Record<string, unknown>;
  vendor: Record<string, unknown>;
  click: { param: string; value: string };
  /** State of a sale once the network has it. */
  told: 'delivered' | 'confirmed' | 'unverified';
  changed: 'delivered' | 'confirmed' | 'unverified';
  /** A change that the network says yes to and forgets: what its sandbox is told for it. */
  forgets: { script?: object[]; vendor?: Record<string, unknown> };
  /** The report's place, for scripted failures. */
  path: string;
}

const HEX = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

export const NETWORKS: readonly Network[] = [
  {
    ...{ type: 'impact', told: 'confirmed', changed: 'confirmed', path: '/Actions' },
    settings: { accountSid: 'IRxxx', authToken: 'tok/en+Secret=1', campaignId: '1000', actionTrackerId: '9876' },
    vendor: { authToken: 'tok/en+Secret=1' },
    click: { param: 'irclickid', value: 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0' },
    forgets: {
      script: [
        { kind: 'body', method: 'PUT', body: '{"QueuedUri":"/Advertisers/IRxxx/APISubmissions/A-lost"}' },
        { kind: 'body', method: 'GET', path: 'APISubmissions/A-lost', body: '{"Status":"Complete"}' },
      ],
    },
  },
  {
    ...{ type: 'awin', told: 'delivered', changed: 'confirmed', path: '/transactions/' },
    settings: { advertiserId: '1001', apiKey: 'aw/secret+key=1' },
    vendor: { apiKey: 'aw/secret+key=1' },
    click: { param: 'awc', value: '1001_1763000000_0123456789abcdef' },
    forgets: {
      script: [
        { kind: 'body', method: 'POST', path: 'transactions/batch', status: 202, body: '{"jobId":"j-lost"}' },
        { kind: 'body', method: 'GET', path: 'jobs/j-lost', body: '{"jobId":"j-lost","status":"DONE","errors":0}' },
      ],
    },
  },
  {
    ...{ type: 'cj', told: 'unverified', changed: 'unverified', path: '/query' },
    settings: { enterpriseId: '1500000', actionTrackerId: '400000', token: 'cj/secret+token=1' },
    vendor: { enterpriseId: '1500000', actionTrackerId: '400000', token: 'cj/secret+token=1' },
    click: { param: 'cjevent', value: 'abcdef0123456789' },
    forgets: { vendor: { locked: ['A1'] } },
  },
  {
    ...{ type: 'everflow', told: 'confirmed', changed: 'delivered', path: '/v1/networks/reporting/conversions' },
    settings: { networkId: '42', domain: 'www.abc123track.com', apiKey: 'ef/secret+key=1', amountBasis: 'total' },
    vendor: { networkId: '42', apiKey: 'ef/secret+key=1' },
    click: { param: '_ef_transaction_id', value: HEX },
    forgets: { script: [{ kind: 'body', method: 'PUT', body: '{"result":true}' }] },
  },
  {
    ...{ type: 'partnerize', told: 'confirmed', changed: 'confirmed', path: '/conversion.json' },
    settings: { campaignId: '1011l1234', applicationKey: 'pz/app+key=1', userKey: 'pz/user+key=1' },
    vendor: { campaignId: '1011l1234', applicationKey: 'pz/app+key=1', userKey: 'pz/user+key=1' },
    click: { param: 'clickref', value: '1011lAbCdEf' },
    forgets: {
      script: [
        { kind: 'body', method: 'POST', path: '/conversions/bulk', status: 202, body: '{"data":{"id":"lost"}}' },
        {
          ...{ kind: 'body', method: 'GET', path: '/v3/jobs/lost' },
          body: '{"data":{"id":"lost","status":"complete","item_error_count":0}}',
        },
      ],
    },
  },
];

export async function openReportWorld(network: Network, given: { folder: string; settings?: object; vendor?: object }) {
  const world = await openNetworkWorld(network.type, {
    folder: given.folder,
    settings: { ...network.settings, ...given.settings },
    vendor: { ...network.vendor, ...given.vendor },
  });
  const { clock, store, sites, ingest } = world;
  const sender = createSender({ allowPrivate: true, clock: clock.now });
  onTestFinished(() => sender.close());
  const connection = async (): Promise<Connection> => (await sites()).byId.get('shop')!.connections[0]!;
  const waited: number[] = [];
  const fetching = async (more: Partial<ReportDeps> = {}): Promise<ReportDeps> => ({
    ...{ sender, clock: clock.now, random: () => 0, patience: hours(1) },
    sleep: async (ms) => {
      waited.push(ms);
      clock.pass(ms);
    },
    tokens: createTokenKeeper({ store, sender, seal: testSeal, clock: clock.now }),
    budget: await openBudgetBeside({ connection: await connection(), store, sites, seal: testSeal, now: clock.now() }),
    note: notesBeside(await connection(), store),
    ...more,
  });
  return {
    ...world,
    waited,
    /** The report of the last days. */
    fetches: async (back = days(30), more: Partial<ReportDeps> = {}) => {
      const now = clock.now();
      return fetchReport(await connection(), { from: now - back, until: now }, await fetching(more));
    },
    reconciles: async (more: { sends?: boolean; until?: number; back?: number } = {}) => {
      const { back = days(30), ...asked } = more;
      const now = clock.now();
      return reconcileFetched(
        { connection: await connection(), from: now - back, settles: true, sends: false, ...asked },
        { ...{ store, now, actor: 'test', ingest: ingest.ingest, wake: () => undefined }, fetching: await fetching() },
      );
    },
    /** The network's part of it has had its time. */
    rests: () => clock.pass(hours(3)),
  };
}

/** What becomes of an accepted conversion in the sandbox's impact.com: verdicts, duplicates, changes, reversals, reading. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openImpact, SID, type Client } from './client.ts';

let client: Client;
beforeAll(async () => {
  client = await openImpact();
});
beforeEach(async () => {
  await client.control('DELETE');
});
afterAll(() => client.sandbox.stop());

const SALE = { ActionTrackerId: '9876', OrderId: 'O1234567' };

async function sold(): Promise<void> {
  await client.convert();
  client.wait(1_000);
}

it('a verdict goes from Queued over In Progress to Complete', async () => {
  const answer = await client.convert();
  expect(await client.verdict(answer)).toEqual(['Queued', '']);
  client.wait(500);
  expect(await client.verdict(answer)).toEqual(['In Progress', '']);
  client.wait(500);
  expect(await client.verdict(answer)).toEqual(['Complete', '']);
});

it('a repeated order is one action, and its verdict says CONV_DUPLICATE', async () => {
  await client.convert();
  const again = await client.convert();
  client.wait(1_000);
  expect(await client.verdict(again)).toEqual(['Complete', 'CONV_DUPLICATE']);
  expect(await client.recorded()).toMatchObject([{ orderId: 'O1234567', duplicates: 1 }]);
});

it('the same order id under another event type, or after the window, is another action', async () => {
  await client.convert();
  await client.convert({ ActionTrackerId: '5' });
  client.wait(31 * 86_400_000);
  await client.convert();
  expect((await client.control('GET')).body['counts']).toMatchObject({ requests: 3, conversions: 3, duplicates: 0 });
});

it('rejects late what its books do not know', async () => {
  await client.control('POST', '/settings', { campaignId: '1000', actionTrackerId: '9876', unknownClicks: ['gone'] });
  const answers = [
    await client.convert({ CampaignId: '2' }),
    await client.convert({ ActionTrackerId: '2' }),
    await client.convert({ ClickId: 'gone' }),
    await client.convert({ ClickId: '~placeholder' }),
  ];
  client.wait(1_000);
  const reasons = await Promise.all(answers.map((answer) => client.verdict(answer)));
  expect(reasons.map(([, reason]) => reason)).toEqual([
    'CAMPAIGN_NOT_FOUND',
    'ACTIONTRACKER_NOT_FOUND',
    'ACTION_REF_NOT_FOUND',
    'ACTION_REF_NOT_FOUND',
  ]);
  expect(await client.recorded()).toEqual([]);
});

it('a reversal takes the action back', async () => {
  await sold();
  const answer = await client.change('DELETE', { ...SALE, DispositionCode: 'ITEM_RETURNED' });
  client.wait(1_000);
  expect([answer.status, await client.verdict(answer)]).toEqual([200, ['Complete', '']]);
  expect(await client.recorded()).toMatchObject([
    { state: 'REVERSED', changes: [{ method: 'DELETE', fields: { ...SALE, DispositionCode: 'ITEM_RETURNED' } }] },
  ]);
});

it('a reversal that overtakes its sale reverses nothing', async () => {
  await client.convert();
  const answer = await client.change('DELETE', { ...SALE, DispositionCode: 'OTHER' });
  client.wait(1_000);
  expect(await client.verdict(answer)).toEqual(['Complete', 'ACTION_NOT_FOUND']);
  expect(await client.recorded()).toMatchObject([{ state: 'PENDING', changes: [] }]);
});

it('a modification sets a new total, and zero reverses', async () => {
  await sold();
  const actionId = (await client.recorded())[0]!['actionId'] as string;
  await client.change('PUT', { ActionId: actionId, Reason: 'ORDER_UPDATE', Amount: '80.00' });
  expect(await client.recorded()).toMatchObject([{ amount: '80.00', state: 'PENDING' }]);
  await client.change('PUT', { ActionId: actionId, Reason: 'ITEM_RETURNED', Amount: '0' });
  expect(await client.recorded()).toMatchObject([{ amount: '0.00', state: 'REVERSED' }]);
});

it('a modification of items changes their quantity and amount, and knows its SKUs', async () => {
  await sold();
  const change = { ...SALE, Reason: 'ITEM_RETURNED', DispositionCode: 'ORDER_UPDATE' };
  await client.change('PUT', { ...change, Sku: '1ABC2345', Quantity: '1', Sku2: '9ZXY7654', Quantity2: '0' });
  expect(await client.recorded()).toMatchObject([
    {
      amount: '12.35',
      items: [
        { quantity: 1, amount: '12.35' },
        { quantity: 0, amount: '0.00' },
      ],
    },
  ]);
  const unknown = await client.change('PUT', { ...change, Sku: 'nope', Quantity: '1' });
  client.wait(1_000);
  expect(await client.verdict(unknown)).toEqual(['Complete', 'NO_ITEM']);
});

it.each([
  ['PUT', 'Reason', { ...SALE, Amount: '1.00' }],
  ['PUT', 'Reason', { ...SALE, Amount: '1.00', Reason: 'REJECTED' }],
  ['PUT', 'Amount', { ...SALE, Reason: 'OTHER' }],
  ['PUT', 'Sku', { ...SALE, Reason: 'OTHER', Quantity: '1' }],
  ['PUT', 'CurrencyCode', { ...SALE, Reason: 'OTHER', Amount: '1.00', CurrencyCode: 'USD' }],
  ['DELETE', 'DispositionCode', SALE],
  ['DELETE', 'DispositionCode', { ...SALE, DispositionCode: 'ORDER_UPDATE' }],
  ['DELETE', 'Reason', { ...SALE, DispositionCode: 'OTHER', Reason: 'OTHER' }],
  ['DELETE', 'ActionId', { OrderId: 'O1234567', DispositionCode: 'OTHER' }],
] as const)('%s without a right %s is refused', async (method, field, fields) => {
  const answer = await client.change(method, fields);
  expect([answer.status, (answer.body['errors'] as { field: string }[])[0]?.field]).toEqual([400, field]);
});

it('a reversal without a body names what it needs', async () => {
  expect((await client.call('DELETE', '/Actions')).status).toBe(400);
});

it('a submission tells its whole story', async () => {
  const answer = await client.convert();
  client.wait(1_000);
  const path = String(answer.body['QueuedUri']).replace(`/Advertisers/${SID}`, '');
  const { body } = await client.call('GET', path);
  expect(body).toEqual({
    ...{
      BatchId: path.split('/')[2],
      AccountId: SID,
      SubmissionDate: expect.any(String),
      CampaignId: '1000',
      ActionTrackerId: '9876',
    },
    ...{
      MediaPartnerId: '',
      EventCode: '',
      OrderId: 'O1234567',
      Payload: expect.stringContaining('OrderId=O1234567'),
      Type: 'Conversion',
    },
    ...{
      Status: 'Complete',
      CompletionDate: expect.any(String),
      ErrorType: '',
      ErrorReason: '',
      Uri: answer.body['QueuedUri'],
    },
  });
  expect((await client.call('GET', '/APISubmissions/A-unknown')).status).toBe(404);
});

it('lists actions once they are complete, and answers for programmes, click ids and the company', async () => {
  await client.convert();
  expect((await client.call('GET', '/Actions?CampaignId=1000')).body).toMatchObject({ '@total': '0', Actions: [] });
  client.wait(1_000);
  const { Actions } = (await client.call('GET', '/Actions?CampaignId=1000')).body as { Actions: { Id: string }[] };
  expect(Actions).toMatchObject([
    { Oid: 'O1234567', Amount: '112.00', State: 'PENDING', Currency: 'USD', ReferringType: 'CLICK_COOKIE' },
  ]);
  expect((await client.call('GET', `/Actions/${Actions[0]!.Id}/Items`)).body).toMatchObject({
    Items: [{ SaleAmount: '24.69' }, { SaleAmount: '87.31' }],
  });
  expect((await client.call('GET', '/Actions')).status).toBe(400);
  await client.control('POST', '/settings', { campaignId: '1000', unknownClicks: ['gone'] });
  expect((await client.call('GET', '/Campaigns/1000/Clicks/Qii%3A1')).body).toMatchObject({ Id: 'Qii:1' });
  expect((await client.call('GET', '/Campaigns/1000/Clicks/gone')).status).toBe(404);
  expect((await client.call('GET', '/Campaigns/2')).status).toBe(404);
  expect((await client.call('GET', '/CompanyInformation')).body).toMatchObject({ AccountId: SID });
  expect((await client.call('GET', '/Nothing')).status).toBe(404);
  expect((await client.call('GET', '/Conversions')).status).toBe(405);
});

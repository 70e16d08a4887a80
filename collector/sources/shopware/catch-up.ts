/**
 * Shopware's orders by search. Each page begins behind the last one's newest order number of the database, which never moves: what changes while
 * pages are read is found the next time. https://developer.shopware.com/docs/guides/integrations-api/general-concepts/search-criteria (read 2026-11)
 */
import { type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, Reading, ReportList, ReportPage } from '../../kit/source.ts';
import { minutes } from '../../lib/duration.ts';
import { readShopwareAnswer, shopwareRequest, shopwareRows } from './api.ts';
import { SHOPWARE_ASSOCIATIONS, readShopwareOrder } from './order.ts';

/** With lines, payments and refunds beside each order. */
const PER_PAGE = 100;
/** The version that is in force: drafts of an edit have others. */
const LIVE = '0fa91ce3e96a4bc2be4bd9ce752c3425';

/** As the database has it, in UTC. */
const moment = (at: number): string => new Date(Math.max(0, at)).toISOString().slice(0, 23).replace('T', ' ');

const from = (field: string, at: number): Json => ({ type: 'range', field, parameters: { gte: moment(at) } });

function orderList(filter: (since: number) => Json): ReportList {
  return {
    request: ({ since, next }, settings) =>
      shopwareRequest('search/order', settings, {
        body: {
          ...{ limit: PER_PAGE, associations: SHOPWARE_ASSOCIATIONS, sort: [{ field: 'autoIncrement', order: 'ASC' }] },
          filter: [
            filter(since),
            ...(next === undefined
              ? []
              : [{ type: 'range', field: 'autoIncrement', parameters: { gt: Number(next) } }]),
          ],
        },
      }),
    read(response, _query, settings) {
      const reading = readShopwareAnswer(response);
      if ('fault' in reading) return reading;
      const rows = shopwareRows(reading.value);
      const last = Number(rows.at(-1)?.['autoIncrement']);
      return {
        value: {
          ...readRows(rows, settings),
          ...(rows.length === PER_PAGE && Number.isSafeInteger(last) ? { next: String(last) } : {}),
        },
      };
    },
  };
}

function readRows(rows: readonly Json[], settings: Settings): ReportPage {
  const reports = rows
    .filter(({ versionId }) => (textOf(versionId) ?? LIVE) === LIVE)
    .flatMap((row) => {
      const reading = readShopwareOrder(row, settings);
      return 'ignored' in reading ? [] : [reading];
    });
  return { reports, problems: [] };
}

export const shopwareCatchUp: CatchUp = {
  every: minutes(10),
  perSecond: 5,
  unable: () => undefined,
  changed: [
    orderList((since) => ({
      ...{ type: 'multi', operator: 'or' },
      // The order's own time of change is empty before its first change, and that of its payment need not touch it.
      queries: ['createdAt', 'updatedAt', 'transactions.createdAt', 'transactions.updatedAt'].map((field) =>
        from(field, since),
      ),
    })),
  ],
  // Refunds below a payment leave both alone.
  placed: orderList((since) => from('orderDateTime', since)),
  reread(id, [answer], settings) {
    if (!answer)
      return {
        ask: shopwareRequest('search/order', settings, { body: { ids: [id], associations: SHOPWARE_ASSOCIATIONS } }),
      };
    const reading: Reading<Json> = readShopwareAnswer(answer);
    return 'fault' in reading ? reading : { value: readRows(shopwareRows(reading.value), settings) };
  },
};

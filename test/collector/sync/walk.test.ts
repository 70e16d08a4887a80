import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListPage, Paging } from '../../../collector/kit/source.ts';
import { pagingFor, walkPages } from '../../../collector/sync/run/walk.ts';

interface Row {
  id: number;
}

const pageOf = (ids: readonly number[], { page, perPage }: Paging, granted = perPage): ListPage<Row> => {
  const rows = ids.slice((page - 1) * granted, page * granted).map((id) => ({ id }));
  return { rows, size: rows.length, total: ids.length, perPage: granted, problems: [] };
};

async function read(ask: (paging: Paging) => ListPage<Row>, perPage: number): Promise<Set<number>> {
  const seen = new Set<number>();
  await walkPages<Row>({
    ask: (paging) => Promise.resolve(ask(paging)),
    perPage,
    from: { next: 0, last: null },
    id: ({ id }) => id,
    take({ rows }) {
      for (const { id } of rows) seen.add(id);
      return Promise.resolve();
    },
  });
  return seen;
}

describe('walking a list', () => {
  it('reads every row that stays, whatever is added and deleted in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 20, max: 60 }),
        fc.array(
          fc.record({ remove: fc.integer({ min: 0, max: 4 }), add: fc.integer({ min: 0, max: 4 }), at: fc.nat(399) }),
          { maxLength: 40 },
        ),
        async (length, perPage, changes) => {
          let ids = Array.from({ length }, (_, index) => index + 1);
          let next = length + 1;
          const original = new Set(ids);
          const queue = [...changes];
          const seen = await read((paging) => {
            const page = pageOf(ids, paging);
            const change = queue.shift();
            if (change) {
              ids = ids.filter((_, rank) => rank < change.at || rank >= change.at + change.remove);
              for (let count = 0; count < change.add; count++) ids.push(next++);
            }
            return page;
          }, perPage);
          return ids.filter((id) => original.has(id)).every((id) => seen.has(id));
        },
      ),
      { numRuns: 300, seed: 20261122 },
    );
  });

  it('goes on with the page size that the shop grants, on the way too', async () => {
    const ids = Array.from({ length: 330 }, (_, index) => index + 1);
    for (const granted of [7, 40, 100, 300]) {
      let asked = 0;
      const ask = (paging: Paging) =>
        pageOf(ids, paging, asked++ < 2 ? paging.perPage : Math.min(granted, paging.perPage));
      expect((await read(ask, 100)).size).toBe(330);
    }
  });

  it('stops with words when every page is the first', async () => {
    const ids = Array.from({ length: 90 }, (_, index) => index + 1);
    await expect(read(({ perPage }) => pageOf(ids, { page: 1, perPage }), 30)).rejects.toThrow(
      'every page with the first',
    );
  });

  it('overlaps its pages by a few rows at little cost', () => {
    for (const next of [250, 495, 12_345, 499_999]) {
      const { page, perPage } = pagingFor(next, 250);
      const start = (page - 1) * perPage;
      expect(next - start).toBeGreaterThanOrEqual(5);
      expect(start + perPage - next).toBeGreaterThanOrEqual(200);
    }
  });
});

/** Watches the page's data layer. Leaves no trace of a failure in it. */
import type { Loose } from './order.ts';
import { page } from './page.ts';
import { guard } from './say.ts';
import { site } from './state.ts';
import { wrap } from './wrap.ts';

/** Replays the data layer to a reader, which then gets every push, after whoever listened before. What is no array is left alone. */
export const watchLayer = guard((read: (entry: Loose) => unknown) => {
  const name = site.dataLayer ?? 'dataLayer';
  const layer: Loose[] = (page[name] = page[name] ?? []);
  const readAll = (...entries: Loose[]) => entries.forEach(guard(read));
  readAll(...layer);
  wrap(layer, 'push', readAll);
});

/** Watches the page's data layer. Leaves no trace of a failure in it. */
import type { Loose } from './order.ts';
import { guard } from './say.ts';
import { page, site } from './settings.ts';

/** Replays the data layer to a reader, which then gets every push, after whoever listened before. What is no array is left alone. */
export const watchLayer = guard((read: (entry: Loose) => unknown) => {
  const name = site.dataLayer ?? 'dataLayer';
  const layer = (page[name] = page[name] ?? []);
  const { push } = layer;
  const readAll = (entries: Loose[]) => entries.forEach((entry) => guard(read)(entry));
  readAll(layer);
  layer.push = (...entries: Loose[]) => {
    const length = push.apply(layer, entries);
    readAll(entries);
    return length;
  };
});

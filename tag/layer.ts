/** Listens to the page's data layer: replays what is there, then reads every push. Leaves no trace of a failure in it. */
import { guard } from './say.ts';
import { page, settings } from './settings.ts';

let wrapped: unknown;

/** Called at start and again when the page has loaded: a container may have replaced the array or its `push` in between. */
export function watchLayer(read: (entry: Record<string, unknown>) => void): void {
  const name = settings.dataLayer ?? 'dataLayer';
  const layer = (page[name] = page[name] || []);
  const { push } = layer;
  if (push == wrapped) return;
  const readSafely = guard((entry: Record<string, unknown>) => entry && read(entry));
  Array.from(layer as Record<string, unknown>[]).forEach((entry) => readSafely(entry));
  layer.push = wrapped = function (this: unknown, ...entries: Record<string, unknown>[]) {
    const result = push.apply(this, entries);
    entries.forEach((entry) => readSafely(entry));
    return result;
  };
}

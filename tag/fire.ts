/** What only a browser can tell a partner's tracker: a pixel or a form, fired when the collector (or the static tag's settings) says so. */
import type { Fire } from '../collector/destinations/destination.ts';
import type { FiredBody } from '../collector/wire.ts';
import { post } from './beacon.ts';
import { fireForm } from './form.ts';
import { firePixel } from './pixel.ts';
import { collector } from './settings.ts';

export function fire(orderId: string, tasks: (Fire & { delivery?: string })[] = []): void {
  for (const task of tasks) {
    const done = (ok: boolean, detail?: string) => {
      if (collector)
        post('/fired', { orderId, delivery: task.delivery!, ok, detail } satisfies FiredBody).catch(() => {});
    };
    if (task.kind == 'pixel') firePixel(task.url, done);
    else fireForm(task, done);
  }
}

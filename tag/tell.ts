/** Late part. Tells listeners and, while debugging, the console what the tag does and why it doesn't; what it did before, too. */
import { isGranted } from './consent.ts';
import { guard } from './say.ts';
import type { Said, Told } from './say.ts';
import { said } from './state.ts';
import { wrap } from './wrap.ts';

type Listener = (detail?: unknown, reason?: string) => void;

/** Hears what was said and what will be. */
function hear(listen: (...told: Said) => void): void {
  const heard = guard(listen);
  for (const told of said) heard(...told);
  if (!isGranted()) heard('skipped', 'no consent');
  wrap(said, 'push', (told: Said) => heard(...told));
}

/** `ready` is answered at once: whoever can ask is talking to the loaded tag. */
export function on(event: Told, listener: Listener): void {
  if (event === 'ready') guard(listener)();
  hear((told, reason, detail) => {
    if (told === event) listener(detail, reason as string);
  });
}

let debugging: unknown;
let heard = false;

export function debug(on: unknown): void {
  debugging = on;
  if (!heard && on)
    hear((event, reason, detail) => {
      if (debugging) console.log('clickthread:', event || 'error', reason, detail);
    });
  heard = heard || !!on;
}

/** The steps of setting a shop up, where each stands, and the way from one to the next. */
import type { ComponentChildren } from 'preact';
import { addressOf } from '../../state/route.ts';
import { say } from '../../state/words.ts';

export const STEPS = ['shop', 'tag', 'connect', 'test', 'rehearse', 'done'] as const;
export type Step = (typeof STEPS)[number];

export const placeOf = (site: string, step: Step, connection?: string): string =>
  addressOf(['start', site, step, ...(connection === undefined ? [] : [connection])]);

/** On to the next step. */
export function Next({ to, children }: { to: string; children?: ComponentChildren }) {
  return (
    <p class="buttons">
      {children}
      <a class="button primary" href={to}>
        {say('start.next')}
      </a>
    </p>
  );
}

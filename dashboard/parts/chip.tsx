/** A state in a word and a colour; the word alone says it, too. */
import { sayOf } from '../state/words.ts';

const TONES: Record<string, string> = {
  ...{ on: 'good', confirmed: 'good', delivered: 'good', approved: 'good', ok: 'good', enabled: 'good' },
  ...{ due: 'busy', sending: 'busy', waiting: 'busy', pending: 'busy', wait: 'busy', syncing: 'busy', moving: 'busy' },
  ...{ held: 'bad', rejected: 'bad', declined: 'bad', fail: 'bad', outage: 'bad', failed: 'bad', silent: 'bad' },
  ...{
    by_hand: 'ask',
    unverified: 'ask',
    contested: 'ask',
    paused: 'ask',
    warn: 'ask',
    untested: 'ask',
    off: 'ask',
    asked: 'ask',
    full: 'ask',
    late: 'ask',
  },
};

export function Chip({ state, group = 'state' }: { state: string; group?: string }) {
  return <span class={`chip ${TONES[state] ?? 'calm'}`}>{sayOf(group, state)}</span>;
}

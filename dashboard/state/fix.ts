/** What a person does about a report that goes on only if somebody does something: by its state and the reason that the collector gave. Pure. */

/**
 * `settings`: those of the connection · `look`: it may have arrived · `late`: its time is over · `hand`: it is done there · `data`: the order,
 * or what the vendor answered · `decide`: whose it is.
 */
export type Fix = 'settings' | 'look' | 'late' | 'hand' | 'data' | 'decide';

const BY_REASON: readonly (readonly [RegExp, Fix])[] = [
  [/can't recognise a repeat|tick it off/, 'look'],
  [/given up at its deadline/, 'late'],
  [/does not accept the credentials|redirects to another address|CLICKTHREAD_KEY|^the address /, 'settings'],
  [/^waits for a decision/, 'decide'],
];

/** Undefined where it goes on by itself, or is over. */
export function fixOf({ state, reason }: { state: string; reason: string }): Fix | undefined {
  const known = BY_REASON.find(([pattern]) => pattern.test(reason))?.[1];
  if (state === 'by_hand') return 'hand';
  if (state === 'held') return known ?? 'settings';
  if (state === 'rejected') return known ?? 'data';
  return state === 'waiting' && known === 'decide' ? 'decide' : undefined;
}

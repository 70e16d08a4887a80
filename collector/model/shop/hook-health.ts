/** How the webhooks of a shop stand there, as it was last asked: most shops give one up after failures and tell nobody. */
export interface HookHealth {
  /** Epoch milliseconds. */
  at: number;
  /** What the shop has been seen to post here, by trigger. */
  known: readonly string[];
  /** What it posts no more, and could not be switched on again. */
  off: readonly string[];
  /** What was there and is gone. */
  gone: readonly string[];
  /** What a person has paused at the shop. */
  paused: readonly string[];
  /** Why something is still off, or why the shop doesn't show its webhooks; empty where there is nothing to say. */
  problem: string;
  /** What was off and is on again. */
  restored?: { at: number; triggers: readonly string[]; times: number };
}

/** Whether a person must look: what a person has paused is nothing new to them. */
export const needsMending = ({ off, gone }: HookHealth): boolean => off.length + gone.length > 0;

/** What is wrong, in a line; undefined where nothing is. `shop` is its title. */
export function hookTrouble({ off, gone, problem }: HookHealth, shop: string): string | undefined {
  const parts = [
    ...(off.length > 0 ? [`${shop} has switched off ${off.join(', ')}`] : []),
    ...(gone.length > 0 ? [`${shop} posts no more ${gone.join(', ')}: what did is gone`] : []),
  ];
  if (parts.length === 0) return undefined;
  return `${parts.join('; ')}.${problem === '' ? '' : ` ${problem}`}`;
}

/** The page's storage. Blocked, full or missing (a sandboxed frame) it answers undefined. */
import { guard } from './say.ts';

export const load = guard((name: string) => localStorage[name] as string | undefined);

/** True where the value outlives the page. */
export const save = guard((name: string, value: string) => {
  localStorage[name] = value;
  return true;
});

export const forget = guard((name: string) => delete localStorage[name]);

/** The browser's storage; where it is blocked or missing (a sandboxed frame), an object that lasts as long as the page. */
import { guard } from './say.ts';

export const storage = (guard(() => localStorage)() ?? {}) as Record<string, string>;

/** Keeps a text, unless storage is full. */
export const keepText = guard((name: string, text: string | number) => (storage[name] = text as string));

/** Whether an earlier page left anything to look after: orders on their way, a withdrawal that nobody was told. */
export const isUnfinished = (): boolean => /_ct_[qw]/.test(Object.keys(storage) as never);

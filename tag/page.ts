/** The page's globals, which may be anything. */
import type { Loose } from './order.ts';

export const page = globalThis as Loose;

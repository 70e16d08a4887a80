/** Chromium for the browser tests: one for all of their files, started before the first of them (`browser-setup.ts`). */
import { chromium, type Browser } from 'playwright-core';
import { inject } from 'vitest';

/** The shared Chromium; what a file opens in it are contexts of its own, and closing it only leaves it. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.connect(inject('browserAddress'));
}

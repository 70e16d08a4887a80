/** Starts the Chromium that all browser tests share, before any worker starts, and ends it after the last. */
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { findChromium } from '../../scripts/chromium.mjs';

/**
 * `--no-sandbox` because containers run as root. Nothing that touches cookies, CORS or caches: the flags that the package
 * recommends switch web security off, and would hide the very bugs these tests look for.
 */
const FLAGS = ['--no-sandbox', '--disable-background-networking'];

declare module 'vitest' {
  export interface ProvidedContext {
    browserAddress: string;
  }
}

export default async function startBrowser(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer({ ...findChromium(), args: FLAGS, headless: true, host: '127.0.0.1' });
  project.provide('browserAddress', server.wsEndpoint());
  return () => server.close();
}

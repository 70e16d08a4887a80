/**
 * What the files of browser tests begin with: a browser, and the world that its pages live in, for the file; a context and a page for each test.
 * They are names that the file imports, and stand for what the running test has.
 */
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchBrowser } from './browser.ts';
import { openWorld, type World } from './browser-world.ts';

export let browser: Browser;
export let world: World;
/** Of the test alone: no cookie and no storage is left by another one. */
export let context: BrowserContext;
export let page: Page;

/** Call it while a test file loads. `sites`: the configuration's list, made once the sandbox's address is known; one shop unless given. */
export function useBrowser(sites?: (sandboxUrl: string) => object[]): void {
  beforeAll(async () => {
    [browser, world] = await Promise.all([launchBrowser(), openWorld(sites)]);
  });
  beforeEach(async () => {
    context = await browser.newContext();
    await onThatDay(context);
    page = await context.newPage();
    world.door.passed.length = 0;
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });
}

/** Where a run stands on another day, its pages do, too. */
async function onThatDay(pages: BrowserContext): Promise<void> {
  if (process.env.TEST_DATE_OFFSET === undefined) return;
  const { move } = createRequire(import.meta.url)('./other-day.cjs') as { move: string };
  await pages.addInitScript({ content: move });
}

/** Another tab of the same visitor, which the test goes on with. */
export async function openTab(): Promise<void> {
  page = await context.newPage();
}

/** What tests ask of a page that has the tag: its journey, its storage, and calls from within. */
import type { BrowserContext, Page } from 'playwright-core';

export interface ToldJourney {
  visitor?: string;
  token?: string;
  touches?: { param: string; value: string; at: number }[];
}

/** What `clickthread('journey', …)` tells the page; waits for it. */
export const journeyOf = (page: Page): Promise<ToldJourney> =>
  page.evaluate(
    () => new Promise<ToldJourney>((resolve) => (window as unknown as Tagged).clickthread('journey', resolve)),
  );

/** Calls the tag as the page would. */
export const call = (page: Page, ...given: unknown[]): Promise<unknown> =>
  page.evaluate((args) => (window as unknown as Tagged).clickthread(...args), given);

/** Until the script is there and has taken over from the stub. */
export const loaded = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const { clickthread } = window as unknown as Partial<Tagged>;
    return clickthread !== undefined && !('q' in clickthread) && !/\.q/.test(String(clickthread));
  });

/** The tag's cookies of all hosts, `name@host`, and its keys in this page's storage: what a visitor's browser keeps. */
export async function kept(context: BrowserContext, page: Page): Promise<string[]> {
  const cookies = (await context.cookies()).filter(({ name }) => name.startsWith('_ct'));
  const keys = await page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage)));
  return [...cookies.map(({ name, domain }) => `${name}@${domain}`), ...keys].sort();
}

interface Tagged {
  clickthread: (...given: unknown[]) => unknown;
}

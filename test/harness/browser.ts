/** Chromium for the browser tests: the one that is named, the machine's own, or the one inside an npm package. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const MACHINE = '/usr/bin/chromium';

/**
 * `--no-sandbox` because containers run as root. Nothing that touches cookies, CORS or caches: the flags that the package
 * recommends switch web security off, and would hide the very bugs these tests look for.
 */
const FLAGS = ['--no-sandbox', '--disable-background-networking'];

/** A fresh headless Chromium; its owner closes it. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: FLAGS, headless: true });
}

async function findChromium(): Promise<string> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  if (existsSync(MACHINE)) return MACHINE;
  // On a bare host the package only unpacks the libraries that Chromium needs if it takes the host for its usual one.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs20.x';
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

/** Firefox as distributions ship it, driven over WebDriver BiDi: no driver program is needed. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBidi, type Bidi } from './browser-bidi.ts';
import { EngineMissing, startProgram, type Engine, type Tab } from './browser-engine.ts';

const PLACES = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Nothing here changes how pages, cookies or requests work; it only keeps the browser from calling home. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
};

export function findFirefox(): string {
  const found = [process.env['FIREFOX_PATH'] ?? '', ...PLACES].find((place) => place !== '' && existsSync(place));
  if (found === undefined)
    throw new EngineMissing('Firefox is missing: apt-get install firefox-esr, or name it in FIREFOX_PATH');
  return found;
}

export async function launchFirefox(): Promise<Engine> {
  const profile = mkdtempSync(join(tmpdir(), 'clickthread-firefox-'));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const { found: address, stop } = await startProgram({
    command: findFirefox(),
    args: ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    // Firefox refuses a home that belongs to somebody else, as in containers.
    env: { HOME: profile },
    ready: /WebDriver BiDi listening on (ws:\S+)/,
  });
  const bidi = await connectBidi(`${address}/session`);
  await bidi.send('session.new', { capabilities: {} });
  return {
    newTab: () => newTab(bidi),
    async quit() {
      await bidi.send('browser.close').catch(() => undefined); // it may go before it has answered
      bidi.close();
      await stop();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function newTab(bidi: Bidi): Promise<Tab> {
  const { userContext } = await bidi.send('browser.createUserContext');
  const { context } = await bidi.send('browsingContext.create', { type: 'tab', userContext });

  async function evaluate(expression: string, ownership = 'none'): Promise<Record<string, unknown>> {
    const target = { context };
    const params = { expression, target, awaitPromise: true, resultOwnership: ownership };
    const answer = await bidi.send('script.evaluate', params);
    if (answer['type'] === 'exception') throw new Error(JSON.stringify(answer['exceptionDetails']));
    return answer['result'] as Record<string, unknown>;
  }

  return {
    async goto(url) {
      await bidi.send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async click(selector) {
      const element = await evaluate(`document.querySelector(${JSON.stringify(selector)})`);
      const origin = { type: 'element', element: { sharedId: element['sharedId'] } };
      const actions = [
        { type: 'pointerMove', x: 0, y: 0, origin },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ];
      await bidi.send('input.performActions', { context, actions: [{ type: 'pointer', id: 'mouse', actions }] });
    },
    async run<T>(body: string) {
      const { value } = await evaluate(`(async () => JSON.stringify(await (async () => { ${body} })()) ?? 'null')()`);
      return JSON.parse(value as string) as T;
    },
    async close() {
      await bidi.send('browsingContext.close', { context });
    },
  };
}

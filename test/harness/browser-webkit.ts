/** WebKitGTK's own small browser, driven over WebDriver: the closest thing to Safari that runs without a Mac. */
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { EngineMissing, startProgram, type Engine, type Tab } from './browser-engine.ts';

const LIBRARIES = '/usr/lib/x86_64-linux-gnu';
/** The protocol's name for a reference to an element. https://www.w3.org/TR/webdriver2/#elements */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

const inPath = (name: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => `${folder}/${name}`)
    .find((file) => existsSync(file));

/** The driver, the browser that it starts, and the screen that both need. */
export function findWebkit(): { driver: string; browser: string; screen: string } {
  const driver = inPath('WebKitWebDriver');
  const screen = inPath('xvfb-run');
  const folders = existsSync(LIBRARIES) ? readdirSync(LIBRARIES).filter((name) => name.startsWith('webkit2gtk-4')) : [];
  const browser = [
    process.env['MINIBROWSER_PATH'] ?? '',
    ...folders.map((name) => `${LIBRARIES}/${name}/MiniBrowser`),
  ].find((file) => file !== '' && existsSync(file));
  if (driver === undefined || browser === undefined || screen === undefined)
    throw new EngineMissing('WebKitGTK is missing: apt-get install webkit2gtk-driver xvfb xauth');
  return { driver, browser, screen };
}

export async function launchWebkit(): Promise<Engine> {
  const { driver, browser, screen } = findWebkit();
  const port = await freePort();
  // The driver says nothing when it is ready, so it is asked.
  const { stop } = await startProgram({
    command: screen,
    args: ['-a', 'sh', '-c', `echo started; exec "${driver}" --port=${port}`],
    ready: /(started)/,
  });
  const ask = speaker(`http://127.0.0.1:${port}`);
  await ready(ask);
  const options = { binary: browser, args: ['--automation'] };
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
  const { sessionId } = (await ask('POST', '/session', { capabilities })) as { sessionId: string };
  const session = (method: string, path: string, body?: object) => ask(method, `/session/${sessionId}${path}`, body);
  const home = await session('GET', '/window');
  return {
    async newTab() {
      // A window can only be opened from one that is there, and the last one to be used may have been closed.
      await session('POST', '/window', { handle: home });
      return newTab(session);
    },
    async quit() {
      await session('DELETE', '').catch(() => undefined); // the driver ends with it
      await stop();
    },
  };
}

type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

const speaker =
  (base: string): Ask =>
  async (method, path, body) => {
    const given = method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {};
    const response = await fetch(base + path, { method, ...given });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };

async function ready(ask: Ask): Promise<void> {
  for (let tries = 100; ; tries--) {
    try {
      await ask('GET', '/status');
      return;
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** One session shares its cookies among its windows; another session would be another browser, which takes seconds to start. */
async function newTab(session: Ask): Promise<Tab> {
  const { handle } = (await session('POST', '/window/new', { type: 'tab' })) as { handle: string };
  const here: Ask = async (...given) => {
    await session('POST', '/window', { handle });
    return session(...given);
  };
  return {
    goto: async (url) => void (await here('POST', '/url', { url })),
    async click(selector) {
      const element = await here('POST', '/element', { using: 'css selector', value: selector });
      await session('POST', `/element/${(element as Record<string, string>)[ELEMENT]}/click`);
    },
    async run<T>(body: string) {
      const script = `const done = arguments[0]; (async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value, error } = (await here('POST', '/execute/async', { script, args: [] })) as {
        value: T;
        error?: string;
      };
      if (error !== undefined) throw new Error(error);
      return value;
    },
    close: async () => void (await here('DELETE', '/window')),
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

// A real collector on a temporary data folder: `apply` a configuration, then `serve`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd, startServer } from './child.mjs';

export const bin = fileURLToPath(new URL('../../bin/clickthread.mjs', import.meta.url));
/** What is measured starts as it does in an installed package: a checkout looks for changed sources first. */
export const installed = fileURLToPath(new URL('./installed.mjs', import.meta.url));

/** `nodeArgs` such as `--cpu-prof` go to the collector's process, `more` are further variables. */
export async function startCollector({ config, nodeArgs = [], more = {} }) {
  const data = mkdtempSync(join(tmpdir(), 'clickthread-bench-'));
  const env = { CLICKTHREAD_DATA: data, PORT: '0', CLICKTHREAD_ALLOW_PRIVATE: '1', CLICKTHREAD_LOG: 'fatal', ...more };
  const remove = () => rmSync(data, { recursive: true, force: true });
  try {
    const apply = async (text) => {
      const file = join(data, 'clickthread.yaml');
      writeFileSync(file, text);
      await runToEnd([bin, 'apply', file], env);
    };
    await apply(config);
    const server = await startServer([...nodeArgs, installed, 'serve'], env);
    return {
      ...server,
      data,
      env,
      apply,
      database: join(data, 'clickthread.db'),
      async stop() {
        await server.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** One site whose connection can't send: one request an hour, to a closed port, so that deliveries are made and stay. */
export const SITE = `
sites:
  - id: shop
    domains: [shop.example]
    currency: USD
    consent: granted
    connections:
      - id: impact
        type: impact
        limits: { perHour: 1 }
        settings: { accountSid: IRbench, authToken: bench-token, campaignId: "1000", actionTrackerId: "9876", baseUrl: "http://127.0.0.1:9/impact" }
`;

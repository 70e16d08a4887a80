/** The packaged Chromium: there as a whole or not at all, however many unpack it at once and however one of them ends. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Chromium } from '../../scripts/chromium.mjs';
import { temporaryFolders } from '../harness/folder.ts';
import { until } from '../harness/until.ts';

const run = promisify(execFile);
const folders = temporaryFolders();
const { CHROMIUM_PATH: _named, ...env } = process.env;

/** A program that finds Chromium in that folder, on a machine without one of its own, and says where. */
const finder = (folder: string): string[] => [
  '--input-type=module',
  '-e',
  `import { findChromium } from ${JSON.stringify(new URL('../../scripts/chromium.mjs', import.meta.url).href)};
   console.log(JSON.stringify(findChromium({ machine: '/nowhere', folder: ${JSON.stringify(folder)} })));`,
];

test(
  'two processes that find it missing get the same one, and it runs at once for both',
  { timeout: 180_000 },
  async () => {
    const folder = folders();
    const versions = await Promise.all(
      Array.from({ length: 2 }, async () => {
        const { stdout } = await run(process.execPath, finder(folder), { env });
        const found = JSON.parse(stdout) as Chromium;
        const told = await run(found.executablePath, ['--version'], { env: found.env });
        return `${found.executablePath} ${told.stdout.trim()}`;
      }),
    );
    expect(new Set(versions).size).toBe(1);
    expect(versions[0]).toMatch(/Chromium|HeadlessShell|Chrome/i);
    expect(readdirSync(folder)).toHaveLength(1);
  },
);

test(
  'one that is killed in the middle leaves nothing that the next takes for a browser',
  { timeout: 180_000 },
  async () => {
    const folder = folders();
    const killed = spawn(process.execPath, finder(folder), { env, stdio: 'ignore', detached: true });
    await until(() => readdirSync(folder).some((name) => existsSync(`${folder}/${name}/chromium`)), {
      what: 'it to begin',
      timeout: 120_000,
    });
    process.kill(-killed.pid!, 'SIGKILL');
    await once(killed, 'exit');
    const { stdout } = await run(process.execPath, finder(folder), { env });
    const found = JSON.parse(stdout) as Chromium;
    await run(found.executablePath, ['--version'], { env: found.env });
  },
);

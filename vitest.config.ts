import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Folders of `test/` that need more than the source: a built collector, a browser, or minutes. */
const APART = ['integration', 'browser', 'browsers', 'pages', 'chaos'];

/** Tests that need a PostgreSQL, which goes by the machine's clock, whatever day the others are tried on. */
const POSTGRES = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !APART.some((folder) => file.startsWith(`${folder}/`)))
  .map((file) => `test/${file}`)
  .filter((file) => readFileSync(file, 'utf8').includes('harness/postgres.ts'));

const project = (
  name: string,
  include: string[],
  options: { timeout: number; exclude?: string[]; serial?: boolean; setup?: string },
) => ({
  test: {
    name,
    include,
    exclude: options.exclude ?? [],
    testTimeout: options.timeout,
    hookTimeout: 60_000,
    ...(options.setup === undefined ? {} : { globalSetup: options.setup }),
    ...(options.serial ? { fileParallelism: false } : {}),
  },
});

export default defineConfig({
  test: {
    // Browsers and collectors are processes of their own, and half of a test is waiting for them: one worker more than the cores of CI.
    maxWorkers: 3,
    reporters: ['default'],
    projects: [
      project('unit', ['test/**/*.test.ts'], {
        timeout: 15_000,
        exclude: [...APART.map((folder) => `test/${folder}/**`), ...POSTGRES],
      }),
      project('postgres', POSTGRES, { timeout: 15_000 }),
      project('integration', ['test/integration/**/*.test.ts'], { timeout: 60_000 }),
      project('browser', ['test/browser/**/*.test.ts'], { timeout: 60_000, setup: 'test/harness/browser-setup.ts' }),
      // Firefox and WebKit must be installed: `npm run test:browsers` says what is missing; not part of `npm test`.
      ...(process.env.TEST_BROWSERS
        ? [project('browsers', ['test/browsers/**/*.test.ts'], { timeout: 120_000, serial: true })]
        : []),
      // The packages must be installed: `npm run test:pages` does it; not part of `npm test`.
      ...(process.env.TEST_PAGES
        ? [
            project('pages', ['test/pages/**/*.test.ts'], {
              timeout: 60_000,
              exclude: ['**/node_modules/**'],
              setup: 'test/harness/browser-setup.ts',
            }),
          ]
        : []),
      project('chaos', ['test/chaos/**/*.test.ts'], { timeout: 120_000, serial: true }),
    ],
  },
});

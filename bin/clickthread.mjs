#!/usr/bin/env node
// The command. In a checkout it builds what is missing or older than its source first; in a package everything is there.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (existsSync(`${root}rollup.config.mjs`)) {
  const { ensureBuilt } = await import('../scripts/ensure.mjs');
  ensureBuilt({ root });
}
const { main } = await import('../dist/collector/main.js');
await main(process.argv);

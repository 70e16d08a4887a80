// The built command as `bin/clickthread.mjs` runs it, without building first: test files run side by side, builds must not.
import { main } from '../../dist/collector/main.js';

await main(process.argv);

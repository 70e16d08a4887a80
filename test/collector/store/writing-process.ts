/** A process that writes one order after the other and prints each id once its commit has returned, until it is killed. */
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import { storedOrder, write } from './rows.ts';

const store = openSqliteStore({ file: process.argv[2]!, clock: () => 0 });
for (let number = 1; ; number += 1) {
  await write(store, { orders: [storedOrder(`O${number}`)] });
  writeSync(1, `O${number}\n`);
}

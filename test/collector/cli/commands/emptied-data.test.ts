import { rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseFile } from '../../../../collector/environment.ts';
import { configured, conversion } from './setup.ts';

test('a data file of no bytes is no new one: every command says what was lost and what to do, and a restore mends it', async () => {
  const { run, folder, open } = await configured();
  const { store, door } = open();
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  await store.close();
  const copy = join(folder, 'copy.db');
  await run(['backup', copy]);
  const file = databaseFile(folder);
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  truncateSync(file);
  const words =
    /clickthread\.db is empty \(0 bytes\): what it held is lost\. Put a backup .* delete it and start again/;
  for (const args of [
    ['orders'],
    ['backup', `${copy}2`],
    ['migrate'],
    ['migrate', '--dry-run'],
    ['key', 'create', 'shop'],
  ])
    expect((await run(args)).error, args.join(' ')).toMatch(words);
  expect((await run(['doctor', '--no-test'])).out).toMatch(words);
  expect(statSync(file).size, 'nothing was changed').toBe(0);
  expect((await run(['restore', copy, '--force'])).error).toBeUndefined();
  expect((await run(['explain', 'O1234567'])).out).toContain('O1234567');
});

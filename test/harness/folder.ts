/** Folders of a test's own, gone when its file is done. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** Call it while a test file loads; what it returns makes a fresh empty folder each time. */
export function temporaryFolders(): () => string {
  const made: string[] = [];
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'clickthread-test-'));
    made.push(folder);
    return folder;
  };
}

/** Everybody may pass through each folder on the way there: a temporary folder of one's own is often closed to others. */
const isOpenToAll = (path: string): boolean =>
  existsSync(path) && (statSync(path).mode & 0o001) !== 0 && (path === '/' || isOpenToAll(dirname(path)));

/** Where a folder can be made that a process of another user reaches: the temporary folder, or the system's where that one is closed. */
export const openTemporaryFolder = (): string => [tmpdir(), '/tmp', '/var/tmp'].find(isOpenToAll) ?? tmpdir();

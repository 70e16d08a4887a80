// A test that waits for a browser or another process can fail by a busy machine. Its file is run once more, alone; both tries are told.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** With more files than these, it is no chance, and nothing is tried again. */
const MOST_FILES = 3;

/** The tests that failed by what vitest's JSON reporter wrote to `written`: for each its `file`, and a `line` with its name and the first line of why. */
export function failuresIn(written, root) {
  if (!existsSync(written)) return [];
  return JSON.parse(readFileSync(written, 'utf8')).testResults.flatMap(({ name: file, message, assertionResults }) => {
    const told = assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${String(failureMessages[0]).split('\n')[0]}`);
    if (told.length === 0 && message) told.push(message.split('\n')[0]);
    return told.map((line) => ({ file, line: `${relative(root, file)} > ${line}` }));
  });
}

/** The files to run again: none where nothing says which tests failed, or where too many did. */
export function filesToTryAgain(failures) {
  const files = [...new Set(failures.map(({ file }) => file))];
  return files.length <= MOST_FILES ? files : [];
}

/** What the report says of them: `passed` when they were run again. */
export function notesOn(failures, passed) {
  return failures.map(({ line }) => `${passed ? 'passed at the second try: ' : ''}${line}`);
}

// A suite of tests as the commands of this folder run it: `npm test`, `npm run test:days`.

/** The files of a worker share its modules, which halves the time; `npm run test:unit` gives each file modules of its own. */
const SHARING = ['unit', 'postgres'];

/** The whole of it, or what `more` leaves of it. What it finds is written to `written` as JSON, and told by `reporter` meanwhile. */
export function suiteCommand(project, { written, reporter, more = [] }) {
  const reporters = [`--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${written}`];
  return [...commandOf(project), ...reporters, ...(SHARING.includes(project) ? ['--no-isolate'] : []), ...more];
}

/** Some of its files once more, each with modules of its own. */
export function secondTryCommand(project, files) {
  return [...commandOf(project), ...files];
}

const commandOf = (project) => ['npx', 'vitest', 'run', '--project', project];

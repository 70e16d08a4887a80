/** What a process that a test starts takes over from the test's own: where programs are, and the day and zone of `npm run test:days`. */
const NAMES = ['PATH', 'TZ', 'NODE_OPTIONS', 'TEST_DATE_OFFSET'];

/** An environment to build on; nothing else of the machine's reaches a process under test. */
export function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** `clickthread sandbox`: starts every vendor, says where each lives, and runs until it is stopped. */
import { startSandbox, type Sandbox, type SandboxOptions } from './server.ts';

export interface RunSandboxOptions extends SandboxOptions {
  /** Where lines go; the command line prints them. */
  print: (line: string) => void;
  /** Also print a line for every request. */
  verbose?: boolean;
}

/** The default port of `clickthread sandbox`, beside the collector's 8787. */
export const SANDBOX_PORT = 8788;

export async function runSandbox(options: RunSandboxOptions): Promise<Sandbox> {
  const { print, verbose = false, port = SANDBOX_PORT, ...rest } = options;
  const sandbox = await startSandbox({ port, ...rest, ...(verbose ? { log: print } : {}) });
  print(`Sandbox: ${sandbox.url}/ shows what each vendor received.`);
  print('Use these as baseUrl (the collector needs CLICKTHREAD_ALLOW_PRIVATE=1 to reach them):');
  const widest = Math.max(...sandbox.vendors.map(({ title }) => title.length));
  for (const { name, title, signIn = {} } of sandbox.vendors) {
    const account = Object.entries(signIn).map(([setting, value]) => `${setting} ${value}`);
    print(`  ${title.padEnd(widest)}  ${[`${sandbox.url}/${name}`, ...account].join(', ')}`);
  }
  print(`Make one fail: curl -X POST ${sandbox.url}/sandbox/api/impact/script -H 'content-type: application/json' \\`);
  print(`  -d '{"answers":[{"kind":"status","status":503,"times":3}]}'`);
  return sandbox;
}

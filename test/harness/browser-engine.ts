/** What the tests of other engines need of a browser, whichever protocol it speaks. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Engine {
  /** A tab whose cookies are its own, as far as the engine can; the engine stays open when it closes. */
  newTab(): Promise<Tab>;
  quit(): Promise<void>;
}

export interface Tab {
  /** Loads an address to its end. */
  goto(address: string): Promise<void>;
  /** Clicks as a person would, on the first element that fits. */
  click(selector: string): Promise<void>;
  /** Runs the body of an async function in the page; what it returns must be JSON. */
  run<T>(body: string): Promise<T>;
  close(): Promise<void>;
}

/** Thrown where the machine lacks an engine; the message tells how to get it. */
export class EngineMissing extends Error {}

/** Starts a program and waits for the line that tells it is ready. It leads a group of its own, so that its children end with it. */
export async function startProgram(given: {
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** What to look for in its output; the first group is returned. */
  ready: RegExp;
}): Promise<{ found: string; stop: () => Promise<void> }> {
  const { command, args, env = {}, ready } = given;
  const child = spawn(command, args, { env: { ...process.env, ...env }, detached: true });
  try {
    return { found: await outputOf(child, ready), stop: () => stopGroup(child) };
  } catch (error) {
    await stopGroup(child);
    throw error;
  }
}

const outputOf = (child: ChildProcess, ready: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const found = ready.exec(output);
      if (found) resolve(found[1] ?? '');
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready: ${output.slice(-2000)}`)));
    setTimeout(() => reject(new Error(`not ready after 30 s: ${output.slice(-2000)}`)), 30_000).unref();
  });

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const force = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 5_000);
  await gone;
  clearTimeout(force);
}

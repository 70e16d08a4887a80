// Starts what is measured as a process of its own, and ends it by its id.
import { spawn } from 'node:child_process';

/** Milliseconds that a server gets to say where it listens. */
const START_LIMIT = 30_000;

/** Resolves with the address that the process prints; `took` is the time until then. Everything it says is shown when it dies. */
export async function startServer(args, env = {}) {
  const began = process.hrtime.bigint();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  const url = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${args[0]} did not start:\n${said}`)), START_LIMIT);
    const read = (chunk) => {
      said = (said + chunk).slice(-10_000);
      const found = /listens on (http:\/\/\S+)/.exec(said);
      if (!found) return;
      clearTimeout(limit);
      resolve(found[1]);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}:\n${said}`)));
  });
  const took = Number(process.hrtime.bigint() - began) / 1e6;
  return {
    url,
    took,
    pid: child.pid,
    said: () => said,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 8000);
      await ended;
      clearTimeout(force);
    },
  };
}

/** Runs a process to its end; throws with what it said when it fails. */
export async function runToEnd(args, env = {}) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${said}`);
  return said;
}

/** Types of `chromium.mjs`, which tests and benchmarks share. */
export interface Chromium {
  executablePath: string;
  env: NodeJS.ProcessEnv;
}
export function findChromium(options?: { env?: NodeJS.ProcessEnv; machine?: string; folder?: string }): Chromium;

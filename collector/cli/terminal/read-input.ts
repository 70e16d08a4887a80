/** What a command is given to read: a file, or standard input for `-`. */
import { readFileSync } from 'node:fs';
import { CommandError } from '../command-error.ts';

/** Texts as editors and spreadsheets save them: UTF-8 or UTF-16. `legacy` takes the one-byte letters of older spreadsheets, too. */
export function readInput(file: string, { legacy = false }: { legacy?: boolean } = {}): string {
  const bytes = readBytes(file);
  const text = decode(bytes);
  if (text !== undefined) return text;
  if (legacy) return new TextDecoder('windows-1252').decode(bytes);
  throw new CommandError(
    `${file} is not UTF-8 (line ${brokenLine(bytes)} is the first that is not): save it as UTF-8`,
    {
      field: 'file',
    },
  );
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[code ?? ''] ?? message;
    throw new CommandError(`${file} can't be read: ${why}`, { field: 'file' });
  }
}

/** Undefined where it is no Unicode. A mark at its beginning says which; without one, zeros in every second place do. */
function decode(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 200);
  const zeros = (parity: number): number => head.filter((byte, at) => byte === 0 && at % 2 === parity).length;
  const isWide = (parity: number): boolean =>
    head.length >= 4 && zeros(parity) > head.length / 4 && zeros(1 - parity) === 0;
  const encodings = [
    { name: 'utf-16le', fits: (bytes[0] === 0xff && bytes[1] === 0xfe) || isWide(1) },
    { name: 'utf-16be', fits: (bytes[0] === 0xfe && bytes[1] === 0xff) || isWide(0) },
  ];
  const name = encodings.find(({ fits }) => fits)?.name ?? 'utf-8';
  try {
    return new TextDecoder(name, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function brokenLine(bytes: Buffer): number {
  return bytes.toString('utf8').split('\ufffd')[0]!.split('\n').length;
}

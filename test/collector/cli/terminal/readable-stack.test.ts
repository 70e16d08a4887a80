import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { readableStack } from '../../../../collector/cli/terminal/readable-stack.ts';

const SOURCE = `interface Nothing {}


export function breakDown(): Nothing {
  throw new Error('broken');
}
`;

test('a place in a bundled file becomes the place in its source, and what has no map stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-stack-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { code, map } = transformSync(SOURCE, {
    ...({ loader: 'ts', format: 'esm', minifyWhitespace: true, sourcemap: true } as const),
    sourcefile: join(folder, 'source.ts'),
  });
  const file = join(folder, 'built.js');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(file, code);
  writeFileSync(`${file}.map`, map);
  // As Node writes it: of a module, and of a script.
  const column = code.indexOf('new Error') + 1;
  const [line, other] = [
    `    at breakDown (${pathToFileURL(file).href}:1:${column})`,
    `    at f (${file}:1:${column})`,
  ];
  const elsewhere = '    at node:internal/process/task_queues:95:5\n    at g (/nowhere/there.js:1:2)';
  const shown = readableStack([line, other, elsewhere].join('\n'));
  expect(shown).toMatch(/at breakDown \(.*source\.ts:5:9\)/);
  expect(shown).toMatch(/at f \(.*source\.ts:5:9\)/);
  expect(shown).toContain(elsewhere);
});

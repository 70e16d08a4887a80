/** Answers with a file that is made while it is read: no faster than whoever reads it, and no further than they stay. */
import { once } from 'node:events';
import type { Response } from 'express';

export async function sendLines(
  response: Response,
  { name, type, lines }: { name: string; type: string; lines: AsyncIterable<string> | Iterable<string> },
): Promise<void> {
  response.setHeader('content-disposition', `attachment; filename="${name}"`);
  response.type(type);
  for await (const part of lines) {
    if (response.destroyed) return;
    if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

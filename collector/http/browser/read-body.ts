/** Reads a request body up to a limit. */
import type { IncomingMessage } from 'node:http';

/** The body as text; undefined when it is larger than `limit` bytes (the rest is read and thrown away, so that the answer arrives). */
export function readBody(request: IncomingMessage, limit: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      // Somebody who sends on and on gets no answer at all.
      else if (size > limit * 64) request.destroy();
    });
    request.on('end', () => {
      if (size > limit) return resolve(undefined);
      resolve(chunks.length === 1 ? chunks[0]!.toString('utf8') : Buffer.concat(chunks).toString('utf8'));
    });
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the browser went away')));
  });
}

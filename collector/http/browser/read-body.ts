/** Reads a request body up to a limit. */
import type { IncomingMessage } from 'node:http';
import { type Answered, refuseWith } from '../../ingest/front-door.ts';
import type { BodyBudget } from '../body-budget.ts';

/** `large`: more than the limit (the rest is read and thrown away, so that the answer arrives). `crowded`: too many others are being read. */
export type BodyRead = { text: string } | { refused: 'large' | 'crowded' };

export function readBody(request: IncomingMessage, limit: number, budget: BodyBudget): Promise<BodyRead> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const share = budget.begin(() => {
      chunks.length = 0;
      size = Infinity;
      resolve({ refused: 'crowded' });
    });
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        share.add(chunk.length);
      } else {
        chunks.length = 0;
        share.end();
        // Somebody who sends on and on gets no answer at all.
        if (size > limit * 64) request.destroy();
      }
    });
    request.on('end', () => {
      share.end();
      if (size > limit) return resolve({ refused: 'large' });
      resolve({ text: chunks.length === 1 ? chunks[0]!.toString('utf8') : Buffer.concat(chunks).toString('utf8') });
    });
    const fail = (error: Error): void => {
      share.end();
      reject(error);
    };
    request.on('error', fail);
    request.on('aborted', () => fail(new Error('the browser went away')));
  });
}

export function refuseBody(refused: 'large' | 'crowded', limit: number, advice: string): Answered {
  if (refused === 'large')
    return refuseWith(413, [{ field: 'body', message: `is larger than ${limit / 1024} kB: ${advice}` }]);
  const message =
    "can't be read at the moment: too much is being sent at once; send it again after Retry-After seconds";
  return { ...refuseWith(503, [{ field: 'body', message }]), retryAfter: 1 };
}

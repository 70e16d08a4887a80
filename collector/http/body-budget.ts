/** Bodies that must be read before their sender is known (signed messages): few at a time, so that strangers can't fill the memory. */
import type { NextFunction, Request, Response } from 'express';
import { sendProblems } from './problem.ts';

/** Bytes of such bodies at once. */
const MOST_BYTES = 24 * 1024 * 1024;

export interface BodyBudget {
  /** Goes on when there is room for this body, and answers 503 when there isn't; the room comes back with the answer. */
  reserve(request: Request, response: Response, next: NextFunction): void;
}

/** `largest` is what a body without a stated length counts as, and the most that is read of one. */
export function createBodyBudget(largest: number): BodyBudget {
  let reserved = 0;
  return {
    reserve(request, response, next) {
      const stated = Number(request.headers['content-length'] ?? largest);
      const size = Math.min(Number.isFinite(stated) ? stated : largest, largest);
      if (reserved + size > MOST_BYTES) {
        response.setHeader('retry-after', '1');
        response.setHeader('connection', 'close');
        return sendProblems(response, 503, [
          { field: 'body', message: "can't be read at the moment: too many signed messages at once; send it again" },
        ]);
      }
      reserved += size;
      response.once('close', () => (reserved -= size));
      next();
    },
  };
}

/** Wrong credentials are counted, for the server API and the admin API together; right ones never are, so that nobody can lock the owner out. */
import type { Request, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { minutes } from '../lib/duration.ts';
import { sendProblems } from './problem.ts';

/** Wrong keys from one address before they are only told to wait. */
const MOST_FAILURES = 20;
const WINDOW = minutes(15);

/** Counts a failed sign-in, then lets `refuse` answer it or answers 429 itself. To be called once the credential has been found wrong. */
export type FailureLimit = (request: Request, response: Response, refuse: () => void) => void;

/** `addressOf` is the caller's address as far as the operator lets us believe it. */
export function createFailureLimit(addressOf: (request: Request) => string | undefined): FailureLimit {
  const count = rateLimit({
    windowMs: WINDOW,
    limit: MOST_FAILURES,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (request) => ipKeyGenerator(addressOf(request) ?? 'unknown'),
    // The address comes from our own reader, which knows what the operator trusts.
    validate: false,
    handler: (_request, response) => {
      response.setHeader('retry-after', String(WINDOW / 1000));
      sendProblems(response, 429, [
        { field: 'authorization', message: `was wrong ${MOST_FAILURES} times; wait 15 minutes before the next try` },
      ]);
    },
  });
  return (request, response, refuse) => void count(request, response, refuse);
}

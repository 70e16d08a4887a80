/** The one shape of refusals on the Express lane. */
import type { ErrorRequestHandler, Response } from 'express';
import type { Problem } from '../../wire/problem.ts';
import { StoreError } from '../writer/client.ts';

export function sendProblems(response: Response, status: number, problems: Problem[]): void {
  response.status(status).json({ errors: problems });
}

/** Turns what handlers throw into an answer; only faults of ours are logged with their stack. */
export function problemHandler(log: { error(fields: object, message: string): void }): ErrorRequestHandler {
  return (error: Error & { status?: number; type?: string }, _request, response, next) => {
    // Whose body was given up half read has its answer.
    if (response.headersSent) return error.type === 'request.aborted' ? undefined : next(error);
    if (error.type === 'entity.too.large')
      return sendProblems(response, 413, [{ field: 'body', message: 'is too large' }]);
    if (error.status !== undefined && error.status >= 400 && error.status < 500) {
      return sendProblems(response, error.status, [{ field: 'body', message: "can't be read" }]);
    }
    log.error({ err: error }, 'request failed');
    if (error instanceof StoreError) {
      response.setHeader('retry-after', '5');
      return sendProblems(response, 503, [
        {
          field: 'store',
          message: "can't be used at the moment; nothing was kept, try again after Retry-After seconds",
        },
      ]);
    }
    sendProblems(response, 500, [
      { field: 'server', message: 'failed to handle this request; the log of the collector says why' },
    ]);
  };
}

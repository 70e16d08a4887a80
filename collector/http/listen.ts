/** Takes the port, or says why not; and gives it back without cutting anybody off. */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { Server as SocketServer } from 'node:net';
import { StartError } from '../store/start-error.ts';

/** Milliseconds between two looks for connections that have fallen silent. */
const LOOK = 250;

/** Resolves when the server listens. */
export async function startListening(server: Server, { port, host }: { port: number; host: string }): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explainListening(error as NodeJS.ErrnoException, { port, host });
  }
}

function explainListening(error: NodeJS.ErrnoException, { port, host }: { port: number; host: string }): StartError {
  const say = (text: string): StartError => new StartError(text, { cause: error });
  const { code = '' } = error;
  if (code === 'EADDRINUSE')
    return say(
      `Port ${port} of ${host} is taken (by another collector?). Stop it, or start with PORT=${port < 65535 ? port + 1 : port - 1}.`,
    );
  if (code === 'EACCES')
    return say(
      `Port ${port} of ${host} may not be taken by this user. Start with a PORT above 1023, such as PORT=8787.`,
    );
  if (/^(EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN|EINVAL)$/.test(code))
    return say(
      `${host} is no address of this machine. Set HOST (or --host) to one that is: 127.0.0.1 behind a proxy here, 0.0.0.0 for every address.`,
    );
  return say(`Can't listen on port ${port} of ${host}: ${error.message}`);
}

/**
 * Remembers who is being answered, so that closing is polite: every answer from then on says `Connection: close`, and a connection goes
 * once it is silent. `http.Server.close` alone would cut off whoever has just sent a request that was not read yet.
 */
export function politeCloser(server: Server): (grace: number) => Promise<void> {
  const running = new Set<ServerResponse>();
  let closing = false;
  /** Whether anybody asked since the last look: who is quick to ask again may have done so, unread, on a connection that looks silent. */
  let heard = false;
  server.prependListener('request', (_request, response: ServerResponse) => {
    heard = true;
    if (closing) response.shouldKeepAlive = false;
    running.add(response);
    response.once('close', () => running.delete(response));
  });
  return async (grace) => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    closing = true;
    SocketServer.prototype.close.call(server);
    for (const response of running) if (!response.headersSent) response.shouldKeepAlive = false;
    heard = false;
    const look = setInterval(() => {
      if (!heard) server.closeIdleConnections();
      heard = false;
    }, LOOK);
    const force = setTimeout(() => server.closeAllConnections(), grace);
    await closed;
    clearInterval(look);
    clearTimeout(force);
  };
}

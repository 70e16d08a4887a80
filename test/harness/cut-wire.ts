/** A wire to PostgreSQL that can be cut at the moment that matters most: right before a commit arrives, or right before its answer does. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A simple query as the driver sends it: `Q`, its length, its text, a zero. */
const COMMIT = Buffer.from('COMMIT\0');

export type Cut = 'before the commit' | 'before its answer';

export interface CutWire {
  /** The address, by way of the wire. */
  url: string;
  /** The next commit loses its connection so; says when it has. */
  cutNext(where: Cut): Promise<void>;
  end(): Promise<void>;
}

export async function cutWire(url: string): Promise<CutWire> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let next: { where: Cut; done: () => void } | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let silent: (() => void) | undefined;
    const cut = (done: () => void): void => {
      client.destroy();
      upstream.destroy();
      done();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk: Buffer) => {
      const due = chunk.includes(COMMIT) ? next : undefined;
      if (due) next = undefined;
      if (due?.where === 'before the commit') return cut(due.done);
      if (due) silent = due.done;
      upstream.write(chunk);
    });
    // The server has answered, so the commit is done; nobody hears of it.
    upstream.on('data', (chunk: Buffer) => (silent ? cut(silent) : client.write(chunk)));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const by = new URL(url);
  by.port = String((server.address() as AddressInfo).port);
  return {
    url: by.href,
    cutNext: (where) => new Promise((resolve) => (next = { where, done: resolve })),
    async end() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

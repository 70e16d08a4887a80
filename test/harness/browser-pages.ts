/** Pages made for one test, served on two hosts that are two sites for cookies: `localhost` and `127.0.0.1`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MadePage {
  html: string;
  status?: number;
  headers?: Record<string, string>;
}

/** A request that a page made to its own server, such as a posted form. */
export interface PageRequest {
  method: string;
  host: string;
  url: URL;
  body: string;
}

export interface Pages {
  port: number;
  /** `http://localhost:PORT` */
  shop: string;
  /** `http://127.0.0.1:PORT`: another site. */
  other: string;
  requests: PageRequest[];
  /** Puts a page under a path of both hosts. */
  put(path: string, page: string | MadePage | ((request: PageRequest) => MadePage | Promise<MadePage>)): void;
  stop(): Promise<void>;
}

export async function openPages(): Promise<Pages> {
  const made = new Map<string, Parameters<Pages['put']>[1]>();
  const requests: PageRequest[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      const host = incoming.headers.host ?? 'localhost';
      const url = new URL(incoming.url ?? '/', `http://${host}`);
      const request = { method: incoming.method ?? 'GET', host, url, body };
      const found = made.get(url.pathname);
      if (found === undefined) {
        response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404);
        response.end();
        return;
      }
      requests.push(request);
      void Promise.resolve(typeof found === 'function' ? found(request) : found).then((given) => {
        const page = typeof given === 'string' ? { html: given } : given;
        response.writeHead(page.status ?? 200, { 'content-type': 'text/html; charset=utf-8', ...page.headers });
        response.end(page.html);
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    shop: `http://localhost:${port}`,
    other: `http://127.0.0.1:${port}`,
    requests,
    put: (path, page) => void made.set(path, page),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

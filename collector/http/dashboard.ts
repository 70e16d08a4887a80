/** `GET /admin/`: the dashboard's own files, as they were built. What they ask afterwards is the admin API. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Request, type Response, Router } from 'express';
import { sha256 } from '../lib/hash.ts';
import { sendProblems } from './problem.ts';

interface BuiltFile {
  type: string;
  etag: string;
  /** Its name changes with its content: it is kept for good. */
  named: boolean;
  bodies: Record<'identity' | 'gzip' | 'br', Buffer>;
}

const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** Everything from here, nothing inline, nobody's frame; no text becomes a script or markup by itself. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"],
].join('; ');

/** `folder` is that of the built dashboard. Addresses in it are relative: a proxy may keep the collector under a path of its own. */
export function dashboardRouter({ folder }: { folder: string }): Router {
  const router = Router();
  let read: Map<string, BuiltFile> | undefined;
  const answer = (request: Request, response: Response, next: () => void): void => {
    read ??= readBuilt(folder);
    if (read.size === 0)
      return sendProblems(response, 503, [{ field: 'dashboard', message: 'is not built: run "npm run build"' }]);
    const name = request.path === '/' ? 'index.html' : request.path.slice(1);
    const file = read.get(name);
    if (!file) return next();
    send(file, request, response);
  };
  router.get('/', (request, response, next) => {
    // Relative addresses need the slash; what stands behind a question mark is no part of the path.
    if (!/^[^?]*\/(\?|$)/.test(request.originalUrl)) return response.redirect(308, 'admin/');
    answer(request, response, next);
  });
  router.get('/:file', answer);
  return router;
}

function readBuilt(folder: string): Map<string, BuiltFile> {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return new Map(); // not built: told by the answer
  }
  return new Map(
    names.map((name) => {
      const identity = readFileSync(join(folder, name));
      const bodies = { identity, gzip: gzipSync(identity, { level: 9 }), br: brotliCompressSync(identity) };
      const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      return [
        name,
        { type, bodies, named: name !== 'index.html', etag: `"${sha256(identity.toString('latin1')).slice(0, 16)}"` },
      ];
    }),
  );
}

function send(file: BuiltFile, request: Request, response: Response): void {
  const encoding = request.acceptsEncodings('br', 'gzip') || 'identity';
  response.set({
    'content-type': `${file.type}; charset=utf-8`,
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'cache-control': file.named ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    etag: file.etag,
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  });
  if (request.headers['if-none-match'] === file.etag) return void response.status(304).end();
  response.send(file.bodies[encoding as keyof BuiltFile['bodies']] ?? file.bodies.identity);
}

/** `GET /`: a page for whoever opens the collector's address in a browser: what this is, whether it is well, and where to go. */
import { Router } from 'express';
import type { Problem } from '../../wire/problem.ts';
import { packageVersion } from '../lib/package-root.ts';

export interface HomePageDeps {
  /** Prefix of the browser routes. */
  prefix: string;
  /** Resolves when the store can be read. */
  whyNotReady: () => Promise<Problem | undefined>;
}

export function homePageRouter({ prefix, whyNotReady }: HomePageDeps): Router {
  const router = Router();
  router.get('/', async (_request, response) => {
    const isReady = (await whyNotReady()) === undefined;
    response
      .status(isReady ? 200 : 503)
      .set('cache-control', 'no-store')
      .type('html')
      .send(page({ prefix, isReady }));
  });
  return router;
}

/** Tells nothing that a stranger may not know: no site, no figure. */
function page({ prefix, isReady }: { prefix: string; isReady: boolean }): string {
  const health = isReady
    ? 'It is ready: orders are taken.'
    : 'It can’t read its data at the moment: nothing is acknowledged until it can. The log says why.';
  const rows = [
    ['/healthz', 'whether the process is alive'],
    ['/readyz', 'whether it takes orders'],
    ['/openapi.json', 'every route of the server API'],
    [`${prefix}/SITE.js`, 'the tag of a site: "clickthread site show" prints the line for its pages'],
  ];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Clickthread</title></head>
<body>
<main>
<h1>Clickthread</h1>
<p>This is a Clickthread collector (version ${packageVersion()}): it follows a partner’s click to the sale, and reports each sale once to every network that must know.</p>
<p><strong>${health}</strong></p>
<dl>
${rows.map(([path, what]) => `<dt><code>${path}</code></dt><dd>${what}</dd>`).join('\n')}
</dl>
<p>On the machine that runs it: <code>clickthread doctor</code> tells what is missing, <code>clickthread explain ORDERID</code> why an order was credited.</p>
</main>
</body>
</html>
`;
}

// The shop whose pages the tags are loaded on. Everything a tag asks for is answered here, and counted.
import { createServer, request as ask } from 'node:http';

const CLICK = '?irclickid=QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';

/** A page that a partner's link leads to, one that holds links to the site's checkout as well, and one that a visitor without a partner opens. */
const PAGES = {
  landing: CLICK,
  leading: `${CLICK}&leads=1`,
  ordinary: '',
};

/** Enough for Segment to send what it has; the other vendors' scripts read nothing of it. */
const VENDOR_REPLY = JSON.stringify({ integrations: { 'Segment.io': { apiKey: 'bench' } } });

/**
 * A contender's `code` is served at `/script/INDEX`; one with a `path` is the collector's, whose routes `/t/…` are passed on to it as a shop's
 * reverse proxy would.
 */
export async function openShop({ contenders, collector }) {
  /** What left the browser since `forget`, but pages, the tag's own file and the browser's wish for an icon. */
  let asked = [];
  const scriptOf = (index) => contenders[index].path ?? `/script/${index}`;

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const [, kind, index] = pathname.split('/');
    const answer = (type, body) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    };
    if (kind === 'page') return answer('text/html; charset=utf-8', page(scriptOf(index), searchParams.has('leads')));
    if (kind === 'script') return answer('text/javascript', contenders[index].code);
    if (pathname === '/favicon.ico') return answer('image/x-icon', '');
    if (!contenders.some(({ path }) => path === pathname)) asked.push(`${request.method} ${pathname}`);
    if (kind === 't') return passOn(collector, request, response);
    request.resume();
    return pathname.endsWith('.js') ? answer('text/javascript', '') : answer('application/json', VENDOR_REPLY);
  });
  // The name that the site of the benchmark has, and the only one that the browser is let resolve.
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const origin = `http://localhost:${server.address().port}`;
  return {
    address: (index, kind) => `${origin}/page/${index}${PAGES[kind]}`,
    script: (index) => origin + scriptOf(index),
    asked: () => [...asked],
    forget: () => (asked = []),
    close: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  };
}

function passOn(collector, request, response) {
  const { method, headers, url } = request;
  const onwards = ask(new URL(url, collector), { method, headers }, (reply) => {
    response.writeHead(reply.statusCode, reply.headers);
    reply.pipe(response);
  });
  onwards.on('error', () => response.destroy());
  request.pipe(onwards);
}

const page = (script, leads) => `<!doctype html><html lang="en"><title>Shop</title>
<script async src="${script}"></script>
${Array.from({ length: 200 }, (_, n) => `<p><a href="${leads ? 'https://checkout.example' : ''}/item/${n}">Item ${n}</a></p>`).join('\n')}`;

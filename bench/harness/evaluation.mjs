// How long a script keeps the main thread of a page when it loads, by Chromium's own trace.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

/** `contenders` have a `url`, or `code` to be served beside the page. Each load is a context of its own: nothing cached, nothing compiled. */
export async function measureEvaluation({ contenders, loads }) {
  const pages = await servePages(contenders);
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  const times = contenders.map(() => []);
  try {
    for (let load = 0; load < loads; load += 1) {
      for (const index of contenders.keys()) times[index].push(await evaluation(browser, pages, index));
    }
  } finally {
    await browser.close();
    await pages.stop();
  }
  return contenders.map(({ name }, index) => {
    const sorted = times[index].toSorted((a, b) => a - b);
    return { name, least: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
  });
}

/** A shop's landing page: some content, and the tag as it is pasted. */
async function servePages(contenders) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const [, kind, index] = pathname.split('/');
    const contender = contenders[Number(index)];
    if (kind === 'script' && contender?.code) {
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end(contender.code);
    } else if (kind === 'page' && contender) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(page(contender.url ?? `/script/${index}`));
    } else {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    address: (index) =>
      `http://localhost:${port}/page/${index}?irclickid=QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0&utm_source=partner`,
    script: (index) => contenders[index].url ?? `http://localhost:${port}/script/${index}`,
    stop: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  };
}

const page = (script) => `<!doctype html><html lang="en"><title>Shop</title>
<script async src="${script}"></script>
${Array.from({ length: 200 }, (_, n) => `<p><a href="https://checkout.example/item/${n}">Item ${n}</a></p>`).join('\n')}`;

/** Thread time, not wall time: what else the machine does is not the script's fault. */
async function evaluation(browser, pages, index) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await browser.startTracing(tab, { categories: ['devtools.timeline', '-*'], screenshots: false });
  let trace;
  try {
    await tab.goto(pages.address(index), { waitUntil: 'load' });
  } finally {
    trace = await browser.stopTracing();
    await context.close();
  }
  const { traceEvents } = JSON.parse(trace.toString('utf8'));
  const script = pages.script(index);
  const events = traceEvents.filter(({ name, args }) => name === 'EvaluateScript' && args.data?.url === script);
  if (events.length === 0) throw new Error(`The page never ran ${script}`);
  return events.reduce((sum, event) => sum + (event.tdur ?? event.dur), 0) / 1000;
}

/** By the rule of the browser tests: the one that is named, the machine's own, or the one inside an npm package. */
async function chromiumPath() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x';
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

// What every queue has in common here: it is told over HTTP to take jobs and to begin, and each job asks the same sink by the same client.
import { createServer } from 'node:http';
import { Agent } from 'undici';

/** Requests under way at once: as many as the collector's connection may have. */
export const AT_ONCE = 64;

/**
 * `add(jobs)` resolves when the queue holds them as safely as it promises; `begin(tell)` starts its workers, each of which awaits `tell(job)`;
 * `end` ends them.
 */
export async function serveQueue({ add, begin, end }) {
  const client = new Agent({ connections: AT_ONCE, pipelining: 1 });
  const sink = process.env.BENCH_SINK;
  const tell = async ({ order }) => {
    const { statusCode, body } = await client.request({
      ...{ origin: sink, path: `/p?click=click-${order}&order=${order}`, method: 'GET' },
    });
    await body.dump();
    if (statusCode !== 200) throw new Error(`the sink answered ${statusCode}`);
  };
  const server = createServer(async (request, response) => {
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      if (request.url === '/add') await add(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      else await begin(tell);
      response.end('ok');
    } catch (error) {
      response.writeHead(500);
      response.end(error.stack);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.stdout.write(`queue listens on http://127.0.0.1:${server.address().port}\n`);
  process.once('SIGTERM', async () => {
    const late = setTimeout(() => process.exit(0), 3000);
    await Promise.resolve(end?.()).catch(() => undefined);
    clearTimeout(late);
    process.exit(0);
  });
}

// walkerOS's collector behind the same few lines of node:http as the bare server: an event is pushed to one destination, which keeps nothing. Neither does it.
import { createServer } from 'node:http';
import { startFlow } from '@walkeros/collector';

let pushed = 0;
const { elb } = await startFlow({
  consent: { marketing: true },
  run: true,
  destinations: {
    memory: { code: { type: 'memory', config: {}, push: () => void (pushed += 1) } },
  },
});
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const { visitor, touches } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const before = pushed;
    await elb({ name: 'page view', data: touches[0], user: { device: visitor } });
    response.writeHead(pushed > before ? 204 : 500);
    response.end();
  });
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`walkerOS listens on http://127.0.0.1:${server.address().port}\n`),
);
process.once('SIGTERM', () => process.exit(0));

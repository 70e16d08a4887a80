// The floor: node:http that reads the body, parses the JSON and answers with the journey, as the collector does. Nothing is kept.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { visitor, touches } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const body = JSON.stringify({ visitor, touches });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`bare listens on http://127.0.0.1:${server.address().port}\n`),
);
process.once('SIGTERM', () => process.exit(0));

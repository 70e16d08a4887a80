// One browser's connection: a request, its answer, the next. Reads no more of an answer than where it ends.
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const ANSWER_LIMIT = 64 * 1024;

/** `exchange(bytes, done)` sends a request; `done(status)` follows when its answer is complete, 0 when the connection is lost. */
export async function openConnection(url) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let waiting;
  let read = Buffer.alloc(0);
  const finish = (status) => {
    const done = waiting;
    waiting = undefined;
    done?.(status);
  };
  socket.on('data', (chunk) => {
    read = read.length === 0 ? chunk : Buffer.concat([read, chunk]);
    const status = complete(read);
    if (status === undefined) return;
    read = Buffer.alloc(0);
    finish(status);
  });
  socket.on('error', () => finish(0));
  socket.on('close', () => finish(0));
  return {
    exchange(bytes, done) {
      waiting = done;
      socket.write(bytes);
    },
    close: () => socket.destroy(),
  };
}

/** The status of a complete answer with a length or without a body; undefined while more must come. */
function complete(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return bytes.length > ANSWER_LIMIT ? 0 : undefined;
  const head = bytes.latin1Slice(0, end);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) return status === 204 ? status : 0;
  return bytes.length < end + HEAD_END.length + Number(length) ? undefined : status;
}

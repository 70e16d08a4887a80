/** The collector's own log: JSON lines without secrets or personal fields, stack traces with the places of the sources. */
import type { Logger } from 'pino';
import { readableStack } from './readable-stack.ts';
import { logDestination } from './print.ts';

const HIDDEN = ['*.authorization', '*.authToken', '*.apiKey', '*.key', '*.email', '*.phone'];

export async function createLog(level: string): Promise<Logger> {
  const { pino, stdSerializers } = await import('pino');
  const err = (error: Error): object => {
    const told = stdSerializers.err(error);
    return typeof told?.stack === 'string' ? Object.assign(told, { stack: readableStack(told.stack) }) : told;
  };
  return pino({ level, redact: HIDDEN, serializers: { err } }, logDestination);
}

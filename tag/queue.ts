/**
 * Orders on their way to the collector, kept in storage until it answered. An order is waiting, then in flight under a lease that
 * other tabs respect, then settled (2xx), refused (4xx: the collector keeps it in quarantine) or waiting again with a longer pause.
 */
import type { ConversionBody, ConversionReply } from '../collector/wire.ts';
import { post } from './beacon.ts';
import { late, later } from './later.ts';
import { guard, say } from './say.ts';
import { see } from './seen.ts';
import { load, save } from './store.ts';

export interface Job {
  /** What makes the order one and the same: its id. */
  key: string;
  body: ConversionBody;
  /** Milliseconds to wait after the next failure. */
  pause: number;
  /** Not before, epoch milliseconds. */
  due: number;
}

const NAME = '_ct_q';

const jobs = (): Job[] => guard(JSON.parse)(load(NAME) ?? '[]') ?? [];

/** Puts a job's new state into storage, or takes the job out. At most 20 wait. */
export const keepJob = (job: Job, ...kept: Job[]): unknown =>
  save(
    NAME,
    JSON.stringify(
      jobs()
        .filter(({ key }) => key != job.key)
        .concat(kept)
        .slice(-20),
    ),
  );

async function send(job: Job): Promise<void> {
  const { key, body } = job;
  // The lease is longer than a slow answer and shorter than a visitor's way to the next page.
  job.due = Date.now() + 2e4;
  // Seen before sent, so that a second tab stays quiet; but only if the order survives this page.
  const stored = keepJob(job, job);
  if (stored) see(key);
  const [text = 'null', status, after] = await post('/conversion', body);
  const reply = guard(JSON.parse)(text) as ConversionReply | undefined;
  if (reply && status! < 300) {
    keepJob(job);
    see(key);
    say('conversion', reply.result, reply);
    if (reply.fire) later(() => late.fire!(key, reply.fire!));
  } else if (/^4(?!08|25|29)/.test(status as never)) {
    keepJob(job);
    say('error', 'refused', reply);
  } else {
    const pause = after! * 1e3 || (job.pause *= 2);
    job.due = Date.now() + pause;
    keepJob(job, job);
    setTimeout(stored ? flush : send, pause, job);
    say('error', 'kept for later', body);
    later(() => late.sendImage!(job));
  }
}

/** Sends what is due. Called on load, when the browser is online again and when the page becomes visible. */
export const flush = (): void => {
  for (const job of jobs()) if (job.due <= Date.now()) void send(job);
};

/** Takes an order over. */
export const enqueue = (key: string, body: ConversionBody): void => void send({ key, body, pause: 1e3, due: 0 });

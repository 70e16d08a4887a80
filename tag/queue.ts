/**
 * Orders on their way to the collector, kept in storage until it answered. An order is waiting, then in flight under a lease that
 * other tabs respect, then settled (2xx), refused (4xx: the collector keeps it in quarantine) or waiting again with a longer pause.
 */
import type { ConversionBody, ConversionReply } from '../collector/wire.ts';
import { post } from './beacon.ts';
import { fire } from './fire.ts';
import { say } from './say.ts';
import { see } from './seen.ts';
import { collector } from './settings.ts';
import { load, save } from './store.ts';

interface Job {
  /** What makes the order one and the same: its id. */
  key: string;
  body: ConversionBody;
  /** Sent how often. */
  tries: number;
  /** Not before, epoch milliseconds. */
  due: number;
}

const NAME = '_ct_q';
const SIZE = 20;
/** Longer than a slow answer, shorter than a visitor's patience with the next page. */
const LEASE = 2e4;

/** The page's policy forbids requests to the collector; an image may still pass. */
let blocked = false;
export const watchPolicy = (): void =>
  addEventListener('securitypolicyviolation', ({ blockedURI }) => {
    if (blockedURI.startsWith(collector!)) blocked = true;
  });

function jobs(): Job[] {
  try {
    return JSON.parse(load(NAME)!) as Job[];
  } catch {
    // Nothing there, or somebody else wrote here.
    return [];
  }
}

/** Puts a job's new state into storage, or takes the job out. */
const keep = (job: Job, settled?: boolean): boolean =>
  save(
    NAME,
    JSON.stringify(
      jobs()
        .filter(({ key }) => key != job.key)
        .concat(settled ? [] : job)
        .slice(-SIZE),
    ),
  );

/** The last resort: an image tells order id, amount and currency; the cookies tell whose order it is. */
function sendImage(job: Job): void {
  const { orderId, total, currency } = job.body;
  const image = new Image();
  image.onload = () => keep(job, true);
  image.src =
    `${collector}/sale?` + new URLSearchParams({ id: orderId, amount: total, currency } as Record<string, string>);
}

async function send(job: Job): Promise<void> {
  const { key, body } = job;
  let wait = 1e3 * 2 ** Math.min(++job.tries, 9);
  job.due = Date.now() + LEASE;
  // Seen before sent, so that a second tab stays quiet; but only if the order survives this page.
  if (keep(job)) see(key);
  try {
    const { status, text, after } = await post('/conversion', body);
    if (status < 300) {
      const reply = JSON.parse(text) as ConversionReply;
      keep(job, true);
      see(key);
      say('conversion', reply.result, reply);
      fire(body.orderId, reply.fire);
      return;
    }
    if (status < 500 && ![408, 425, 429].includes(status)) {
      keep(job, true);
      say('error', 'order refused', text);
      return;
    }
    if (after) wait = after * 1e3;
  } catch {
    if (blocked) sendImage(job);
  }
  job.due = Date.now() + wait;
  keep(job);
  setTimeout(flush, wait);
  say('error', 'order kept for later', body);
}

/** Sends what is due. Called on load, when the browser is online again and when the page becomes visible. */
export function flush(): void {
  for (const job of jobs()) if (job.due <= Date.now()) void send(job);
}

/** Takes an order over. */
export function enqueue(key: string, body: ConversionBody): void {
  void send({ key, body, tries: 0, due: 0 });
}

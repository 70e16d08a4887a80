/** Late part. What became of an order: settled, refused (the collector keeps it in quarantine), or to be sent again by this page or a later one. */
import type { ConversionReply } from '../collector/wire.ts';
import type { Answer } from './beacon.ts';
import { isGranted } from './consent.ts';
import { read, write } from './cookie.ts';
import { fingerprint } from './fingerprint.ts';
import { fire, sendImage } from './fire.ts';
import { QUEUE, send, store } from './queue.ts';
import type { Job } from './queue.ts';
import { SEEN } from './sale.ts';
import { guard, say } from './say.ts';

/** The last 50 orders. */
const see = (key: string): void =>
  void write(SEEN, [...new Set([fingerprint(key), ...(read(SEEN) ?? '').split('.')])].slice(0, 50).join('.'));

const waiting = (): Job[] =>
  Object.keys(localStorage)
    .filter((name) => name.startsWith(QUEUE))
    .map((name) => guard(JSON.parse)(localStorage[name] as string) as Job | undefined)
    .filter((job) => job !== undefined);

/** Takes an order out of storage. */
const drop = guard(({ key }: Job) => localStorage.removeItem(QUEUE + key));

/** An order has arrived. */
export function finish(job: Job): void {
  drop(job);
  see(job.key);
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Sends what is due, and what is not yet in its time. */
export const flush = guard(() => {
  clearTimeout(timer);
  if (!isGranted()) return;
  const now = Date.now();
  const later = waiting().filter((job) => job.due! > now || void send(job));
  if (later[0]) timer = setTimeout(flush, Math.min(...later.map(({ due }) => due!)) - now);
});

let listens = false;

/** Sends when the browser is online again and when the page becomes visible, from now on. */
export function listen(): void {
  if (listens) return;
  listens = true;
  addEventListener('online', flush);
  document.addEventListener('visibilitychange', flush);
}

/** Decides what becomes of an order. */
export function settle(job: Job, [text = 'null', response]: Answer): true {
  const { key, body } = job;
  const reply = guard(JSON.parse)(text) as ConversionReply | undefined;
  // Consent was withdrawn while the collector was asked.
  if (!isGranted()) drop(job);
  else if (reply && response?.ok) {
    finish(job);
    say('conversion', reply.result, reply);
    if (reply.fire) fire(key, reply.fire);
  } else if (/^4(?!08|25|29)/.test(`${response?.status}`)) {
    drop(job);
    say('error', 'refused', reply);
  } else {
    // The first lease began when the order was made.
    job.since = job.since ?? job.due;
    const pause = Number(response?.headers.get('retry-after')) * 1e3 || (job.pause = (job.pause ?? 1e3) * 2);
    job.due = Date.now() + pause;
    const stored = store(job);
    // At most 20 wait, the newest.
    const failed = (guard(waiting)() ?? []).filter(({ since }) => since);
    failed
      .sort((a, b) => b.since! - a.since!)
      .slice(20)
      .forEach(drop);
    listen();
    if (stored) flush();
    else setTimeout(send, pause, job);
    say('error', 'kept for later', body);
    sendImage(job, () => drop(job));
  }
  return true;
}

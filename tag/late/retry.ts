/**
 * Late part. What became of an order that got no plain receipt: settled with pixels to fire, refused (the collector keeps it in quarantine), or to
 * be sent again by this page or a later one.
 */
import type { ConversionReply, ErrorReply } from '../../wire/messages.ts';
import { isGranted } from '../consent.ts';
import { QUEUE, SENT } from '../names.ts';
import type { Answer, Job } from '../parts.ts';
import { queueOrder } from '../queue.ts';
import { guard, tellPage } from '../say.ts';
import { storage } from '../storage.ts';
import { fireTasks, sendImage } from './fire.ts';

/** The shortest pause before an order is sent again; each further one is twice as long. */
const FIRST_PAUSE = 2e3;
const SECOND = 1e3;
/** Whoever asks for longer is no collector, or the device's clock was set back; a timer of more than 24 days runs at once. */
const LONGEST_PAUSE = 36e5;
const LONGEST_QUEUE = 20;
const REMEMBERED_ORDERS = 50;

/** Orders that wait for the collector's answer. */
export const storedJobs = (): Job[] =>
  Object.keys(storage)
    .filter((name) => name.startsWith(QUEUE))
    .map((name) => guard(JSON.parse)(storage[name]!))
    .filter(Boolean) as Job[];

/** Takes an order out of storage. */
const drop = ({ key }: Job): boolean => delete storage[QUEUE + key];

/** An order has arrived: this browser remembers the last fifty. */
export function finishJob(job: Job): void {
  drop(job);
  const known = Object.keys(storage).filter((name) => name.startsWith(SENT));
  known
    .sort((a, b) => Number(storage[b]) - Number(storage[a]))
    .slice(REMEMBERED_ORDERS)
    .forEach((name) => delete storage[name]);
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Sends what is due, and what is not yet in its time. */
export const sendDueOrders = guard(() => {
  clearTimeout(timer);
  if (!isGranted()) return;
  const now = Date.now();
  const later = storedJobs().filter(
    (job) => (job.due! > now && job.due! - now <= LONGEST_PAUSE) || void queueOrder(job),
  );
  if (later[0]) timer = setTimeout(sendDueOrders, Math.min(...later.map(({ due }) => due!)) - now);
});

let listens = false;

/** Sends when the page becomes visible, from now on. The first file hears when the browser is online again. */
export function retryWhenVisible(): void {
  if (listens) return;
  listens = true;
  // On its way down: it did not bubble before Safari 14.
  addEventListener('visibilitychange', sendDueOrders, true);
}

/** Whatever may come, cut to what is asked of it. */
type Reply = Partial<ConversionReply> & Partial<ErrorReply>;

/** Keeps an order for later. */
function keepForLater(job: Job, pause: number): void {
  // The first lease began when the order was made.
  job.since = job.since ?? job.due;
  job.due = Date.now() + Math.min(pause, LONGEST_PAUSE);
  // Undefined where storage is full.
  const stored = guard(() => (storage[QUEUE + job.key] = JSON.stringify(job)))();
  const failed = storedJobs().filter(({ since }) => since);
  failed
    .sort((a, b) => b.since! - a.since!)
    .slice(LONGEST_QUEUE)
    .forEach(drop);
  retryWhenVisible();
  if (stored) sendDueOrders();
  else setTimeout(queueOrder, pause, job);
  tellPage('error', 'kept for later', job.body);
  sendImage(job, () => drop(job));
}

/**
 * Decides what becomes of an order. Only the collector's own words are final: `result` is a receipt, `errors` that name a field are a refusal.
 * Whatever else answers is a proxy, a firewall or a bot check, and says nothing about the order.
 */
export function finishOrder(job: Job, [text = 'null', response]: Answer): true {
  const { key } = job;
  const reply = guard(JSON.parse)(text) as Reply | undefined;
  // Consent was withdrawn while the collector was asked.
  if (!isGranted()) drop(job);
  else if (reply?.result && response?.ok) {
    finishJob(job);
    tellPage('conversion', reply.result, reply);
    fireTasks(reply.orderId ?? key, reply.fire);
  } else if (/^4(?!08|25|29)/.test(`${response?.status}`) && reply?.errors?.[0]?.field != null) {
    drop(job);
    // The next report of the same order may be a better one; what was found is looked at again as it stands, and is no other.
    if (!job.body.found) delete storage[key];
    tellPage('error', 'refused', reply);
  } else {
    job.pause = job.pause ? job.pause * 2 : FIRST_PAUSE;
    // A date, or nothing, is no number.
    keepForLater(job, (response?.headers.get('retry-after') as unknown as number) * SECOND || job.pause);
  }
  return true;
}

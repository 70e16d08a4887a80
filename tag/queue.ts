/**
 * Orders on their way to the collector, each kept in storage until it answered. An order is in flight under a lease that other tabs
 * respect; what an answer means is for the late part.
 */
import type { ConversionBody } from '../collector/wire.ts';
import { post } from './beacon.ts';
import { later } from './later.ts';
import { guard } from './say.ts';

export interface Job {
  /** What makes the order one and the same: its id. */
  key: string;
  body: ConversionBody;
  /** Not before, epoch milliseconds. */
  due?: number;
  /** Milliseconds that it waited last. */
  pause?: number;
  /** Tells older failures from newer ones. */
  since?: number;
}

/** What an order's name in storage begins with. */
export const QUEUE = '_ct_q';

/** Undefined where storage is blocked, full or missing (a sandboxed frame): the order then lives as long as the page. */
export const store = guard((job: Job) => (localStorage[QUEUE + job.key] = JSON.stringify(job)));

/** Sends an order. */
export async function send(job: Job): Promise<void> {
  // The lease is longer than a slow answer and shorter than a visitor's way to the next page.
  job.due = Date.now() + 1e4;
  store(job);
  // Where the late part can't be had either, nothing can.
  if (!(await later('settle', job, await post('/conversion', job.body)))) setTimeout(send, 1e4, job);
}

/**
 * Orders on their way to the collector, each kept in storage until it answered. An order is in flight under a lease that other tabs
 * respect; what an answer means is for the late part.
 */
import { postJson } from './beacon.ts';
import { later } from './later.ts';
import { QUEUE } from './names.ts';
import type { Job } from './parts.ts';
import { keepText } from './storage.ts';

/** Longer than a slow answer and shorter than a visitor's way to the next page. */
const LEASE = 1e4;

/** Stores an order and, unless it is to wait on this page, sends it. */
export const queueOrder = async (job: Job, waits?: unknown): Promise<void> => {
  job.due = Date.now() + LEASE;
  // Where storage is full the order lives as long as the page.
  keepText(QUEUE + job.key, JSON.stringify(job));
  // Where the late part can't be had either, the order waits in storage for a page that can.
  void (waits || (keepText(job.key, job.due), later('settle', job, await postJson('/conversion', job.body))));
};

// How long a script keeps the main thread of a page when it loads, by Chromium's own trace, and what it then asks the network for.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import { openShop } from './shop.mjs';

/** Milliseconds after the page's load in which a tag's timers run and its requests leave. */
const SETTLE = 400;

/** What Chromium's trace calls the running of a page's scripts; one may lie inside another. */
const SCRIPT_EVENTS = [
  'EvaluateScript',
  'v8.compileModule',
  'v8.evaluateModule',
  'v8.callFunction',
  'FunctionCall',
  'V8.RunMicrotasks',
  'TimerFire',
];

/** Extra loads that are traced closer, which slows the script down: only they show what promises run. */
const CLOSE_LOADS = 5;

/**
 * `contenders`: a `name`, the `page` it is measured on, and `code`, or the `path` of the collector's file. With `after`, those pages are opened first, by
 * the same visitor. Contenders take turns, so that what else the machine does hits all alike; each load is a browser context of its own: a
 * process of its own, no cookies, nothing cached, nothing compiled.
 */
export async function measureLoads({ contenders, collector, loads }) {
  const shop = await openShop({ contenders, collector });
  const browser = await chromium.launch({
    ...findChromium(),
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      // Some tags do nothing in a browser that a program drives.
      '--disable-blink-features=AutomationControlled',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
    ],
  });
  const seen = contenders.map(() => []);
  try {
    for (let load = 0; load < loads + CLOSE_LOADS; load += 1) {
      for (const [index, contender] of contenders.entries()) {
        seen[index].push(await measureLoad({ browser, shop, index, contender, close: load >= loads }));
      }
    }
  } finally {
    await browser.close();
    await shop.close();
  }
  return contenders.map((contender, index) => ({ ...contender, ...summary(seen[index]) }));
}

function summary(loads) {
  const sorted = (key, close) =>
    loads
      .filter((load) => load.close === close)
      .map((load) => load[key])
      .sort((a, b) => a - b);
  const evaluation = sorted('evaluation', false);
  return {
    least: evaluation[0],
    median: evaluation[Math.floor(evaluation.length / 2)],
    leastInAll: sorted('inAll', true)[0],
    // The load that asked for most: a request that leaves only sometimes is a request.
    asked: loads.map(({ asked }) => asked).sort((a, b) => b.length - a.length)[0],
  };
}

async function measureLoad({ browser, shop, index, contender, close }) {
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    const open = async (kind) => {
      await tab.goto(shop.address(index, kind), { waitUntil: 'load' });
      await tab.waitForTimeout(SETTLE);
    };
    for (const page of contender.after ?? []) await open(page);
    shop.forget();
    const categories = ['devtools.timeline', ...(close ? ['v8'] : []), '-*'];
    await browser.startTracing(tab, { categories, screenshots: false });
    let trace;
    try {
      await open(contender.page);
    } finally {
      trace = await browser.stopTracing();
    }
    const { traceEvents } = JSON.parse(trace.toString('utf8'));
    return { close, ...scriptTime(traceEvents, shop.script(index)), asked: shop.asked() };
  } finally {
    await context.close();
  }
}

/**
 * Thread time, not wall time: what else the machine does is not the script's fault. `evaluation` is that of the tag's own file; `inAll` adds its
 * timers, its answers and the files that it fetched, for there is no other script on the page.
 */
function scriptTime(events, script) {
  const own = events.filter(({ name, args }) => name === 'EvaluateScript' && args.data?.url === script);
  if (own.length === 0) throw new Error(`The page never ran ${script}`);
  const { pid, tid } = own[0];
  const all = events
    .filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && SCRIPT_EVENTS.includes(event.name))
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  let end = 0;
  const outermost = all.filter((event) => {
    if (event.ts < end) return false;
    end = event.ts + event.dur;
    return true;
  });
  return { evaluation: milliseconds(own), inAll: milliseconds(outermost) };
}

const milliseconds = (events) => events.reduce((sum, event) => sum + (event.tdur ?? event.dur), 0) / 1000;

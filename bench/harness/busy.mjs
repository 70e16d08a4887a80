// What a tag costs a page that never rests: some 11,000 elements, twenty changes a frame, and thousands of changes in one task.
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import { openShop } from './shop.mjs';

const SECONDS = 3;
const CHANGES = 2000;
/** Milliseconds after the load in which a tag's parts come. */
const SETTLE = 500;
const TURNS = 3;

/** For each contender, of three turns the least: `thread`, milliseconds of the main thread in a busy span, and `burst`, those of 2,000 changes in microtasks. */
export async function measureBusy({ contenders, collector }) {
  const shop = await openShop({ contenders, collector });
  const browser = await chromium.launch({
    ...findChromium(),
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  const seen = contenders.map(() => []);
  try {
    for (let turn = 0; turn < TURNS; turn += 1)
      for (const [index, contender] of contenders.entries())
        seen[index].push(await measureOne({ browser, shop, index, contender }));
  } finally {
    await browser.close();
    await shop.close();
  }
  const least = (runs, key) => Math.min(...runs.map((run) => run[key]));
  return contenders.map(({ name }, index) => ({
    name,
    thread: least(seen[index], 'thread'),
    burst: least(seen[index], 'burst'),
  }));
}

async function measureOne({ browser, shop, index, contender }) {
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    for (const page of contender.after ?? []) await tab.goto(shop.address(index, page), { waitUntil: 'networkidle' });
    await tab.goto(shop.address(index, contender.page), { waitUntil: 'networkidle' });
    await tab.evaluate(fillPage);
    await tab.waitForTimeout(SETTLE);
    const session = await context.newCDPSession(tab);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const threadTime = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
    };
    const before = await threadTime();
    await tab.evaluate(changeEveryFrame, SECONDS * 1000);
    const thread = (await threadTime()) - before;
    return { thread, burst: await tab.evaluate(changeInMicrotasks, CHANGES) };
  } finally {
    await context.close();
  }
}

/* The following run in the page. */

function fillPage() {
  const { document } = globalThis;
  const links = Array.from({ length: 5000 }, (_, n) => `<a href="/p/${n}">link</a><b class="busy">x</b>`);
  document.body.insertAdjacentHTML('beforeend', `<div>${links.join('')}</div>`);
}

function changeEveryFrame(milliseconds) {
  const { document, performance, requestAnimationFrame } = globalThis;
  const nodes = document.querySelectorAll('.busy');
  const end = performance.now() + milliseconds;
  let n = 0;
  return new Promise((resolve) => {
    const frame = () => {
      for (let i = 0; i < 20; i += 1, n += 1) nodes[n % nodes.length].textContent = `${n}`;
      if (performance.now() < end) requestAnimationFrame(frame);
      else resolve();
    };
    frame();
  });
}

async function changeInMicrotasks(changes) {
  const { document, performance } = globalThis;
  const nodes = document.querySelectorAll('.busy');
  const began = performance.now();
  for (let n = 0; n < changes; n += 1) {
    nodes[n % nodes.length].textContent = `${n}`;
    await undefined;
  }
  return performance.now() - began;
}

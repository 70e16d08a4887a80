/** Pages that frameworks swap instead of loading them: the order of a thank-you page is found, with the click of the landing. */
import { describe, expect, it } from 'vitest';
import { pageHtml } from '../harness/browser-html.ts';
import { loaded } from '../harness/browser-page.ts';
import { page, useBrowser, world } from '../harness/browser-suite.ts';
import { bundle } from './bundle.ts';

useBrowser();

const order = (orderId: string) => JSON.stringify({ orderId, total: '19.95', currency: 'USD' });

/** `ORDER` stands for the order. A framework of whole pages takes the second one from the server. */
const FRAMEWORKS: Record<string, { source: string; isServed?: boolean }> = {
  'Turbo 8': { source: `import '@hotwired/turbo';`, isServed: true },
  'htmx 2, boosted': {
    source: `
      import htmx from 'htmx.org';
      document.body.setAttribute('hx-boost', 'true');
      htmx.process(document.body);`,
    isServed: true,
  },
  'Vue Router 4': {
    source: `
      import { createApp, h } from 'vue';
      import { createRouter, createWebHistory, RouterLink, RouterView } from 'vue-router';
      const thanks = { render: () => h('p', { 'data-clickthread-order': ORDER }) };
      const home = { render: () => h(RouterLink, { to: '/app/thanks', id: 'buy' }, () => 'buy') };
      const router = createRouter({ history: createWebHistory(), routes: [{ path: '/app', component: home }, { path: '/app/thanks', component: thanks }] });
      createApp({ render: () => h(RouterView) }).use(router).mount('#app');`,
  },
  'React Router 7': {
    source: `
      import { createElement as h } from 'react';
      import { createRoot } from 'react-dom/client';
      import { BrowserRouter, Link, Route, Routes } from 'react-router';
      const thanks = h('p', { 'data-clickthread-order': ORDER });
      const home = h(Link, { to: '/app/thanks', id: 'buy' }, 'buy');
      createRoot(document.getElementById('app')).render(
        h(BrowserRouter, null, h(Routes, null, h(Route, { path: '/app', element: home }), h(Route, { path: '/app/thanks', element: thanks }))));`,
  },
};

describe.each(Object.entries(FRAMEWORKS))('%s', (name, { source, isServed = false }) => {
  it('shows an order that is found, credited to the landing', async () => {
    const orderId = `PAGES-${name.replace(/\W/g, '')}`;
    const script = await bundle(source.replace('ORDER', JSON.stringify(order(orderId))));
    world.pages.put('/app.js', { html: script, headers: { 'content-type': 'text/javascript' } });
    const body = (content: string) => `<div id="app">${content}</div><script src="/app.js"></script>`;
    world.pages.put(
      '/app',
      pageHtml({ tag: world.tag(), body: body(isServed ? '<a id="buy" href="/app/thanks">buy</a>' : '') }),
    );
    world.pages.put(
      '/app/thanks',
      pageHtml({ tag: world.tag(), body: body(`<p data-clickthread-order='${order(orderId)}'></p>`) }),
    );
    await page.goto(`${world.pages.shop}/app?irclickid=PAGES-1`);
    await loaded(page);
    await page.evaluate('window.isSamePage = true');
    await page.click('#buy');
    await page.waitForURL('**/app/thanks');
    await expect
      .poll(() => world.order(orderId), { timeout: 5_000 })
      .toMatchObject({ total: '19.95', attribution: { winner: { value: 'PAGES-1' } } });
    // The framework swapped the page, which is what is tested here.
    expect(await page.evaluate('window.isSamePage')).toBe(true);
  });
});

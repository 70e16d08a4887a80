import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { install } from './setup.ts';
import type { Prompts } from '../../../../collector/cli/terminal/prompts.ts';
import { Cancelled, CommandError } from '../../../../collector/cli/command-error.ts';

/** Answers by the beginning of the question; a refused answer fails the test with the reason. */
function answering(answers: Record<string, string | boolean>): Prompts & { notes: string[]; asked: string[] } {
  const notes: string[] = [];
  const asked: string[] = [];
  const find = (message: string): string | boolean => {
    asked.push(message);
    const found = Object.entries(answers).find(([start]) => message.startsWith(start));
    if (!found) throw new CommandError(`no answer to: ${message}`);
    return found[1];
  };
  return {
    notes,
    asked,
    intro: () => undefined,
    outro: () => undefined,
    note: (text) => void notes.push(text),
    async text({ message, check }) {
      const answer = String(find(message));
      const problem = check?.(answer);
      if (problem !== undefined) throw new CommandError(`refused: ${problem}`);
      return answer;
    },
    async select({ message, options }) {
      const answer = String(find(message));
      if (!options.some(({ value }) => value === answer)) throw new CommandError(`no such option: ${answer}`);
      return answer;
    },
    confirm: async ({ message }) => find(message) === true,
  };
}

const SITE = {
  'A short name': 'shop',
  'Hosts of the shop': 'shop.example, www.shop.example',
  'Other domains': '',
  Currency: 'USD',
  'When may': 'auto',
  'Who may say': 'shop',
  'Public address': 'https://t.shop.example',
};

test('the wizard makes a site and a connection and ends with the script tag', async () => {
  const { run, json } = install({ CLICKTHREAD_PUBLIC_URL: 'https://t.shop.example' });
  const prompts = answering({
    ...SITE,
    'Connect a network': true,
    'Which system': 'sale-form',
    'Address of the logging': 'https://tenant.example/log',
    'Hidden fields': 'id={orderId}; amount={total}',
    'Change what': false,
  });
  expect((await run(['init'], { prompts })).error).toBeUndefined();
  expect(prompts.notes).toContain('https://t.shop.example');
  // What a page fills in: nothing of a person.
  const placeholders = prompts.notes.find((note) => note.includes('{click_id}'));
  expect(placeholders).toMatch(/\{order_id\}, \{amount\}.*\{custom\.NAME\}$/);
  expect(placeholders).not.toMatch(/email|secret/);
  expect(prompts.notes).toContain('<script async src="https://t.shop.example/t/shop.js"></script>');
  expect(prompts.notes.join('\n')).toContain("clickthread('conversion', {");
  expect(prompts.notes.at(-1)).toContain('CLICKTHREAD_PUBLIC_URL=https://t.shop.example clickthread serve');
  expect(await json('site', 'list')).toMatchObject([
    {
      id: 'shop',
      domains: ['shop.example', 'www.shop.example'],
      linked: [],
      currency: 'USD',
      consent: 'auto',
      connections: ['sale-form'],
    },
  ]);
  expect(await json('connection', 'list')).toMatchObject([
    {
      id: 'sale-form',
      settings: { action: 'https://tenant.example/log', fields: { id: '{orderId}', amount: '{total}' } },
    },
  ]);
});

test('the shop is offered first, then a network that is told of its orders', async () => {
  const { run, json } = install({ CLICKTHREAD_ALLOW_PRIVATE: '1' });
  const types = ['magento', 'sale-form'];
  const lists: string[][] = [];
  const prompts = answering({
    ...SITE,
    'Connect a network': true,
    'And a network': true,
    ...{ 'Address of the logging': 'https://tenant.example/log', 'Hidden fields': 'id={orderId}' },
    ...{ 'Shop URL': 'http://127.0.0.1:9/shop', 'Access token': 'access-token' },
    'Change what': false,
  });
  const { select } = prompts;
  prompts.select = (question) => {
    if (!question.message.startsWith('Which system')) return select(question);
    lists.push(question.options.map(({ value }) => value));
    return Promise.resolve(types.shift()!);
  };
  expect((await run(['init'], { prompts })).error).toBeUndefined();
  const [first = [], second = []] = lists;
  const shops = first.slice(0, first.indexOf('magento') + 1);
  expect(shops).toContain('woocommerce');
  expect(first.indexOf('impact')).toBeGreaterThan(first.indexOf('magento'));
  expect(second).toContain('impact');
  expect(second).not.toContain('woocommerce');
  expect(await json('site', 'list')).toMatchObject([{ id: 'shop', connections: ['magento', 'sale-form'] }]);
  // It can't post its orders, and so no step says how to make it.
  expect(prompts.notes.at(-1)).not.toContain('connection hook');
});

test('a site can be made without a connection', async () => {
  const { run, json } = install();
  const prompts = answering({ ...SITE, 'Connect a network': false });
  await run(['init'], { prompts });
  expect(prompts.notes).toContain('<script async src="https://t.shop.example/t/shop.js"></script>');
  expect(await json('site', 'list')).toMatchObject([{ id: 'shop', connections: [] }]);
});

test('an answer that cannot be used is refused where it is given', async () => {
  const { run } = install();
  expect(
    (await run(['init'], { prompts: answering({ ...SITE, 'Hosts of the shop': 'shop_example/' }) })).error,
  ).toMatch(/refused: must be a host name/);
  expect(
    (await run(['init'], { prompts: answering({ ...SITE, 'Public address': 'http://t.shop.example' }) })).error,
  ).toMatch(/refused: must be https/);
  expect((await run(['init'], { prompts: answering({ ...SITE, Currency: 'dollars' }) })).error).toMatch(
    /refused: must be an ISO 4217 code/,
  );
});

test('a host is taken as people copy it out of the address bar', async () => {
  const { run, json } = install();
  const prompts = answering({
    ...SITE,
    'Hosts of the shop': 'https://Shop.example/de?x=1',
    'Connect a network': false,
  });
  expect((await run(['init'], { prompts })).error).toBeUndefined();
  expect(await json('site', 'list')).toMatchObject([{ domains: ['shop.example'], release: 'shop' }]);
});

test('nothing is saved before the last answer: Ctrl-C in the connection leaves no site behind', async () => {
  const { finish, folder } = install();
  const prompts = answering({ ...SITE, 'Connect a network': true, 'Which system': 'cartstack' });
  const { text } = prompts;
  prompts.text = (question) => {
    if (question.message.startsWith('Site')) throw new Cancelled();
    return question.message.startsWith('API key') || question.message.startsWith('Key')
      ? Promise.resolve('k')
      : text(question);
  };
  const { complaint, code } = await finish(['init'], { prompts });
  expect([complaint, code]).toEqual(['Cancelled; nothing was changed.\n', 130]);
  expect(readdirSync(folder)).toEqual([]);
});

test('where consent waits, init prints the consent line', async () => {
  const { run } = install();
  const prompts = answering({ ...SITE, 'When may': 'wait', 'What of orders': 'wait', 'Connect a network': false });
  expect((await run(['init'], { prompts })).error).toBeUndefined();
  expect(prompts.notes.join('\n')).toContain("clickthread('consent', { marketing: true })");
});

test('where consent waits, init asks what of orders whose visitor nobody knows, and saves it', async () => {
  for (const answer of ['wait', 'granted']) {
    const { run, json } = install();
    const prompts = answering({ ...SITE, 'When may': 'wait', 'What of orders': answer, 'Connect a network': false });
    expect((await run(['init'], { prompts })).error).toBeUndefined();
    expect(await json('site', 'list')).toMatchObject([{ consent: 'wait', shopConsent: answer, gpc: 'honour' }]);
    expect(await json('site', 'show')).toMatchObject({ consent: 'wait', shopConsent: answer, gpc: 'honour' });
  }
});

test('without a terminal init says what to do instead', async () => {
  const { run } = install();
  expect((await run(['init'])).error).toMatch(/there is no terminal to ask them on.*clickthread apply FILE/);
});

test.each([
  [
    'postback',
    { Address: 'https://net.example/pb?c={click_id}&o={order_id}', 'Click parameters': 'cid' },
    /\{email_sha256\}.*\{secret\.NAME\}/,
  ],
  ['sale-pixel', { 'Address of the pixel': 'https://net.example/p?o={orderId}' }, /\{order_id\}.*\{custom\.NAME\}$/],
])('whoever sets up a %s is shown what its templates may say', async (type, answers, listed) => {
  const { run } = install({ CLICKTHREAD_PUBLIC_URL: 'https://t.shop.example' });
  const prompts = answering({
    ...SITE,
    'Connect a network': true,
    'Which system': type,
    ...answers,
    'Change what': false,
    'Rehearse first': false,
    'Send a test': false,
  });
  expect((await run(['init'], { prompts })).error).toBeUndefined();
  expect(prompts.notes.filter((note) => listed.test(note))).toHaveLength(1);
});

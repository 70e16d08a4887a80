import { expect, test } from 'vitest';
import { install } from './setup.ts';
import type { Prompts } from '../../../collector/cli/prompts.ts';
import { CommandError } from '../../../collector/cli/context.ts';

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
  expect(prompts.notes).toContain('<script async src="https://t.shop.example/t/shop.js"></script>');
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

test('a site can be made without a connection', async () => {
  const { run, json } = install();
  const prompts = answering({ ...SITE, 'Connect a network': false });
  await run(['init'], { prompts });
  expect(prompts.notes).toEqual(['<script async src="http://127.0.0.1:8787/t/shop.js"></script>']);
  expect(await json('site', 'list')).toMatchObject([{ id: 'shop', connections: [] }]);
});

test('an answer that cannot be used is refused where it is given', async () => {
  const { run } = install();
  expect(
    (await run(['init'], { prompts: answering({ ...SITE, 'Hosts of the shop': 'https://shop.example/' }) })).error,
  ).toMatch(/refused: must be a host name/);
  expect((await run(['init'], { prompts: answering({ ...SITE, Currency: 'dollars' }) })).error).toMatch(
    /refused: must be an ISO 4217 code/,
  );
});

test('without a terminal init says what to do instead', async () => {
  const { run } = install();
  expect((await run(['init'])).error).toMatch(/there is no terminal to ask them on.*clickthread apply FILE/);
});

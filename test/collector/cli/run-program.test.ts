import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Cancelled } from '../../../collector/cli/command-error.ts';
import { migrations } from '../../../collector/store/migrations/index.ts';
import { configured, install } from './commands/setup.ts';

test('--version tells the version, that of Node and that of the data', async () => {
  const { finish } = install();
  const newest = migrations.at(-1)!.id;
  const { out, code } = await finish(['--version']);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^clickthread \d+\.\d+\.\d+\nnode \d+\.\d+\.\d+\ndata version \d+ \(there is no data here yet\)\n$/,
  );
  const installed = await configured();
  expect((await installed.finish(['-V'])).out).toContain(`data version ${newest} (as the data here)`);
  expect(JSON.parse((await installed.finish(['--version', '--json'])).out)).toMatchObject({
    ...{ node: process.versions.node, dataVersion: newest, data: newest },
  });
});

test.each([
  [['connection', 'tset'], 'Unknown command "connection tset". Did you mean test?'],
  [['site', 'shwo'], 'Unknown command "site shwo". Did you mean show?'],
  [['quarantine', 'xyzzy'], 'Unknown command "quarantine xyzzy". There are: drop, list, replay, show.'],
  [['deliveries', 'dnoe'], 'Unknown command "deliveries dnoe". Did you mean done?'],
  [['help', 'conection'], 'Unknown command "conection". Did you mean connection?'],
])('%j names what was probably meant', async (args, message) => {
  const { finish } = await configured();
  expect(await finish(args)).toEqual({ out: '', complaint: `${message}\n`, code: 1 });
  const { complaint, code } = await finish([...args, '--json']);
  expect(JSON.parse(complaint)).toEqual({ errors: [{ field: 'command', message }] });
  expect(code).toBe(1);
});

test('a word that is no command at all is answered with the nearest one', async () => {
  const { finish } = install();
  const { complaint, code } = await finish(['conection']);
  expect(complaint).toContain('Did you mean connection?');
  expect(code).toBe(1);
});

test.each([
  [['deliveries', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['quarantine', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['quarantine', 'replay', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['replay', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['replay', '--order', 'NOPE'], 'order', 'There is no order NOPE: none was reported, and none was refused.'],
  [['deliveries', '--connection', 'impct'], 'connection', 'There is no connection impct; known: impact, net.'],
  [['connection', 'list', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['connection', 'test', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['export', 'orders', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['export-config', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['site', 'show', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['explain', 'O4', '--site', 'nope'], 'site', 'There is no site nope; known: shop.'],
  [['quarantine', 'drop', '1'], 'id', 'There is no refused order 1.'],
  [['deliveries', 'done', '1234'], 'id', expect.stringContaining('Nothing waits to be done by hand under 1234.')],
])('%j fails with words, and with JSON where JSON was asked for', async (args, field, message) => {
  const { finish } = await configured();
  const { out, complaint, code } = await finish(args);
  expect([out, code]).toEqual(['', 1]);
  expect(complaint.trimEnd()).toEqual(message);
  const json = args.includes('export') ? undefined : await finish([...args, '--json']);
  if (json) expect(JSON.parse(json.complaint)).toEqual({ errors: [{ field, message }] });
});

test.each([
  [['export', 'clicks'], '"clicks" is none of orders, touches, deliveries.'],
  [['orders', '--status', 'paid'], '--status: "paid" is none of approved, pending, cancelled, refunded.'],
  [['user', 'add', 'ann'], '--role is missing (see --help)'],
  [['serve', '--port', 'abc'], '--port must be a whole number from 0 to 65535.'],
  [['sandbox', '--port', ''], '--port must be a whole number from 0 to 65535.'],
  [['demo', '--port', '1e3'], '--port must be a whole number from 0 to 65535.'],
])('%j names the option and what it takes', async (args, message) => {
  const { finish } = install();
  expect(await finish(args)).toMatchObject({ code: 1, complaint: expect.stringContaining(`${message}\n`) });
});

test('an unknown option is complained of as JSON, too, and once', async () => {
  const { finish } = install();
  const { out, complaint, code } = await finish(['deliveries', '--json', '--sicne', '1d']);
  expect([out, code]).toEqual(['', 1]);
  expect(JSON.parse(complaint)).toEqual({
    errors: [{ field: 'command', message: expect.stringContaining("unknown option '--sicne'") }],
  });
  expect((await finish(['deliveries', '--sicne', '1d'])).complaint.match(/unknown option/g)).toHaveLength(1);
});

test('help is no failure and goes to standard output', async () => {
  const { finish } = install();
  const { out, complaint, code } = await finish(['connection', '--help']);
  expect([complaint, code]).toEqual(['', 0]);
  expect(out).toContain('Usage: clickthread connection');
});

test('a question that is ended with Ctrl-C ends the command with 130, and nothing was changed', async () => {
  const { finish, folder } = install();
  const stop = (): never => {
    throw new Cancelled();
  };
  const prompts = { intro: () => {}, note: () => {}, outro: () => {}, text: stop, select: stop, confirm: stop };
  expect(await finish(['init'], { prompts })).toEqual({
    ...{ out: '', complaint: 'Cancelled; nothing was changed.\n', code: 130 },
  });
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ...[
    ['doctor', '--no-test'],
    ['backup', 'copy.db'],
    ['migrate', '--dry-run'],
    ['key', 'rotate'],
  ],
  ...[['move', '--to', 'postgres://127.0.0.1:1/x'], ['orders'], ['restore', 'copy.db']],
])('%s %s leaves nothing where there is no data', async (...args) => {
  const { folder, finish, env } = install();
  env.CLICKTHREAD_KEY = undefined;
  await finish(args);
  expect(readdirSync(folder)).toEqual([]);
});

test('commands that only read make no data folder, and say where data lies', async () => {
  const { folder, finish } = await configured();
  const wrong = join(folder, 'data');
  for (const args of [['site', 'list'], ['explain', 'O1'], ['deliveries'], ['key', 'list'], ['export', 'orders']]) {
    const { complaint, code } = await finish(args, { env: { CLICKTHREAD_DATA: wrong } });
    expect(complaint, args.join(' ')).toContain(`did you mean CLICKTHREAD_DATA=${folder}?`);
    expect(code).toBe(1);
  }
  expect(existsSync(wrong)).toBe(false);
  mkdirSync(wrong);
  expect((await finish(['site', 'list'], { env: { CLICKTHREAD_DATA: wrong } })).complaint).toMatch(/^No data in /);
  expect(existsSync(join(wrong, 'key'))).toBe(false);
});

test('site show prints the script tag again, and what else belongs into the pages', async () => {
  const { finish } = await configured({ CLICKTHREAD_PUBLIC_URL: 'https://t.shop.example' });
  const { out } = await finish(['site', 'show']);
  expect(out).toContain('<script async src="https://t.shop.example/t/shop.js"></script>');
  expect(out).toContain("clickthread('conversion', {");
  expect(out).not.toContain("clickthread('consent'");
  expect(out).not.toContain('CLICKTHREAD_PUBLIC_URL');
  const private_ = await finish(['site', 'show', 'shop'], { env: { CLICKTHREAD_PUBLIC_URL: undefined } });
  expect(private_.out).toContain('set CLICKTHREAD_PUBLIC_URL');
});

test('a key for two purposes is refused rather than made for one of them', async () => {
  const { finish, json } = await configured();
  expect((await finish(['key', 'create', 'shop', '--webhook', '--order'])).complaint).toMatch(
    /^Either --webhook or --order/,
  );
  expect(await json('key', 'list')).toEqual([]);
  expect(await json('key', 'create', 'shop')).toMatchObject({ kind: 'api', key: expect.stringMatching(/^ctkey_/) });
});

test('the completion for bash offers the commands and options of where one is', async () => {
  const { finish } = install();
  const { out } = await finish(['completion', 'bash']);
  const complete = (typed: string): string[] => {
    const words = `clickthread ${typed}`.split(' ');
    const script = `${out}\nCOMP_WORDS=(${words.map((word) => `"${word}"`).join(' ')})\nCOMP_CWORD=${words.length - 1}\n_clickthread\necho "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split(/\s+/);
  };
  expect(complete('conn')).toEqual(['connection']);
  expect(complete('connection re')).toEqual(['remove', 'resume']);
  expect(complete('connection add x --ty')).toEqual(['--type']);
  expect(complete('deliveries --st')).toEqual(['--status']);
  expect(complete('deliveries list --st')).toEqual(['--status']);
  for (const shell of ['zsh', 'fish']) expect((await finish(['completion', shell])).out).toContain('quarantine');
  expect((await finish(['completion', 'tcsh'])).code).toBe(1);
});

/** The files that run it for real: each is read as its program would, and what they call and set is there. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../collector/http/metrics.ts';
import { DEFAULT_LIMITS } from '../../collector/lib/limits/request-limits.ts';
import { leaves } from './reference.ts';
import { ENVIRONMENT } from './reference-words.ts';

const root = new URL('../..', import.meta.url).pathname;
const files = readdirSync(join(root, 'deploy')).sort();
const read = (name: string): string => readFileSync(join(root, 'deploy', name), 'utf8');
const page = readFileSync(join(root, 'docs/production.md'), 'utf8');

interface Service {
  profiles?: string[];
  image?: string;
  tmpfs?: string[];
  networks?: { default: { aliases: string[] } };
  deploy?: { replicas: number };
  command?: string[];
  healthcheck?: { test: string[] };
  environment?: Record<string, string>;
  volumes?: string[];
  secrets?: string[];
  depends_on?: Record<string, { condition: string }>;
  build?: { context: string; dockerfile: string };
}
const compose = parse(read('compose.yaml')) as {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, null>;
};

test('each file is spoken of on the page, and each that the page names is there', () => {
  const named = new Set([...page.matchAll(/deploy\/([\w.-]+\w)/g)].map(([, name]) => name!));
  const spoken = (name: string): boolean =>
    named.has(name) ||
    (/\.(service|timer)$/.test(name) && page.includes('deploy/*.service')) ||
    name.endsWith('ignore');
  expect(files.filter((name) => !spoken(name))).toEqual([]);
  expect([...named].filter((name) => name !== 'secrets' && !files.includes(name))).toEqual([]);
});

test('every variable that is set anywhere is one that the collector reads', () => {
  const known = new Set(['NODE_ENV', ...Object.keys(ENVIRONMENT).flatMap((name) => [name, `${name}_FILE`])]);
  const text = [...files.map(read), page].join('\n');
  const set = [...text.matchAll(/\b((?:CLICKTHREAD_[A-Z_]+)|(?:(?:HOST|PORT|NODE_ENV)(?==)))/g)].map(
    ([, name]) => name!,
  );
  expect(set.length).toBeGreaterThan(15);
  expect([...new Set(set)].filter((name) => !known.has(name))).toEqual([]);
});

test('every command that is called is one, with its options', () => {
  const commands = leaves().map(({ path, command }) => ({
    name: path.join(' '),
    options: command.options.map(({ long }) => long),
  }));
  // At the beginning of a line of code, in backticks, run in a container, after the colon of an alert; or the program itself.
  const CALL = /(?:(?:^|`|collector |[a-z]: |, )clickthread|clickthread\.mjs) ([a-z][a-z-]*(?: [a-z]+)?)([^`'\n]*)/gm;
  const calls = [...files.map(read), page].flatMap((text) =>
    [...text.matchAll(CALL)].map(([, words, rest]) => ({ words: words!, options: rest!.match(/--[a-z-]+/g) ?? [] })),
  );
  expect(calls.length).toBeGreaterThan(15);
  const wrong = calls.filter(({ words, options }) => {
    const found = commands.filter(
      ({ name }) => words === name || words.startsWith(`${name} `) || name.startsWith(`${words} `),
    );
    return found.length === 0 || options.some((option) => !found.some((command) => command.options.includes(option)));
  });
  expect(wrong).toEqual([]);
});

test('the command beside the service has its settings and its key, and shows no secret among its arguments', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o755 });
  write('key', 'the key of the service\n');
  write('admin-token', 'the-token-of-the-service\n');
  write(
    'systemctl',
    '#!/bin/sh\necho NODE_ENV=production CLICKTHREAD_DATA=/data CLICKTHREAD_KEY_FILE=/run/credentials/key\n',
  );
  write(
    'setpriv',
    '#!/bin/sh\n[ "$1 $2 $3" = "--reuid=clickthread --regid=clickthread --init-groups" ] || exit 3\nshift 3\necho "$@"\nexec "$@"\n',
  );
  write(
    'node',
    '#!/bin/sh\necho "$CLICKTHREAD_DATA|$CLICKTHREAD_KEY|$CLICKTHREAD_KEY_FILE|$CLICKTHREAD_ADMIN_TOKEN|$*"\n',
  );
  const script = read('clickthread.sh')
    .replaceAll('/etc/clickthread/', `${folder}/`)
    .replace('/usr/bin/node', join(folder, 'node'));
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { stdout, status } = spawnSync('sh', ['-s', 'explain', 'O 1'], { input: script, env, encoding: 'utf8' });
  const [arguments_, heard] = stdout.trim().split('\n');
  expect([heard, status]).toEqual([
    '/data|the key of the service||the-token-of-the-service|/opt/clickthread/bin/clickthread.mjs explain O 1',
    0,
  ]);
  expect(arguments_).not.toMatch(/of.the.service/);
  const unit = read('clickthread.service');
  for (const path of [
    '/etc/clickthread/key',
    '/etc/clickthread/admin-token',
    '/usr/bin/node /opt/clickthread/bin/clickthread.mjs',
  ])
    expect([read('clickthread.sh').includes(path), unit.includes(path)]).toEqual([true, true]);
});

describe('compose.yaml', () => {
  test('uses what it declares, and builds from a file that is there', () => {
    const { collector, caddy } = compose.services;
    expect(existsSync(join(root, 'deploy', collector!.build!.context, collector!.build!.dockerfile))).toBe(true);
    expect(collector!.secrets!.filter((name) => !(name in compose.secrets))).toEqual([]);
    const volumes = [...collector!.volumes!, ...caddy!.volumes!].map((volume) => volume.split(':')[0]!);
    expect(volumes.filter((name) => !name.startsWith('.') && !(name in compose.volumes))).toEqual([]);
    for (const name of volumes.filter((volume) => volume.startsWith('./')))
      expect(existsSync(join(root, 'deploy', name)), name).toBe(true);
    for (const [name, value] of Object.entries(collector!.environment!))
      if (name.endsWith('_FILE')) expect(collector!.secrets).toContain(value.replace('/run/secrets/', ''));
    expect(caddy!.depends_on!.collector!.condition).toBe('service_healthy');
  });

  test('starts neither database nor replicas unless they are asked for', () => {
    const asked = Object.entries(compose.services).filter(([, { profiles }]) => profiles !== undefined);
    expect(asked.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['replica', ['postgres']],
      ['postgres', ['postgres']],
    ]);
    expect(page).toContain('docker compose -f deploy/compose.yaml --profile postgres up -d --scale collector=0');
  });

  test('has replicas that are collectors like the one, on one database, with nothing of their own that counts', () => {
    const { collector, replica, postgres } = compose.services;
    const { DATABASE_URL_FILE: url, ...same } = replica!.environment!;
    expect(same).toEqual(collector!.environment);
    expect(url).toBe('/run/secrets/database-url');
    expect(replica!.build).toEqual(collector!.build);
    expect(replica!.secrets).toEqual([...collector!.secrets!, 'database-url']);
    expect(replica!.depends_on!.postgres!.condition).toBe('service_healthy');
    expect(replica!.volumes).toBeUndefined();
    expect(replica!.tmpfs!.some((path) => path.startsWith('/data:'))).toBe(true);
    // The proxy asks for them under this name.
    expect(replica!.networks!.default.aliases).toEqual(['collector']);
    expect(read('Caddyfile')).toMatch(/reverse_proxy collector:8787/);
    for (const name of [...replica!.secrets!, ...postgres!.secrets!]) expect(compose.secrets).toHaveProperty(name);
    for (const name of ['database-url', 'database-password']) {
      expect(compose.secrets[name]!.file).toBe(`./secrets/${name}`);
      expect(page).toContain(`deploy/secrets/${name}`);
    }
    const setting = (name: string): string =>
      postgres!.command!.find((word) => word.startsWith(`${name}=`))!.replace(/.*=/, '');
    expect(setting('synchronous_commit')).toBe('on');
    const scaling = readFileSync(join(root, 'docs/scaling.md'), 'utf8');
    expect(scaling).toContain('A collector holds nine connections at most');
    // Twice the replicas during an upgrade, and room for commands.
    expect(Number(setting('max_connections'))).toBeGreaterThan(9 * 2 * replica!.deploy!.replicas + 10);
    expect(postgres!.volumes).toEqual(['database:/var/lib/postgresql/data']);
    expect(compose.volumes).toHaveProperty('database');
    expect(postgres!.healthcheck!.test.slice(0, 2)).toEqual(['CMD', 'pg_isready']);
    expect(postgres!.environment!.POSTGRES_PASSWORD_FILE).toBe('/run/secrets/database-password');
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  test('consists of instructions, and takes from the checkout what is there', () => {
    const words = lines.map((line) => line.split(' ')[0]);
    const known = 'FROM RUN WORKDIR COPY ENV USER VOLUME EXPOSE HEALTHCHECK ENTRYPOINT CMD'.split(' ');
    expect(words.filter((word) => !known.includes(word!))).toEqual([]);
    const copied = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('holds what the package is made of, and runs as nobody in particular', () => {
    const { files: packed } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM'))).join('\n');
    for (const name of ['bin', 'dist', 'docs']) {
      expect(packed).toContain(name);
      expect(last).toContain(`/build/${name} ${name}`);
    }
    expect(last).toMatch(/^USER node$/m);
    const [major] = /node:(\d+)/.exec(last)!.slice(1);
    expect(Number(major)).toBeGreaterThanOrEqual(20);
  });
});

describe.each(files.filter((name) => /\.(service|timer)$/.test(name)))('%s', (name) => {
  test('has sections of settings', () => {
    const lines = read(name)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.filter((line) => !/^\[(Unit|Service|Timer|Install)\]$|^[A-Z]\w+=/.test(line))).toEqual([]);
    expect(lines[0]).toBe('[Unit]');
  });

  test('is what systemd takes, where systemd is', () => {
    const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', join(root, 'deploy', name)], {
      encoding: 'utf8',
    });
    if (error) return expect((error as NodeJS.ErrnoException).code).toBe('ENOENT');
    // What it says of other units, and of programs that are not on this machine, is not about this file.
    const own = stderr
      .split('\n')
      .filter((line) => line.includes(name) && /Unknown|Invalid|Failed to parse/i.test(line));
    expect(own, String(status)).toEqual([]);
  });
});

describe.each(['nginx.conf', 'Caddyfile'])('%s', (name) => {
  const text = read(name).replace(/^\s*#.*$/gm, '');

  test('closes what it opens', () => {
    let depth = 0;
    for (const sign of text.replace(/"[^"]*"/g, '')) {
      if (sign === '{') depth += 1;
      if (sign === '}') depth -= 1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  });

  test('leads to the collector, and hides from strangers what is not theirs', () => {
    expect(text).toMatch(/:8787/);
    expect(text).toMatch(/\/admin/);
    expect(text).toMatch(/\/metrics/);
  });
});

test('nginx: each directive ends, and each that sets headers sets all of them', () => {
  const text = read('nginx.conf').replace(/#.*$/gm, '');
  const loose = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/[;{}]$/.test(line));
  expect(loose).toEqual([]);
  for (const [block] of text.matchAll(/location [^{]*\{[^}]*proxy_pass[^}]*\}/g))
    for (const header of ['Host', 'X-Forwarded-For', 'X-Forwarded-Proto'])
      expect(block).toContain(`proxy_set_header ${header} `);
});

test('every metric that the rules and the page name is one', async () => {
  const text = await createMetrics({
    read: {
      deliveryCounts: async () => [{ site: 's', connection: 'c', state: 'due', count: 1 }],
      usage: async () => [{ site: 's', bytes: 1, rows: 1 }],
      orderCounts: async () => [],
      quarantineCounts: async () => [],
    } as never,
    limits: DEFAULT_LIMITS,
    clock: () => 0,
  }).text();
  const rules = parse(read('alerts.yaml')) as {
    groups: { rules: { expr: string; annotations: { summary: string } }[] }[];
  };
  const exprs = rules.groups.flatMap((group) => group.rules).map((rule) => rule.expr);
  expect(exprs.length).toBeGreaterThan(5);
  const named = [
    ...exprs
      .join('\n')
      .concat(page)
      .matchAll(/\b((?:clickthread|process|nodejs)_[a-z_\d]+)/g),
  ].map(([, name]) => name!);
  expect([...new Set(named)].filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
});

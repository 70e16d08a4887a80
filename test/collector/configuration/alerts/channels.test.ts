import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCatalogue } from '../../../../collector/catalogue.ts';
import { applyConfiguration } from '../../../../collector/configuration/apply.ts';
import { openChannels, viewChannel } from '../../../../collector/configuration/alerts/channels.ts';
import { putChannel, removeChannel } from '../../../../collector/configuration/alerts/edit-channels.ts';
import { exportConfiguration } from '../../../../collector/configuration/export.ts';
import { exportYaml } from '../../../../collector/configuration/file/write-yaml.ts';
import { ConfigurationError } from '../../../../collector/model/configuration-error.ts';
import { openSqliteStore } from '../../../../collector/store/sqlite/store.ts';
import type { Stores } from '../../../../collector/store/store.ts';
import { manualClock } from '../../../harness/clock.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { shopYaml, testSeal } from '../../../harness/sites.ts';

const folder = temporaryFolders();
const clock = manualClock();
let store: Stores;
beforeEach(async () => {
  store = openSqliteStore({ file: join(folder(), 'clickthread.db'), clock: clock.now });
  await apply(shopYaml([]));
});
afterEach(() => store.close());

const apply = (text: string, more: { env?: Record<string, string>; prune?: boolean } = {}) =>
  applyConfiguration({
    ...{ text, env: (name: string) => more.env?.[name], store, seal: testSeal, now: clock.now(), actor: 'test' },
    ...{ allowPrivate: false, prune: more.prune ?? false },
  });
const editing = () => ({ store, seal: testSeal, allowPrivate: false, now: clock.now(), actor: 'test' });
const rows = async () => (await store.configuration()).alerts;
const settings = async () => openChannels(await rows(), testSeal).map((one) => one.settings);

const EMAIL =
  '  - { id: ops, type: email, settings: { host: smtp.example.com, user: ct, password: "${MAIL}", from: ct@shop.example, to: [ops@shop.example] } }\n';
const SLACK = '  - { id: chat, type: slack, quiet: "22:00-07:00", settings: { url: "${CHAT}" } }\n';
const ENV = { MAIL: 'mail-password-1', CHAT: 'https://hooks.slack.com/services/T/B/key' };

test('a file of alerts alone is enough; what it says comes back from an export, secrets as references', async () => {
  await apply(`alerts:\n${EMAIL}${SLACK}`, { env: ENV });
  expect((await settings())[0]).toMatchObject({ port: 587, tls: 'starttls', password: 'mail-password-1' });
  const exported = exportConfiguration(await store.configuration(), { seal: testSeal, catalogue: createCatalogue() });
  const yaml = exportYaml(exported);
  expect(exported.secrets).toEqual(['ALERT_OPS_PASSWORD', 'ALERT_CHAT_URL']);
  for (const secret of Object.values(ENV)) expect(yaml).not.toContain(secret);
  const before = await rows();
  await apply(yaml);
  expect(await rows()).toEqual(before);
});

test('no secret lies in plain text, and none is shown', async () => {
  await apply(`alerts:\n${EMAIL}${SLACK}`, { env: ENV });
  const all = await rows();
  const seen = JSON.stringify([
    all.map(({ secrets, ...row }) => [row, secrets?.toString('latin1')]),
    all.map((row) => viewChannel(row, testSeal)),
  ]);
  for (const secret of Object.values(ENV)) expect(seen).not.toContain(secret);
});

test('a file that says nothing of alerts leaves them; one that leaves a channel out removes it only when it prunes', async () => {
  await apply(`alerts:\n${EMAIL}${SLACK}`, { env: ENV });
  await apply(shopYaml([]), { prune: true });
  expect(await rows()).toHaveLength(2);
  expect((await apply(`alerts:\n${SLACK}`, { env: ENV })).leftOut).toEqual(['alert ops']);
  expect(await rows()).toHaveLength(2);
  expect((await apply(`alerts:\n${SLACK}`, { env: ENV, prune: true })).removed).toEqual(['alert ops']);
  expect((await rows()).map(({ id }) => id)).toEqual(['chat']);
});

test.each([
  ['an unknown way', '{ id: a, type: emial, settings: {} }', 'alerts[0].type', /did you mean email/],
  [
    'an unknown kind',
    '{ id: a, type: slack, about: [helt], settings: { url: "https://a.example/b" } }',
    'alerts[0].about[0]',
    /held/,
  ],
  [
    'an unknown site',
    '{ id: a, type: slack, sites: [nope], settings: { url: "https://a.example/b" } }',
    'alerts[0].sites',
    /no site nope/,
  ],
  [
    'hours that are none',
    '{ id: a, type: slack, quiet: night, settings: { url: "https://a.example/b" } }',
    'alerts[0].quiet',
    /22:00-07:00/,
  ],
  [
    'a private address',
    '{ id: a, type: slack, settings: { url: "https://127.0.0.1/b" } }',
    'alerts[0].settings.url',
    /not a public address/,
  ],
  [
    'a short secret',
    '{ id: a, type: webhook, settings: { url: "https://a.example/b", secret: short } }',
    'alerts[0].settings.secret',
    /16/,
  ],
  [
    'a password in plain text',
    '{ id: a, type: email, settings: { host: smtp.example.com, tls: none, user: u, password: p, from: a@b.example, to: [a@b.example] } }',
    'alerts[0].settings.tls',
    /plain text/,
  ],
  [
    'a line break in a sender',
    '{ id: a, type: email, settings: { host: smtp.example.com, from: "a@b.example\\nBcc: c@d.example", to: [a@b.example] } }',
    'alerts[0].settings.from',
    /address/,
  ],
])('%s is refused by name, and nothing changes', async (_what, channel, field, words) => {
  const refused = await apply(`alerts:\n  - ${channel}\n`).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(ConfigurationError);
  const problem = (refused as ConfigurationError).problems.find((one) => one.field === field);
  expect(problem?.message).toMatch(words);
  expect(await rows()).toEqual([]);
});

test('a channel that is put again keeps its secret where none is given, or its mask; the deed is audited', async () => {
  await apply(`alerts:\n${EMAIL}${SLACK}`, { env: ENV });
  const [view] = (await rows()).map((row) => viewChannel(row, testSeal));
  await putChannel({ id: 'ops', settings: { ...view!.settings, to: ['boss@shop.example'] } }, editing());
  expect((await settings())[0]).toMatchObject({ password: 'mail-password-1', to: ['boss@shop.example'] });
  await removeChannel('chat', editing());
  expect((await rows()).map(({ id }) => id)).toEqual(['ops']);
  const audit = await store.auditLog({ limit: 2 });
  expect(audit.map(({ action }) => action)).toEqual(['alert remove', 'alert put']);
  await expect(removeChannel('chat', editing())).rejects.toThrow('there is no alert channel "chat"; known: ops');
});

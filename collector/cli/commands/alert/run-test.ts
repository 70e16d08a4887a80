/** Sends a test message to channels, and says how each took it. */
import { testChannel } from '../../../alerts/test-channel.ts';
import { openChannels } from '../../../configuration/alerts/channels.ts';
import { unknownChannel } from '../../../configuration/alerts/edit-channels.ts';
import { createSender } from '../../../outbound/send.ts';
import type { OpenStore } from '../../open-store.ts';

export interface ChannelTest {
  id: string;
  ok: boolean;
  message: string;
}

export async function testChannels(open: OpenStore, id: string | undefined): Promise<ChannelTest[]> {
  const { store, seal, environment, clock } = open;
  const rows = (await store.configuration()).alerts;
  if (id !== undefined && !rows.some((row) => row.id === id)) throw unknownChannel(id, rows);
  const chosen = openChannels(rows, seal).filter((one) => id === undefined || one.id === id);
  const sender = createSender({ allowPrivate: environment.allowPrivate, clock });
  try {
    const tests: ChannelTest[] = [];
    for (const channel of chosen) {
      const result = await testChannel(channel, { send: sender.send, now: clock() });
      tests.push({ id: channel.id, ok: result.ok, message: result.ok ? 'a test message was taken' : result.reason });
    }
    return tests;
  } finally {
    await sender.close();
  }
}

export const writeChannelTests = (tests: readonly ChannelTest[]): string =>
  tests.length === 0
    ? 'There is no channel yet: add one with "clickthread alert add".'
    : tests.map(({ id, ok, message }) => `${ok ? 'ok  ' : 'FAIL'} ${id}: ${message}`).join('\n');

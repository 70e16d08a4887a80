/** Admin API: where alerts go, and what holds now. Secrets go in and never come out. */
import { Router } from 'express';
import type { AlertsShown } from '../../../wire/admin/alerts.ts';
import { testChannel } from '../../alerts/test-channel.ts';
import { openChannels, viewChannel, type ChannelView } from '../../configuration/alerts/channels.ts';
import { putChannel, removeChannel, unknownChannel } from '../../configuration/alerts/edit-channels.ts';
import { CHANNEL_TYPES, channelTypes } from '../../configuration/alerts/channel-types.ts';
import { ALERT_KINDS } from '../../model/alerts/alert.ts';
import { sendProblems } from '../problem.ts';
import { type AdminDeps, editAs } from './deps.ts';
import { bodyOf, viewDefinition } from './read.ts';
import { actorOf } from './access/who.ts';

export function adminAlertsRouter(deps: AdminDeps): Router {
  const router = Router();
  const { read, seal, sender, clock } = deps;
  const channels = async (): Promise<ChannelView[]> =>
    (await read.configuration()).alerts.map((row) => viewChannel(row, seal));
  const channelOf = async (id: string): Promise<ChannelView> => {
    const all = await channels();
    const found = all.find((one) => one.id === id);
    if (!found) throw unknownChannel(id, all);
    return found;
  };

  router.get('/alerts', async (_request, response) => {
    const known = await read.alerts();
    response.json({
      channels: await channels(),
      kinds: ALERT_KINDS,
      types: CHANNEL_TYPES.map((type) => ({ type, ...viewDefinition(channelTypes[type]) })),
      open: known
        .filter(({ clearedAt }) => clearedAt === null)
        .map(({ key, kind, site, title, text, raisedAt }) => ({
          ...{ key, kind, site, title, text },
          since: new Date(raisedAt).toISOString(),
        })),
    } satisfies AlertsShown);
  });
  router.get('/alerts/:id', async (request, response) => {
    response.json(await channelOf(String(request.params.id)));
  });
  router.put('/alerts/:id', async (request, response) => {
    const id = String(request.params.id);
    const isNew = !(await channels()).some((one) => one.id === id);
    await putChannel({ ...bodyOf(request), id }, editAs(actorOf(response), deps));
    response.status(isNew ? 201 : 200).json(await channelOf(id));
  });
  router.delete('/alerts/:id', async (request, response) => {
    await removeChannel(String(request.params.id), editAs(actorOf(response), deps));
    response.status(204).end();
  });
  router.post('/alerts/:id/test', async (request, response) => {
    const { id } = await channelOf(String(request.params.id));
    const [channel] = openChannels(
      (await read.configuration()).alerts.filter((row) => row.id === id),
      seal,
    );
    if (!channel) return sendProblems(response, 422, [{ field: 'type', message: 'is not known to this version' }]);
    const result = await testChannel(channel, { send: sender.send, now: clock() });
    if (!result.ok) return sendProblems(response, 422, [{ field: 'channel', message: result.reason }]);
    response.json({ sent: id });
  });
  return router;
}

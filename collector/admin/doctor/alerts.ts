/** The part of the doctor that looks after those who look after us: alert channels that can't be told. Pure. */
import type { ChannelType } from '../../configuration/alerts/channel-types.ts';
import type { AlertMessage } from '../../model/alerts/alert.ts';
import { describeFinding, type Finding, isoTime, type WriteTime } from './finding.ts';

export function alertFindings(given: {
  channels: readonly { id: string; type: ChannelType; enabled: boolean }[];
  /** Messages that failed and are not sent. */
  troubled: readonly AlertMessage[];
  /** Conditions that hold. */
  open: readonly { title: string }[];
  time: WriteTime;
}): Finding[] {
  const { channels, troubled, open, time } = given;
  const area = 'alerts';
  if (channels.length === 0)
    return [describeFinding({ area, level: 'ok', said: 'alerts.nobody', mend: 'alerts.nobody' })];
  const failing = channels.flatMap(({ id, enabled }): Finding[] => {
    const own = troubled.filter(({ channel }) => channel === id);
    const [first] = own;
    const latest = own.at(-1);
    if (!enabled || !first || !latest) return [];
    const values = { count: own.length, since: isoTime(first.createdAt), said: latest.reason };
    const mend = ['alerts.failed', { channel: id }] as const;
    return [
      describeFinding({ area: `alert channel ${id}`, level: 'fail', said: ['alerts.failed', values], mend }, time),
    ];
  });
  if (failing.length > 0) return failing;
  const names = channels.map(({ id, enabled }) => (enabled ? id : `${id} (off)`)).join(', ');
  const titles = open.map(({ title }) => title).join('; ');
  return [
    describeFinding({
      ...{ area, level: 'ok' },
      said: [
        ['alerts.ok', { names }],
        ...(open.length === 0 ? [] : ([['alerts.told', { count: open.length, titles }]] as const)),
      ],
    }),
  ];
}

/** The part of the doctor that looks after those who look after us: alert channels that can't be told. Pure. */
import type { ChannelType } from '../../configuration/alerts/channel-types.ts';
import { countOf } from '../../lib/text/count.ts';
import type { AlertMessage } from '../../model/alerts/alert.ts';
import type { Finding } from './finding.ts';

export function alertFindings(given: {
  channels: readonly { id: string; type: ChannelType; enabled: boolean }[];
  /** Messages that failed and are not sent. */
  troubled: readonly AlertMessage[];
  /** Conditions that hold. */
  open: readonly { title: string }[];
  time: (at: number) => string;
}): Finding[] {
  const { channels, troubled, open, time } = given;
  const area = 'alerts';
  if (channels.length === 0)
    return [
      {
        ...{ area, level: 'ok', message: 'Nobody is told when something needs a person.' },
        fix: 'Tell somebody: clickthread alert add ops --type email (or webhook, slack)',
      },
    ];
  const failing = channels.flatMap(({ id, enabled }): Finding[] => {
    const own = troubled.filter(({ channel }) => channel === id);
    const [first] = own;
    const latest = own.at(-1);
    if (!enabled || !first || !latest) return [];
    return [
      {
        ...{ area: `alert channel ${id}`, level: 'fail' },
        message: `${countOf(own.length, 'message')} since ${time(first.createdAt)} not delivered: ${latest.reason}`,
        fix: `Mend its settings, then: clickthread alert test ${id}`,
      },
    ];
  });
  if (failing.length > 0) return failing;
  const named = channels.map(({ id, enabled }) => (enabled ? id : `${id} (off)`)).join(', ');
  const holding =
    open.length === 0
      ? ''
      : `; ${countOf(open.length, 'condition')} told: ${open.map(({ title }) => title).join('; ')}`;
  return [{ area, level: 'ok', message: `${named}${holding}` }];
}

/**
 * The words of one notice: a line for a subject, and a text for a person. Several messages to one channel become one notice. What strangers and
 * vendors said in it shows what can't be seen, and begins no line of its own in a subject. Pure.
 */
import type { AlertMessage } from '../model/alerts/alert.ts';
import { escapeCell, escapeUnprintable } from '../../wire/text/printable.ts';
import { countOf } from '../lib/text/count.ts';

export interface Notice {
  title: string;
  text: string;
}

export function composeNotice(
  messages: readonly AlertMessage[],
  /** How a time is written for whoever reads it. */
  time: (at: number, site: string | null) => string,
): Notice {
  const text = messages.map((message) => blockOf(message, time)).join('\n\n');
  const [only] = messages;
  if (messages.length === 1 && only) return { title: titleOf(only), text };
  const raised = messages.filter(({ phase }) => phase === 'raised').length;
  const over = messages.length - raised;
  const parts = [
    ...(raised > 0 ? [`${countOf(raised, 'thing')} ${raised === 1 ? 'needs' : 'need'} you`] : []),
    ...(over > 0 ? [`${over} all right again`] : []),
  ];
  return { title: parts.join(', '), text };
}

function titleOf({ phase, title: given }: AlertMessage): string {
  const title = escapeCell(given);
  return phase === 'over' ? `All right again: ${title}` : title;
}

function blockOf(message: AlertMessage, time: (at: number, site: string | null) => string): string {
  const { phase, text, since, site } = message;
  const when = phase === 'test' ? '' : `Since ${time(since, site)}.`;
  return [titleOf(message), ...(phase === 'over' ? [] : [escapeUnprintable(text)]), when]
    .filter((line) => line !== '')
    .join('\n');
}

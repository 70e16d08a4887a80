/** Words that somebody else wrote: an order's number, a vendor's answer. They can't steer the page, nor pretend to be other words. */
import { escapeUnprintable } from '../../wire/text/printable.ts';

/** Isolated from the direction of what stands around it; what can't be seen is written out. */
export function Said({ text, code = false }: { text: string | null | undefined; code?: boolean }) {
  if (text === null || text === undefined || text === '') return <>–</>;
  const shown = escapeUnprintable(text);
  return code ? <code dir="ltr">{shown}</code> : <bdi>{shown}</bdi>;
}

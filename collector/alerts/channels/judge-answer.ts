/** How an HTTP answer to a notice is judged and said. Pure. */
import type { SendResult } from '../../outbound/send.ts';

/** The host is said, never the address: its path may be a secret. */
export function judgeAnswer(sent: SendResult, url: string): { ok: true } | { ok: false; reason: string } {
  if (!sent.ok) return { ok: false, reason: sent.message };
  const { status } = sent.response;
  if (status >= 200 && status < 300) return { ok: true };
  return { ok: false, reason: `${new URL(url).hostname} answered ${status}` };
}

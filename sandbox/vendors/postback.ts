/** Any network that takes a postback, in the sandbox: accepts every method and path, records it, and answers as it is told. */
import { readFields } from '../exchange.ts';
import { maskFields, maskPairs } from '../mask.ts';
import type { Exchange, Reply } from '../reply.ts';
import { maskedTarget } from '../request-log.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Postback {
  at: string;
  method: string;
  path: string;
  fields: Record<string, unknown>;
  contentType: string;
  body: string;
  duplicates: number;
}

export const postback: VendorFactory = (): Vendor => {
  const settings = createSettings(
    {
      status: 200,
      body: 'OK',
      contentType: 'text/plain; charset=utf-8',
      /** `tune` answers 200 always and tells in the body, as TUNE does: https://support.tune.com/hc/en-us/articles/4413247665431 */
      style: 'plain',
      /** Name of the field that must be unique, such as `transaction_id`; empty records every request. */
      dedupeBy: '',
    },
    { style: ['plain', 'tune'] },
  );
  const rules = settings.now;
  const postbacks = new Map<string, Postback>();
  const counts = { duplicates: 0, refused: 0 };
  let received = 0;

  function record(exchange: Exchange): 'new' | 'duplicate' | 'incomplete' {
    const { method, search, body, headers, at } = exchange;
    const contentType = headers['content-type'] ?? '';
    const isForm = contentType.startsWith('application/x-www-form-urlencoded');
    const fields = maskFields(readFields(search, body, contentType));
    received += 1;
    const unique = rules.dedupeBy === '' ? `\n${received}` : uniqueValue(fields, rules.dedupeBy);
    if (unique === undefined) {
      counts.refused += 1;
      return 'incomplete';
    }
    const known = postbacks.get(unique);
    if (known) {
      known.duplicates += 1;
      counts.duplicates += 1;
      return 'duplicate';
    }
    postbacks.set(unique, {
      at: new Date(at).toISOString(),
      method,
      path: maskedTarget(exchange),
      fields,
      contentType,
      body: isForm ? maskPairs(body) : body,
      duplicates: 0,
    });
    return 'new';
  }

  function reply(result: 'new' | 'duplicate' | 'incomplete'): Reply {
    const text = (status: number, body: string): Reply => ({
      status,
      headers: { 'content-type': rules.contentType },
      body,
    });
    if (rules.style === 'plain') return result === 'incomplete' ? text(400, 'ERROR') : text(rules.status, rules.body);
    if (result === 'new') return text(200, 'success=true;');
    const why = result === 'duplicate' ? 'Duplicate conversion' : 'Invalid Trans. ID #';
    return text(200, `success=false; err_msg=${why};`);
  }

  return {
    name: 'postback',
    title: 'Postback',
    about:
      'Takes any request as a network’s postback. Settings choose its status, its body, TUNE’s way of answering, and the field that must be unique.',
    columns: ['at', 'method', 'path', 'fields', 'duplicates'],
    settings,
    handle: (exchange) => reply(record(exchange)),
    recorded: () => [...postbacks.values()],
    counts: () => ({ postbacks: postbacks.size, ...counts }),
    reset() {
      postbacks.clear();
      received = 0;
      Object.assign(counts, { duplicates: 0, refused: 0 });
    },
  };
};

/** From the query, the form, or the top level of a JSON body. */
function uniqueValue(fields: Record<string, unknown>, name: string): string | undefined {
  const json = fields['json'];
  const inner = typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[name] : undefined;
  const value = fields[name] ?? inner;
  return value === undefined || value === '' ? undefined : String(value);
}

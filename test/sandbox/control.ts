/** The control API of a sandbox, as the tests of its vendors use it. */
import type { Sandbox } from '../../sandbox/server.ts';

export interface VendorState {
  counts: Record<string, number>;
  settings: Record<string, unknown>;
  script: object[];
  recorded: Record<string, unknown>[];
  received: {
    method: string;
    path: string;
    headers: Record<string, string>;
    body: string;
    fields: unknown;
    answer: unknown;
  }[];
}

export function controlOf(sandbox: () => Sandbox, vendor: string) {
  const url = () => `${sandbox().url}/sandbox/api/${vendor}`;
  const post = (verb: string, body: unknown) =>
    fetch(`${url()}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    state: async () => (await (await fetch(url())).json()) as VendorState,
    script: (answers: unknown, rest: object = {}) => post('script', { answers, ...rest }),
    settings: (values: unknown) => post('settings', values),
    reset: () => fetch(url(), { method: 'DELETE' }),
    post,
  };
}

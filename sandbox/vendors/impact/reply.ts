/** impact.com's answers: JSON when asked for, XML otherwise, and the two casings its documents give for a refusal. */
import type { Problem } from '../../../wire/problem.ts';
import { escapeHtml } from '../../html.ts';
import type { Exchange, Reply } from '../../reply.ts';

/** The same value as JSON or, unless the caller accepts JSON, as XML under `ImpactRadiusResponse`. */
export function answerAs(exchange: Exchange, status: number, value: Record<string, unknown>): Reply {
  if ((exchange.headers['accept'] ?? '').includes('application/json')) {
    return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
  }
  const body = `<?xml version="1.0" encoding="UTF-8"?><ImpactRadiusResponse>${xml(value)}</ImpactRadiusResponse>`;
  return { status, headers: { 'content-type': 'text/xml; charset=utf-8' }, body };
}

export function failure(exchange: Exchange, status: number, message: string): Reply {
  return answerAs(exchange, status, { Status: 'ERROR', Message: message });
}

/** OpenAPI says `errors[{field,level,message}]`, the general pages `Errors[{Field,Message}]` beside a `Message`. */
export function refusal(exchange: Exchange, problems: Problem[], casing: string): Reply {
  if (casing === 'upper') {
    const Errors = problems.map(({ field, message }) => ({ Field: field, Message: message }));
    return answerAs(exchange, 400, { Status: 'ERROR', Message: 'Validation Failed', Errors });
  }
  const errors = problems.map(({ field, message }) => ({ field, level: 'error', message: `${field} ${message}` }));
  return answerAs(exchange, 400, { Status: 'ERROR', errors });
}

function xml(value: unknown): string {
  if (Array.isArray(value)) return value.map((entry) => `<Entry>${xml(entry)}</Entry>`).join('');
  if (typeof value !== 'object' || value === null) return escapeHtml(value ?? '');
  return Object.entries(value)
    .map(([name, inner]) => `<${name.replace(/^@/, '')}>${xml(inner)}</${name.replace(/^@/, '')}>`)
    .join('');
}

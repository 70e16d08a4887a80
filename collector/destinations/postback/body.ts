/** Generic postback: the body in the encoding that its content type asks for. */
import { fillJson, fillPairs, fillText, type Filling } from '../../kit/template.ts';

export const bodyTypes: Record<string, string> = {
  form: 'application/x-www-form-urlencoded',
  json: 'application/json',
  text: 'text/plain; charset=utf-8',
};

export function fillBody(template: string, contentType: unknown, filling: Filling): string {
  if (contentType === 'json') return fillJson(template, filling);
  if (contentType === 'form') return fillPairs(template, filling);
  return fillText(template, filling) ?? '';
}

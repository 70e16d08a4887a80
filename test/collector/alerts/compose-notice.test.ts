import { expect, test } from 'vitest';
import { composeNotice } from '../../../collector/alerts/compose-notice.ts';
import type { AlertMessage } from '../../../collector/model/alerts/alert.ts';

const message = (more: object): AlertMessage =>
  ({
    phase: 'raised',
    title: 'impact is held',
    text: 'It answered 401.',
    since: 0,
    site: 'shop',
    ...more,
  }) as AlertMessage;
const time = (): string => 'noon';

test.each([
  ['line breaks', 'held\r\nBcc: somebody@else.example', /^held\S*Bcc: somebody@else\.example$/],
  ['marks that turn the writing round', 'held \u202eelpmaxe\u2066', /^held <?\\?\S*202[eE]\S*elpmaxe\S*2066\S*$/],
  ['signs that steer a terminal', 'held \u001b[31m\u009b2J', /^held \S*1[bB]\S*\[31m\S*9[bB]\S*2J$/],
])('%s of strangers and vendors are shown, not obeyed', (_what, words, shown) => {
  const { title, text } = composeNotice([message({ title: words, text: words })], time);
  expect(title).toMatch(shown);
  expect(title + text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
});

test('lines of a text stay lines', () => {
  expect(composeNotice([message({ text: 'One.\nTwo.' })], time).text).toBe('impact is held\nOne.\nTwo.\nSince noon.');
});

import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { keepScalarsAsWritten } from '../../../../collector/lib/text/yaml.ts';

const read = (text: string): unknown => {
  const document = parseDocument(text);
  keepScalarsAsWritten(document);
  return document.toJS();
};

test.each<[string, unknown]>([
  ['00045', '00045'],
  ['1e3', '1e3'],
  ['0x10', '0x10'],
  ['0o17', '0o17'],
  ['1.10', '1.10'],
  ['+45', '+45'],
  ['-0', '-0'],
  ['12345678901234567890', '12345678901234567890'],
  ['.inf', '.inf'],
  ['45', 45],
  ['1.5', 1.5],
  ['-7', -7],
  ['"45"', '45'],
  ["'00045'", '00045'],
  ['!!int 0x10', 16],
  ['true', true],
  ['~', null],
])('%s is read as %j', (written, value) => expect(read(`{ id: ${written} }`)).toEqual({ id: value }));

test('names of keys and entries of lists are kept, too', () => {
  expect(read('coupons: { 00123: { connection: impact } }\nlist: [007, 8]')).toEqual({
    coupons: { '00123': { connection: 'impact' } },
    list: ['007', 8],
  });
});

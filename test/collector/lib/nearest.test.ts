import { expect, test } from 'vitest';
import { nearestWord } from '../../../collector/lib/nearest.ts';

test.each([
  ['tset', ['test', 'set', 'list'], 'test'],
  ['conections', ['connections', 'consent', 'currency'], 'connections'],
  ['impct', ['impact', 'apifon'], 'impact'],
  ['site', ['sites'], 'sites'],
  ['Domains', ['domains'], 'domains'],
  ['colour', ['consent', 'currency', 'tag'], undefined],
  ['xyz', ['id', 'tag'], undefined],
  ['', ['id', 'tag'], undefined],
])('%s of %j is %s', (word, known, meant) => expect(nearestWord(word, known)).toBe(meant));

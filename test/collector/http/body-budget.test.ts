/** Bodies that are being read: together they are bounded, and where room is short the largest one goes, never a small one. */
import { expect, test } from 'vitest';
import { type BodyShare, createBodyBudget } from '../../../collector/http/body-budget.ts';

function open(most: number) {
  const budget = createBodyBudget(most);
  const gone: string[] = [];
  return { gone, begin: (name: string): BodyShare => budget.begin(() => void gone.push(name)) };
}

test('who sends slowly takes what it has sent: any number may wait', () => {
  const { gone, begin } = open(100);
  const slow = Array.from({ length: 100 }, (_, n) => begin(`slow ${n}`));
  for (const share of slow) share.add(1);
  expect(gone).toEqual([]);
});

test('the largest goes for a smaller one, once, and makes its room free', () => {
  const { gone, begin } = open(100);
  const [large, middle] = [begin('large'), begin('middle')];
  large.add(60);
  middle.add(40);
  begin('small').add(10);
  expect(gone).toEqual(['large']);
  large.add(1000);
  large.end();
  begin('another').add(45);
  expect(gone).toEqual(['large']);
});

test('who would be the largest goes itself', () => {
  const { gone, begin } = open(100);
  for (const name of ['a', 'b']) begin(name).add(45);
  const late = begin('late');
  late.add(10);
  late.add(50);
  expect(gone).toEqual(['late']);
});

test('what has been read whole is not given up, and counts until it ends', () => {
  const { gone, begin } = open(100);
  const whole = begin('whole');
  whole.add(100);
  whole.complete();
  begin('early').add(1);
  whole.end();
  begin('later').add(1);
  expect(gone).toEqual(['early']);
});

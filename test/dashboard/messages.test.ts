import { describe, expect, test } from 'vitest';
import { el } from '../../dashboard/messages/el.ts';
import { en } from '../../dashboard/messages/en.ts';
import { sourcesIn } from '../harness/source-files.ts';

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).toSorted();

describe('the words in Greek', () => {
  test('are those that there are in English, in the same order', () => {
    expect(Object.keys(el)).toEqual(Object.keys(en));
  });

  test.each(Object.entries(en))('%s says the same things', (word, text) => {
    const other = el[word as keyof typeof en];
    expect(placeholders(other)).toEqual(placeholders(text));
    expect(other.trim()).not.toBe('');
  });

  test('are Greek', () => {
    const latin = Object.entries(el).filter(
      ([word, text]) => !/[\u0370-\u03ff\u1f00-\u1fff]/.test(text) && word !== 'order.took',
    );
    expect(latin).toEqual([]);
  });
});

test('every word is used, and every word that a page says is there', () => {
  const text = sourcesIn('dashboard')
    .filter(({ path }) => !path.startsWith('dashboard/messages/'))
    .map((file) => file.text)
    .join('\n');
  const said = new Set([...text.matchAll(/['"`]([a-zA-Z]+(?:\.[a-zA-Z]+)*)['"`]/g)].map(([, word]) => word));
  // What is put together from a group and a name of the collector's.
  const groups = [
    ...text.matchAll(/sayOf\(\s*['"]([\w.]+)['"]/g),
    ...text.matchAll(/group(?: = '|=")([\w.]+)['"]/g),
    ...text.matchAll(/`([\w.]+)\.\$\{/g),
  ];
  const names = [...new Set(groups.map(([, group]) => group!))];
  const unused = Object.keys(en).filter(
    (word) => !said.has(word) && !names.some((name) => word.startsWith(`${name}.`)),
  );
  expect(unused).toEqual([]);
});

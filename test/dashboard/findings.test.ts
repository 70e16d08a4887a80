import { beforeAll, describe, expect, test, vi } from 'vitest';
import { CLICK_WORDS, FINDING_WORDS, MEND_WORDS } from '../../wire/admin/finding-words.ts';
import { fillWords } from '../../wire/admin/saying.ts';
import { elAreas, elFindings, elMends } from '../../dashboard/messages/el/findings.ts';
import { el } from '../../dashboard/messages/el.ts';
import { en } from '../../dashboard/messages/en.ts';
import { sourcesIn } from '../harness/source-files.ts';

beforeAll(() => {
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal('document', { documentElement: {} });
  vi.stubGlobal('navigator', { language: 'el', languages: ['el'] });
});

const places = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!))];
/** A place that only some languages need may be left out; none may be invented. */
const isPart = (some: string, of: string): boolean => places(some).every((name) => places(of).includes(name));
const clicks: Readonly<Record<string, string>> = { ...MEND_WORDS, ...CLICK_WORDS };

describe('what the doctor finds, in Greek', () => {
  test('is what it finds in English, and what to do about it', () => {
    expect(Object.keys(elFindings).toSorted()).toEqual(Object.keys(FINDING_WORDS).toSorted());
    expect(Object.keys(elMends).toSorted()).toEqual(Object.keys(MEND_WORDS).toSorted());
  });

  test.each(Object.entries(FINDING_WORDS))('%s says the same values', (code, english) => {
    const greek = elFindings[code as keyof typeof elFindings];
    expect(places(greek).toSorted()).toEqual(places(english).toSorted());
    expect(greek.split('|')).toHaveLength(english.split('|').length);
    if (/[a-z]/i.test(english.replaceAll(/\{\w+\}/g, ''))) expect(greek).toMatch(/[α-ωΑ-Ω]/);
  });

  test.each(Object.entries(clicks))('%s is mended with the same values', (code, english) => {
    expect(isPart(elMends[code as keyof typeof elMends], english)).toBe(true);
    expect(elMends[code as keyof typeof elMends]).toMatch(/[α-ωΑ-Ω]/);
  });

  test('names every kind of thing that is looked at', () => {
    const source = sourcesIn('collector/admin/doctor')
      .map(({ text }) => text)
      .join('\n');
    const areas = [...source.matchAll(/\barea(?::| =) (?:'([^']+)'|`([^`]+)`)/g)].map(([, plain, filled]) =>
      (plain ?? filled!).replaceAll(/\$\{[^}]+\}/g, 'x'),
    );
    const known = elAreas.map(([english]) => english.replaceAll(/\{\w+\}/g, 'x'));
    expect(areas.filter((area) => !known.includes(area.replace('x/x', 'x')))).toEqual([]);
  });
});

test('every code is said somewhere, and every mending is advised', () => {
  const source = [...sourcesIn('collector/admin/doctor'), ...sourcesIn('collector/cli/commands')]
    .map(({ text }) => text)
    .join('\n');
  const isNamed = (code: string): boolean =>
    source.includes(`'${code}'`) || source.includes(`\`${code.replace(/[^.]+$/, '')}$`) || source.includes(`}.none\``);
  expect([...Object.keys(FINDING_WORDS), ...Object.keys(MEND_WORDS)].filter((code) => !isNamed(code))).toEqual([]);
});

test('in the dashboard no advice sends anybody to a prompt who can press a button, and each button that it names is there', () => {
  const typed = Object.entries(clicks).filter(([, text]) =>
    /clickthread [a-z]+/.test(text.replace(/clickthread doctor --agree-time/, '')),
  );
  // What is about the machine itself, where no dashboard reaches.
  expect(typed.map(([code]) => code)).toEqual(['collector.away', 'data.toMigrate']);
  const quoted = (text: string, marks: RegExp): string[] => [...text.matchAll(marks)].map(([, words]) => words!);
  expect(
    Object.values(CLICK_WORDS)
      .flatMap((text) => quoted(text, /“([^”]+)”/g))
      .filter((words) => !Object.values(en).includes(words as never)),
  ).toEqual([]);
  const inGreek = Object.keys(CLICK_WORDS).flatMap((code) =>
    quoted(elMends[code as keyof typeof elMends], /«([^»]+)»/g),
  );
  expect(inGreek.filter((words) => !Object.values(el).includes(words))).toEqual([]);
});

test('a number decides between one and several, times are written by the reader, and a value cannot bring a place of its own', () => {
  const words = '{count} order since {at} of {site}|{count} orders since {at} of {site}';
  const time = (at: string): string => at.slice(0, 4);
  expect(fillWords(words, { count: 1, at: '2026-11', site: '{count}' }, { time })).toBe(
    '1 order since 2026 of {count}',
  );
  expect(fillWords(words, { count: 2, at: '2026-11', site: 'a|b' }, { time })).toBe('2 orders since 2026 of a|b');
});

test('a finding of a collector that is newer than the page is shown in its own words', async () => {
  const { sayFinding } = await import('../../dashboard/state/finding-words.ts');
  const { setLanguage } = await import('../../dashboard/state/words.ts');
  await setLanguage('el');
  const words = { said: elFindings, mend: elMends, areas: elAreas, between: '· ' };
  const finding = { area: 'site shop', level: 'warn', message: 'as it is', fix: 'do it' } as const;
  expect(sayFinding({ ...finding, said: [{ code: 'of.tomorrow', given: {} }] }, words, undefined)).toMatchObject({
    area: 'κατάστημα shop',
    message: 'as it is',
    fix: 'do it',
  });
  const said = [{ code: 'quarantine.some', given: { site: 'shop', count: 1 } }];
  expect(sayFinding({ ...finding, said }, words, undefined).message).toBe('1 απορριφθείσα παραγγελία του shop');
});

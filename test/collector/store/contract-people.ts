/** People, links and sessions: a link works once, a session ends for good, and each deed is logged with what it did or not at all. */
import { beforeEach, afterEach, expect, test } from 'vitest';
import type { Person, Session } from '../../../collector/model/people/person.ts';
import type { Stores } from '../../../collector/store/store.ts';
import type { EngineUnderTest } from './contract.ts';
import { deedAt, NOON } from './rows.ts';

const HOUR = 3_600_000;
const ana: Person = { name: 'Ana', role: 'operator', sites: ['shop'], createdAt: NOON, signedInAt: null };
const link = (hash: string, person = 'Ana', expiresAt = NOON + HOUR) => ({ hash, person, expiresAt });
const opened = (id: string, hash: string, at = NOON): Omit<Session, 'person'> & { hash: string } => ({
  ...{ id, hash, createdAt: at, seenAt: at, rotatedAt: at, agent: 'a browser' },
});

export function peopleContract(engine: EngineUnderTest): void {
  let store: Stores;
  beforeEach(async () => {
    store = await engine.open();
    await store.addPerson(ana, link('first'), deedAt(NOON, 'person add'));
  });
  afterEach(() => store.close());
  const logged = async (): Promise<string[]> => (await store.auditLog({ limit: 50 })).map(({ action }) => action);

  test('a name is one person; what was refused is not logged', async () => {
    expect(await store.addPerson({ ...ana, role: 'owner' }, link('second'), deedAt(NOON, 'again'))).toBe(false);
    await store.addPerson({ ...ana, name: 'Aaron', sites: null }, link('third', 'Aaron'), deedAt(NOON, 'person add'));
    expect(await store.people()).toEqual([{ ...ana, name: 'Aaron', sites: null }, ana]);
    expect(await store.changePerson({ name: 'Ana', role: 'viewer', sites: null }, deedAt(NOON, 'change'))).toBe(true);
    expect(await store.changePerson({ name: 'Nobody', role: 'viewer', sites: null }, deedAt(NOON, 'no'))).toBe(false);
    expect((await store.people())[1]).toEqual({ ...ana, role: 'viewer', sites: null });
    expect(await store.signIn('second', opened('s', 'h')), 'the link of a refused person').toBeUndefined();
    expect(await logged()).toEqual(['change', 'person add', 'person add']);
  });

  test('a link works once and for its time; a newer one ends the older', async () => {
    expect(await store.signIn('first', opened('s1', 'cookie-1'))).toMatchObject({ name: 'Ana', signedInAt: NOON });
    expect(await store.signIn('first', opened('s2', 'cookie-2'))).toBeUndefined();
    await store.addLink(link('old'), deedAt());
    await store.addLink(link('new'), deedAt());
    expect(await store.signIn('old', opened('s3', 'cookie-3'))).toBeUndefined();
    expect(await store.signIn('new', opened('s4', 'cookie-4', NOON + HOUR + 1)), 'too late').toBeUndefined();
    expect(await store.addLink(link('lost', 'Nobody'), deedAt(NOON, 'lost'))).toBe(false);
    expect(await logged()).not.toContain('lost');
    expect((await store.sessions()).map(({ id }) => id)).toEqual(['s1']);
  });

  test('a session is found by its cookie: the current one, the next one, and one that is spent', async () => {
    await store.signIn('first', opened('s1', 'cookie-1'));
    expect(await store.findSession('cookie-1')).toMatchObject({
      as: 'current',
      session: { id: 's1' },
      person: { name: 'Ana' },
    });
    await store.keepSession('s1', { seenAt: NOON + 5, next: 'cookie-2' });
    expect(await store.findSession('cookie-2')).toMatchObject({ as: 'next' });
    expect(await store.findSession('cookie-1')).toMatchObject({ as: 'current', session: { seenAt: NOON + 5 } });
    await store.rotateSession('s1', NOON + 10);
    expect(await store.findSession('cookie-2')).toMatchObject({ as: 'current', session: { rotatedAt: NOON + 10 } });
    expect(await store.findSession('cookie-1')).toMatchObject({ as: 'spent', spentAt: NOON + 10 });
    expect(await store.findSession('unknown')).toBeUndefined();
  });

  test('ended is ended, logged once, and removing a person ends all that is theirs', async () => {
    await store.signIn('first', opened('s1', 'cookie-1'));
    expect(await store.endSession('s1', deedAt(NOON, 'end'))).toBe(true);
    expect(await store.endSession('s1', deedAt(NOON, 'end'))).toBe(false);
    expect(await store.findSession('cookie-1')).toBeUndefined();
    expect((await logged()).filter((action) => action === 'end')).toHaveLength(1);

    await store.addLink(link('more'), deedAt());
    await store.signIn('more', opened('s2', 'cookie-2'));
    await store.addLink(link('open'), deedAt());
    expect(await store.removePerson('Ana', deedAt(NOON, 'remove'))).toBe(true);
    expect(await store.removePerson('Ana', deedAt(NOON, 'remove'))).toBe(false);
    expect([await store.people(), await store.sessions()]).toEqual([[], []]);
    expect(await store.findSession('cookie-2')).toBeUndefined();
    expect(await store.signIn('open', opened('s3', 'cookie-3'))).toBeUndefined();
  });

  test('a link to one story is found by its hash and site, ends once, and goes with its time', async () => {
    const made = (hash: string, madeAt = NOON, orderId = 'A-1') => ({
      ...{ hash, site: 'shop', orderId, connection: 'impact', madeBy: 'Ana', madeAt, expiresAt: madeAt + HOUR },
    });
    await store.addStoryLink(made('one'), deedAt(NOON, 'share'));
    await store.addStoryLink(made('two', NOON + 1), deedAt(NOON, 'share'));
    await store.addStoryLink(made('other', NOON, 'A-2'), deedAt(NOON, 'share'));
    expect(await store.findStoryLink('shop', 'one')).toEqual(made('one'));
    expect(await store.findStoryLink('elsewhere', 'one')).toBeUndefined();
    expect((await store.storyLinks('shop', 'A-1')).map(({ hash }) => hash)).toEqual(['two', 'one']);
    expect(await store.endStoryLink('shop', 'one', deedAt(NOON, 'unshare'))).toBe(true);
    expect(await store.endStoryLink('shop', 'one', deedAt(NOON, 'unshare'))).toBe(false);
    expect(await store.findStoryLink('shop', 'one')).toBeUndefined();
    expect(await logged()).toEqual(['unshare', 'share', 'share', 'share', 'person add']);
    await store.addStoryLink(made('late', NOON + 2 * HOUR), deedAt(NOON, 'share'));
    expect((await store.storyLinks('shop', 'A-1')).map(({ hash }) => hash)).toEqual(['late']);
  });
}

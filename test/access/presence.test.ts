import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Passing, type Presence, pass } from '../../src/access/presence.ts';
import { putPresence, readPresence, stayAt, withSession } from '../../src/access/presence-store.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';

const nowhere: Presence = { estateId: 'e', credentialId: 'c', householdId: 'h', leftAtMs: {} };

/** Somebody's comings and goings, each a while after the one before. */
const walks = fc
  .array(
    fc.tuple(
      fc.constantFrom('garage', 'shed'),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 1000 }),
    ),
    { maxLength: 6 },
  )
  .map((visits) => {
    let atMs = 0;
    return visits.flatMap(([facilityId, awayMs, stayMs], index): Passing[] => {
      const enteredAtMs = atMs + awayMs;
      atMs = enteredAtMs + stayMs;
      return [
        { identity: `in-${index}`, facilityId, direction: 'in', atMs: enteredAtMs },
        { identity: `out-${index}`, facilityId, direction: 'out', atMs },
      ];
    });
  });

const told = (passings: readonly Passing[]) =>
  passings.reduce((where, passing) => pass(where, passing).after, nowhere);

test('whoever came in and went out, in whatever order it is told, is where the last door says', () => {
  fc.assert(
    fc.property(walks, fc.boolean(), fc.array(fc.nat(1000)), (walk, stillInside, order) => {
      const passings = stillInside ? walk.slice(0, -1) : walk;
      const shuffled = passings
        .map((passing, index) => ({ passing, place: order[index] ?? index }))
        .sort((a, b) => a.place - b.place)
        .map(({ passing }) => passing);
      expect(told(shuffled).open).toEqual(told(passings).open);
      expect(told(passings).open?.stayId).toBe(
        passings.at(-1)?.direction === 'in' ? passings.at(-1)?.identity : undefined,
      );
    }),
  );
});

test('told twice changes nothing more', () => {
  fc.assert(
    fc.property(walks, (walk) => {
      expect(told([...walk, ...walk]).open).toEqual(told(walk).open);
    }),
  );
});

test('a second coming in without a going out ends the first stay, and says that nobody saw it', () => {
  const first: Passing = { identity: 'a', facilityId: 'garage', direction: 'in', atMs: 1 };
  const { passed } = pass(told([first]), { ...first, identity: 'b', atMs: 2 });
  expect(passed).toMatchObject({ outcome: 'entered', unseenLeaving: { stayId: 'a' } });
});

test('in and out within one millisecond, told in either order, leave nobody inside', () => {
  const into: Passing = { identity: 'a', facilityId: 'garage', direction: 'in', atMs: 5 };
  const out: Passing = { ...into, identity: 'b', direction: 'out' };
  expect(pass(told([into]), out).passed).toMatchObject({
    outcome: 'left',
    stay: { stayId: 'a', leftAtMs: 5 },
  });
  expect(pass(told([out]), into).passed).toMatchObject({
    outcome: 'entered-and-left',
    stay: { stayId: 'a', leftAtMs: 5 },
  });
  for (const passings of [
    [into, out],
    [out, into],
  ])
    expect(told(passings).open).toBeUndefined();
});

test('the same leaving told twice is one', () => {
  const into: Passing = { identity: 'a', facilityId: 'garage', direction: 'in', atMs: 5 };
  const out: Passing = { ...into, identity: 'b', direction: 'out', atMs: 9 };
  expect(pass(told([into, out]), out).passed).toEqual({ outcome: 'overtaken' });
});

test('of two comings in within one millisecond the one told last counts', () => {
  const into: Passing = { identity: 'a', facilityId: 'garage', direction: 'in', atMs: 5 };
  expect(told([into, { ...into, identity: 'b' }]).open?.stayId).toBe('b');
});

test('a way out elsewhere, or before the coming in, ends no stay', () => {
  const into: Passing = { identity: 'a', facilityId: 'garage', direction: 'in', atMs: 5 };
  for (const out of [
    { ...into, identity: 'b', direction: 'out' as const, facilityId: 'shed', atMs: 9 },
    { ...into, identity: 'b', direction: 'out' as const, atMs: 4 },
  ]) {
    const { after, passed } = pass(told([into]), out);
    expect(passed).toEqual({ outcome: 'left-without-entering' });
    expect(after.open?.stayId).toBe('a');
    expect(after.leftAtMs).toEqual({ [out.facilityId]: out.atMs });
  }
});

test('only a stay during which something was charged is kept after its end, and is looked at at once', () => {
  const into: Passing = { identity: 'a', facilityId: 'garage', direction: 'in', atMs: 5 };
  const out: Passing = { ...into, identity: 'b', direction: 'out', atMs: 9 };
  const inside = told([into]);
  expect(pass(inside, out).after).not.toHaveProperty('ended');
  expect(pass(inside, out).after).not.toHaveProperty('dueAtMs');
  const sessions = [{ sessionId: 'x', atMs: 6 }];
  const charged = { ...inside, open: { stayId: 'a', facilityId: 'garage', enteredAtMs: 5, sessions } };
  const earlier = { stayId: 'z', facilityId: 'shed', enteredAtMs: 1, leftAtMs: 2, sessions };
  expect(pass({ ...charged, ended: [earlier] }, out).after).toMatchObject({
    ended: [{ stayId: 'z' }, { stayId: 'a', leftAtMs: 9, sessions }],
    dueAtMs: 9,
  });
});

test('a session is noted in the stay at its own facility, after those before, and in no other', async () => {
  const table = memoryTable();
  const of = { estateId: 'e', credentialId: 'c', householdId: 'h' };
  const at = (facilityId: string, credentialId = 'c') => stayAt(table, 'e', credentialId, facilityId);
  expect([await readPresence(table, of), await at('garage')]).toEqual([nowhere, undefined]);
  const stay = { stayId: 'a', facilityId: 'garage', enteredAtMs: 5 };
  await table.commit([putPresence({ ...nowhere, open: stay })]);
  expect(await at('garage')).toEqual({ stay, presence: { ...nowhere, open: stay, version: 1 } });
  expect([await at('shed'), await at('garage', 'another')]).toEqual([undefined, undefined]);
  for (const [sessionId, atMs] of [
    ['first', 6],
    ['second', 7],
  ] as const) {
    const found = await at('garage');
    if (found !== undefined) await table.commit([withSession(found, sessionId, atMs)]);
  }
  const sessions = [
    { sessionId: 'first', atMs: 6 },
    { sessionId: 'second', atMs: 7 },
  ];
  expect(await readPresence(table, of)).toEqual({ ...nowhere, open: { ...stay, sessions }, version: 3 });
  const { after } = pass(await readPresence(table, of), {
    ...{ identity: 'b', facilityId: 'garage', direction: 'out', atMs: 9 },
  });
  await table.commit([putPresence(after)]);
  expect(await at('garage')).toBeUndefined();
  expect(await readPresence(table, of)).toEqual({
    ...{ ...nowhere, leftAtMs: { garage: 9 }, dueAtMs: 9, version: 4 },
    ended: [{ ...stay, sessions, leftAtMs: 9 }],
  });
});

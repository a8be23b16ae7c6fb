import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Passing, pass, type Whereabouts } from '../../../src/devices/access/whereabouts.ts';

const nowhere: Whereabouts = { estateId: 'e', credentialId: 'c', householdId: 'h', leftAtMs: {} };

/** Somebody's comings and goings, each a while after the one before. */
const walks = fc
  .array(
    fc.tuple(
      fc.constantFrom('garage', 'shed'),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 1000 }),
    ),
    {
      maxLength: 6,
    },
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

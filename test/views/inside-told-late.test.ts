import { beforeEach, describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import type { Item, Key, Table } from '../../src/shared/table.ts';
import { insideOf } from '../../src/views/view-of-change.ts';
import { showChange } from '../../src/views/write-view.ts';
import { estateId, type TestEstate, testEstate } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';

// A change that was given up is given back by an operator hours later, when newer ones have long been shown. Found by
// the simulation: it counted people inside who had left, and a fire asks for that number.

let estate: TestEstate;
let entered: Item;
let left: Item;

beforeEach(async () => {
  estate = await testEstate();
  const presence = keys.presence(estateId, 'c1');
  const nobody = {
    ...presence,
    type: 'presence',
    estateId,
    credentialId: 'c1',
    householdId: 'h1',
    leftAtMs: {},
  };
  entered = { ...nobody, open: { stayId: 's1', facilityId: 'garage', enteredAtMs: 1 } };
  left = { ...nobody, leftAtMs: { garage: 2 } };
});

const stands = (item: Item) => estate.table.commit([{ put: item, when: 'always' }]);
const show = (before: Item | undefined, after: Item, table: Table = estate.table) =>
  showChange({ ...estate.backend, table }, estate.backend.publisher, { before, after });
const inside = async (facilityId: string) =>
  (await insideOf(estate.table, estateId, facilityId)).map(({ stayId }) => stayId);

describe('the change of a presence that is shown late', () => {
  test('puts nobody inside who has left since', async () => {
    await stands(left);
    await show(entered, left);
    await show(undefined, entered);
    expect(await inside('garage')).toEqual([]);
  });

  test('takes nobody out who has come again since', async () => {
    const again = { ...left, open: { stayId: 's2', facilityId: 'garage', enteredAtMs: 3 } };
    await stands(again);
    await show(left, again);
    await show(entered, left);
    expect(await inside('garage')).toEqual(['s2']);
  });

  test('ends in the one place where somebody is, whatever the order of several', async () => {
    const elsewhere = { ...left, open: { stayId: 's3', facilityId: 'shed', enteredAtMs: 4 } };
    await stands(elsewhere);
    await show(entered, elsewhere);
    await show(undefined, entered);
    expect([await inside('garage'), await inside('shed')]).toEqual([[], ['s3']]);
  });

  test('leaves nobody where they have been since, though they leave while it is written', async () => {
    const elsewhere = { ...left, open: { stayId: 's3', facilityId: 'shed', enteredAtMs: 4 } };
    await stands(elsewhere);
    await show(entered, elsewhere);
    const isOwn = (keysRead: readonly Key[]) => keysRead.some(({ pk }) => pk === entered.pk);
    const table = interruptedAfter(estate.table, isOwn, async () => {
      await stands(left);
      await show(elsewhere, left);
    });
    await show(undefined, entered, table);
    expect([await inside('garage'), await inside('shed')]).toEqual([[], []]);
  });

  test('is taken back where somebody leaves while it is written', async () => {
    await stands(entered);
    const isOwn = (keysRead: readonly Key[]) => keysRead.some(({ pk }) => pk === entered.pk);
    const table = interruptedAfter(estate.table, isOwn, async () => {
      await stands(left);
      await show(entered, left);
    });
    await show(undefined, entered, table);
    expect(await inside('garage')).toEqual([]);
    const told = estate.published.filter(({ topic }) => topic.endsWith('/stays')).at(-1);
    expect(JSON.parse(Buffer.from(told?.payload ?? []).toString())).toEqual({
      facilityId: 'garage',
      inside: 0,
    });
  });
});

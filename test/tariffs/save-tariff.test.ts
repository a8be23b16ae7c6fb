import { beforeEach, describe, expect, test } from 'vitest';
import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { householdElectricity } from '../../simulator/household-tariff.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { inForce, nextAfter, readTariffs } from '../../src/estate/tariff-store.ts';
import type { Origin } from '../../src/journal/entry.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { noticeMs, saveTariff } from '../../src/tariffs/save-tariff.ts';
import { estateId, eveningMs, type TestEstate, testEstate } from '../support/estate.ts';
import { flat } from '../support/tariffs.ts';

const minuteMs = 60_000;

const next = flat(0, 450, {
  ...{
    tariffVersion: '2026-02',
    effectiveFromMs: eveningMs + 10 * minuteMs,
    electricity: householdElectricity,
  },
});

let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});

function save(tariff: Tariff): Promise<string> {
  return saveTariff(estate.backend, by('manager-1'), tariffSchema.parse(tariff), 1100).catch(
    ({ error, message }) => error ?? message,
  );
}

const provisioned = (record: Parameters<typeof provision>[2]) =>
  provision(estate.backend, { ...by('o'), fact: 'provision' }, record);

const by = (sender: string): Origin => ({
  ...{ estateId, deviceId: 'api', receivedAtMs: estate.clockMs, topic: 'api', sender, fact: '' },
  payload: new Uint8Array(),
});

const name = { zh: '棚', en: 'Shed' };
const shed = { kind: 'facility', facilityId: 'shed', facilityKind: 'shed', name, bays: 10 } as const;
const everything = () => JSON.stringify([...estate.table.all()]);

test('a version of a year that keys of time do not reach is refused: it would stand before all others', () => {
  const far = { ...next, effectiveFromMs: 10_000_000_000_000 };
  expect(tariffSchema.safeParse(far)).toMatchObject({ error: { issues: [{ path: ['effectiveFromMs'] }] } });
});

describe('a version', () => {
  test('is journalled with who saved it, and saved once', async () => {
    expect(await save(next)).toBe('saved');
    const before = everything();
    expect(await save(next)).toBe('stands');
    expect(everything()).toBe(before);
    expect(estate.entries('tariff-saved').map(({ sender, facts }) => [sender, facts['tariff']])).toEqual([
      ['test', expect.objectContaining({ tariffVersion: '2026-01' })],
      ['manager-1', next],
    ]);
    // The estate's first, and this.
    expect((await estate.table.get([keys.tariffCount(estateId)]))[0]).toMatchObject({ saved: 2, version: 2 });
  });

  test('is never changed, nor is its moment taken by another', async () => {
    await save(next);
    const before = everything();
    expect(await save({ ...next, holdFen: 301 })).toBe('tariff-immutable');
    expect(await save({ ...next, effectiveFromMs: next.effectiveFromMs + 1 })).toBe('tariff-immutable');
    expect(await save({ ...next, tariffVersion: '2026-03' })).toBe('tariff-immutable');
    expect(everything()).toBe(before);
  });

  test('that cannot be priced by, or is of a facility that is not there, is refused and nothing is written', async () => {
    const before = everything();
    expect(await save({ ...next, electricity: householdElectricity.slice(1) })).toBe('tariff-invalid');
    expect(await save({ ...next, facilityId: 'nowhere' })).toBe('not-found');
    expect(everything()).toBe(before);
  });

  test('takes effect in the future, with the notice that every function needs', async () => {
    const before = everything();
    for (const effectiveFromMs of [0, eveningMs, eveningMs + noticeMs - 1])
      expect(await save({ ...next, effectiveFromMs })).toBe('tariff-in-past');
    expect(everything()).toBe(before);
    expect(await save({ ...next, effectiveFromMs: eveningMs + noticeMs })).toBe('saved');
  });

  test('of two that are saved at once for one moment, one is saved', async () => {
    const both = await Promise.all([save(next), save({ ...next, tariffVersion: '2026-03' })]);
    expect(both.sort()).toEqual(['saved', 'tariff-immutable']);
    expect(await readTariffs(estate.table, estateId)).toHaveLength(2);
  });

  test('of two that both would be the first of a facility, one is in force from the past, the other refused', async () => {
    await provisioned(shed);
    const first = { ...next, facilityId: 'shed' };
    const both = await Promise.all([
      save({ ...first, effectiveFromMs: 0 }),
      save({ ...first, tariffVersion: '2026-03', effectiveFromMs: 1 }),
    ]);
    expect(both.sort()).toEqual(['saved', 'tariff-in-past']);
  });
});

describe('a facility', () => {
  const own = { ...next, tariffVersion: 'shed-1', facilityId: 'shed' };

  test('has its own version in force over the estate’s, and both may change at one moment', async () => {
    await provisioned(shed);
    expect(await save(next)).toBe('saved');
    expect(await save(own)).toBe('saved');
    const { registry } = estate.backend;
    const at = async (facilityId: string, atMs: number) =>
      (await registry.tariffAt(estateId, facilityId, atMs)).tariffVersion;
    expect(await at('shed', next.effectiveFromMs - 1)).toBe('2026-01');
    expect(await at('shed', next.effectiveFromMs)).toBe('shed-1');
    expect(await at('garage', next.effectiveFromMs)).toBe('2026-02');
    const later = { ...next, tariffVersion: '2026-03', effectiveFromMs: next.effectiveFromMs + minuteMs };
    await save(later);
    expect(await at('shed', later.effectiveFromMs)).toBe('shed-1');
    const versions = await readTariffs(estate.table, estateId);
    expect(nextAfter(versions, 'garage', eveningMs)?.tariffVersion).toBe('2026-02');
    expect(nextAfter(versions, 'shed', next.effectiveFromMs)).toBeUndefined();
    expect(inForce(versions, undefined, later.effectiveFromMs)?.tariffVersion).toBe('2026-03');
  });

  test('without a board may begin with prices of any moment, one with a board may not', async () => {
    await provisioned(shed);
    expect(await save({ ...own, effectiveFromMs: 0 })).toBe('saved');
    expect(await save({ ...own, tariffVersion: 'shed-0', effectiveFromMs: 1 })).toBe('tariff-in-past');
    expect(await save({ ...own, tariffVersion: 'g', facilityId: 'garage', effectiveFromMs: 0 })).toBe(
      'tariff-in-past',
    );
  });
});

describe('a function that remembers the prices', () => {
  test('knows a new version before it takes effect, however lately it had looked', async () => {
    const warm = registryStore(estate.table, estate.backend.clock);
    const soonest = { ...next, effectiveFromMs: eveningMs + noticeMs };
    await warm.tariffAt(estateId, 'garage', estate.clockMs);
    await save(soonest);
    for (let second = 0; second <= 180; second += 1) {
      estate.clockMs = eveningMs + second * 1000;
      const { tariffVersion } = await warm.tariffAt(estateId, 'garage', estate.clockMs);
      expect(tariffVersion).toBe(second < 120 ? '2026-01' : '2026-02');
    }
  });

  test('finds a version that it has not seen yet, and the first prices of an estate at once', async () => {
    const warm = registryStore(estate.table, estate.backend.clock);
    await warm.tariffAt(estateId, 'garage', estate.clockMs);
    await save(next);
    expect(await warm.tariff(estateId, '2026-02')).toEqual(next);
    const [version] = await estate.table.get([keys.tariffVersion(estateId, '2026-01')]);
    expect(await warm.tariffAt('other', 'garage', estate.clockMs).catch(({ error }) => error)).toBe(
      'no-tariff',
    );
    const other = { ...keys.tariff('other', 0), estateId: 'other', tariff: version?.['tariff'] };
    await estate.table.commit([{ put: other, when: 'absent' }]);
    expect((await warm.tariffAt('other', 'garage', estate.clockMs)).tariffVersion).toBe('2026-01');
  });
});

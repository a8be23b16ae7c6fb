import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { checkTariff } from '../billing/check-tariff.ts';
import { chargingBoardsOf } from '../estate/registry-store.ts';
import { readTariffs } from '../estate/tariff-store.ts';
import { type Backend, record } from '../journal/commit.ts';
import { draft, type Origin, parseEntry } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Item } from '../shared/table.ts';

/**
 * How long before it takes effect a version must be saved. Warm functions remember an estate's tariffs for a minute
 * (registryStore): so long after saving, all of them know the new version, with as much again for their clocks to
 * differ and for the write itself. A session is thus never agreed under a version that is no longer in force.
 */
export const noticeMs = 120_000;

/** `stands`: the same version had been saved before, and nothing was written. */
export type Saved = 'saved' | 'stands';

/**
 * Saves one version, for good: what was shown is never changed, a newer version takes its place. It takes effect in
 * the future; only where there is nothing to change yet (the first of an estate, the first of a facility in which no
 * charging board stands) may it be in force from any moment. A version that is to come cannot be called back, only
 * followed by another. Its timer tells the boards when it takes effect.
 *
 * Throws `tariff-invalid`, `tariff-in-past`, `tariff-immutable` (other content under the same name, or another version
 * of the same scope at the same moment), and `not-found` for a facility that is not there.
 */
export async function saveTariff(
  backend: Backend,
  origin: Origin,
  tariff: Tariff,
  portPowerW: number,
): Promise<Saved> {
  checkTariff(tariff, { portPowerW });
  const { estateId } = origin;
  const [known] = await backend.table.get([keys.tariffVersion(estateId, tariff.tariffVersion)]);
  if (known !== undefined) {
    mustBeSame(known, tariff);
    return 'stands';
  }
  const inUse = () => {
    throw immutable(`Tariff ${tariff.tariffVersion} is in use; write a new version`);
  };
  const { recorded } = await record(
    backend,
    async () => {
      const [count, version, saved] = await backend.table.get([
        keys.tariffCount(estateId),
        keys.tariffVersion(estateId, tariff.tariffVersion),
        keys.tariffSaved(estateId, tariff.tariffVersion),
      ]);
      if (version !== undefined) mustBeSame(version, tariff);
      if (saved !== undefined) return { entry: parseEntry(saved) };
      await checkScope(backend, estateId, tariff, origin.receivedAtMs);
      const key = keys.tariff(estateId, tariff.effectiveFromMs, tariff.facilityId);
      const dueAtMs = Math.max(tariff.effectiveFromMs, origin.receivedAtMs);
      return {
        entry: draft(
          keys.tariffSaved(estateId, tariff.tariffVersion),
          { ...origin, fact: JSON.stringify(tariff) },
          { kind: 'tariff-saved', outcome: 'saved', facts: { tariff } },
        ),
        writes: [
          {
            put: { ...keys.tariffCount(estateId), saved: Number(count?.['saved'] ?? 0) + 1 },
            when: { version: count?.version },
          },
          { put: { ...keys.tariffVersion(estateId, tariff.tariffVersion), tariff }, when: 'absent' },
          { put: { ...key, estateId, tariff, dueAtMs }, when: { version: undefined } },
        ],
      };
    },
    inUse,
  );
  return recorded === 'now' ? 'saved' : 'stands';
}

function mustBeSame(item: Item, tariff: Tariff): void {
  const stands = tariffSchema.safeParse(item['tariff']);
  if (!stands.success || JSON.stringify(stands.data) !== JSON.stringify(tariff))
    throw immutable(`Tariff ${tariff.tariffVersion} is in use; write a new version`);
}

async function checkScope(backend: Backend, estateId: string, tariff: Tariff, nowMs: number): Promise<void> {
  const { facilityId, effectiveFromMs } = tariff;
  const versions = (await readTariffs(backend.table, estateId)).filter((it) => it.facilityId === facilityId);
  if (facilityId !== undefined) {
    const [facility] = await backend.table.get([keys.facility(estateId, facilityId)]);
    if (facility === undefined) throw new DomainError('not-found', `There is no facility ${facilityId}`);
  }
  const nothingToChange = async () =>
    versions.length === 0 &&
    (facilityId === undefined ||
      !(await chargingBoardsOf(backend.table, estateId)).some((board) => board.facilityId === facilityId));
  if (effectiveFromMs < nowMs + noticeMs && !(await nothingToChange()))
    throw new DomainError(
      'tariff-in-past',
      `A tariff takes effect at the earliest ${noticeMs / 60_000} minutes after it is saved`,
    );
  if (versions.some((it) => it.effectiveFromMs === effectiveFromMs))
    throw immutable('Another tariff takes effect at the same moment');
}

const immutable = (message: string): DomainError => new DomainError('tariff-immutable', message);

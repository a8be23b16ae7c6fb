import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { tariffsOf } from '../shared/keys-read.ts';
import type { Table } from '../shared/table.ts';

/** Every version of an estate, the estate's own and those of its facilities, by the moment at which it takes effect. */
export async function readTariffs(table: Table, estateId: string): Promise<Tariff[]> {
  const items = await table.query(tariffsOf(estateId));
  return items.map((item) => tariffSchema.parse(item['tariff']));
}

/**
 * The version in force in a facility at a moment: its own newest, else the estate's. A facility that has had a version
 * of its own keeps to its own; the estate's comes back to it only as another version of its own.
 */
export function inForce(
  tariffs: readonly Tariff[],
  facilityId: string | undefined,
  atMs: number,
): Tariff | undefined {
  const begun = tariffs.filter(({ effectiveFromMs }) => effectiveFromMs <= atMs);
  const own = facilityId === undefined ? undefined : begun.findLast((it) => it.facilityId === facilityId);
  return own ?? begun.findLast((it) => it.facilityId === undefined);
}

/** The version that comes into force in a facility next; nothing comes from the estate to one with its own. */
export function nextAfter(tariffs: readonly Tariff[], facilityId: string, atMs: number): Tariff | undefined {
  const scope = inForce(tariffs, facilityId, atMs)?.facilityId;
  return tariffs.find(
    (it) =>
      it.effectiveFromMs > atMs &&
      (it.facilityId === facilityId || (scope === undefined && it.facilityId === undefined)),
  );
}

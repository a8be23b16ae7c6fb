import { keys } from '../../shared/keys.ts';
import type { Table, Write } from '../../shared/table.ts';
import { type Whereabouts, whereaboutsSchema } from './whereabouts.ts';

export async function readWhereabouts(
  table: Table,
  of: { readonly estateId: string; readonly credentialId: string; readonly householdId: string },
): Promise<Whereabouts> {
  const [item] = await table.get([keys.whereabouts(of.estateId, of.credentialId)]);
  if (item !== undefined) return whereaboutsSchema.parse(item);
  const { estateId, credentialId, householdId } = of;
  return { estateId, credentialId, householdId, leftAtMs: {} };
}

export function putWhereabouts(whereabouts: Whereabouts): Write {
  const { version, ...content } = whereabouts;
  return {
    put: { ...keys.whereabouts(content.estateId, content.credentialId), type: 'whereabouts', ...content },
    when: { version },
  };
}

/** The stay of a credential at a facility now, so that a charge can be joined to it. */
export async function stayAt(
  table: Table,
  estateId: string,
  credentialId: string,
  facilityId: string,
): Promise<string | undefined> {
  const [item] = await table.get([keys.whereabouts(estateId, credentialId)]);
  const open = item === undefined ? undefined : whereaboutsSchema.parse(item).open;
  return open?.facilityId === facilityId ? open.stayId : undefined;
}

import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';
import { type Stay, type Whereabouts, whereaboutsSchema } from './whereabouts.ts';

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
): Promise<{ readonly whereabouts: Whereabouts; readonly stay: Stay } | undefined> {
  const [item] = await table.get([keys.whereabouts(estateId, credentialId)]);
  const whereabouts = item === undefined ? undefined : whereaboutsSchema.parse(item);
  const stay = whereabouts?.open;
  return whereabouts !== undefined && stay?.facilityId === facilityId ? { whereabouts, stay } : undefined;
}

/** Notes that a charge was started during the stay: when it ends, the bike is taken away from there. */
export function withCharge(
  { whereabouts, stay }: { readonly whereabouts: Whereabouts; readonly stay: Stay },
  chargeId: string,
  atMs: number,
): Write {
  const charges = [...(stay.charges ?? []), { chargeId, atMs }];
  return putWhereabouts({ ...whereabouts, open: { ...stay, charges } });
}

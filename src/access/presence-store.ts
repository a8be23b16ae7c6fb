import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';
import { type Presence, presenceSchema, type Stay } from './presence.ts';

export async function readPresence(
  table: Table,
  of: { readonly estateId: string; readonly credentialId: string; readonly householdId: string },
): Promise<Presence> {
  const [item] = await table.get([keys.presence(of.estateId, of.credentialId)]);
  if (item !== undefined) return presenceSchema.parse(item);
  const { estateId, credentialId, householdId } = of;
  return { estateId, credentialId, householdId, leftAtMs: {} };
}

export function putPresence(presence: Presence): Write {
  const { version, ...content } = presence;
  return {
    put: { ...keys.presence(content.estateId, content.credentialId), type: 'presence', ...content },
    when: { version },
  };
}

/** The stay of a credential at a facility now, so that a session can be joined to it. */
export async function stayAt(
  table: Table,
  estateId: string,
  credentialId: string,
  facilityId: string,
): Promise<{ readonly presence: Presence; readonly stay: Stay } | undefined> {
  const [item] = await table.get([keys.presence(estateId, credentialId)]);
  const presence = item === undefined ? undefined : presenceSchema.parse(item);
  const stay = presence?.open;
  return presence !== undefined && stay?.facilityId === facilityId ? { presence, stay } : undefined;
}

/** Notes that a session was started during the stay: when it ends, the bike is taken away from there. */
export function withSession(
  { presence, stay }: { readonly presence: Presence; readonly stay: Stay },
  sessionId: string,
  atMs: number,
): Write {
  const sessions = [...(stay.sessions ?? []), { sessionId, atMs }];
  return putPresence({ ...presence, open: { ...stay, sessions } });
}

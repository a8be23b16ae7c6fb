/** What a token says of its person, as far as the page can read it: a guess at what the server will allow. */
export interface Claims {
  readonly subject: string | undefined;
  readonly roles: readonly string[];
  readonly householdId: string | undefined;
}

/** Who may see sessions and refused messages of an estate. Who has no role that is known is left to the server's no. */
export const seesSessions = (roles: readonly string[]): boolean =>
  roles.length === 0 || roles.some((role) => role === 'manager' || role === 'operator');

/** Who may answer for an alert. */
export const mayAcknowledge = (roles: readonly string[]): boolean =>
  roles.some((role) => role === 'manager' || role === 'committee');

/** A token that is not a JWT, or says nothing of roles, yields none: the server judges it. */
export function claimsIn(accessToken: string): Claims {
  try {
    const [, payload = ''] = accessToken.split('.');
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
      letter.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>;
    const said = (name: string): string | undefined =>
      typeof claims[name] === 'string' ? claims[name] : undefined;
    const roles = (said('roles') ?? '').split(' ').filter(Boolean);
    return { subject: said('sub'), roles, householdId: said('household') };
  } catch {
    return { subject: undefined, roles: [], householdId: undefined };
  }
}

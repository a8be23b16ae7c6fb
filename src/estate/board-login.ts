import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { Device } from './device.ts';

/**
 * Passwords of boards: ten bytes at most, which is all that they can carry, so what is stored must be slow to try.
 * The cost is what a small function can do in some 30 ms.
 */
const cost = { N: 4096, r: 8, p: 1 };

export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  return `${salt.toString('base64')}.${scryptSync(password, salt, 32, cost).toString('base64')}`;
}

function matches(password: Uint8Array, stored: string): boolean {
  const [salt = '', hash = ''] = stored.split('.');
  const expected = Buffer.from(hash, 'base64');
  return timingSafeEqual(scryptSync(password, Buffer.from(salt, 'base64'), expected.length, cost), expected);
}

/** The login as it is stored; where it is the one that stands, that one, whose salt stays. */
export function storedLogin(
  { user, password }: { readonly user: string; readonly password: string },
  standing: { readonly user: string; readonly passwordHash: string } | undefined,
): { readonly user: string; readonly passwordHash: string } {
  const isSame = standing?.user === user && matches(Buffer.from(password), standing.passwordHash);
  return isSame ? standing : { user, passwordHash: hashPassword(password) };
}

/** Why a board may not connect, or undefined when it may. The client id names the board. */
export function loginRefusal(
  device: Device | undefined,
  user: string,
  password: Uint8Array,
): string | undefined {
  const login = device?.kind === 'charging-board' ? device.login : undefined;
  if (login === undefined) return 'unknown-board';
  return login.user === user && matches(password, login.passwordHash) ? undefined : 'wrong-login';
}

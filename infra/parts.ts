import { brokerPartOf, families } from '../src/devices/families/all.ts';
import type { DeviceKind } from '../src/devices/family.ts';
import type { FunctionContext } from './function.ts';
import type { SignIn } from './identity.ts';
import type { Ingest } from './ingest.ts';
import type { DeviceSecret } from './secrets.ts';
import type { Storage } from './storage.ts';

/** What the capabilities are built from; constructs are handed on, never their ARNs. */
export interface Parts extends FunctionContext {
  readonly storage: Storage;
  readonly secret: DeviceSecret;
  readonly ingest: Ingest;
  readonly signIn: SignIn;
}

/** Below which topics devices of these kinds are told what to do, of whatever family; of any kind where none is named. */
export function commandTopics(...kinds: readonly DeviceKind[]): string[] {
  const told = families.filter(({ kinds: has }) => kinds.length === 0 || kinds.some((kind) => kind in has));
  return told.map(({ name }) => brokerPartOf(name).told);
}

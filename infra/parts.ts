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

/** What a device of each family is told under. */
export const commandTopics = {
  juy: 'JUY/S2D/*',
  uhppoted: 'uhppoted/*/requests/*',
  pengyou: 'pengyou/*/down/*',
} as const;

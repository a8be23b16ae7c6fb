import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Client } from '../contract/client.ts';
import { openToolClient } from '../contract/tool.ts';
import { CommandRefused } from './refusal.ts';

/** Options of every command that talks to the HTTP API, for `parseArgs`. */
export const connectionOptions = {
  api: { type: 'string' },
  token: { type: 'string' },
  estate: { type: 'string' },
} as const;

export const connectionUsage = `  --estate E   the estate
  --api URL    the HTTP API (PENGYOU_API); without it, the cloud that \`npm start\` runs here
  --token T    an access token (PENGYOU_TOKEN); the cloud of \`npm start\` gives one for an operator
  --json       what was done as one JSON text; an error as one line of JSON beside the output`;

export interface ConnectOptions {
  readonly api?: string | undefined;
  readonly token?: string | undefined;
  /** The estate that a token of the local cloud is asked for. */
  readonly estate: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where \`npm start\` keeps its state. */
  readonly stateDir?: string;
}

/** Throws CommandRefused unless an estate was named, by its id. */
export function estateIn({ estate }: { readonly estate?: string | undefined }): string {
  if (estate === undefined) throw new CommandRefused('bad-usage', 'Which estate? --estate');
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/.test(estate))
    throw new CommandRefused('bad-usage', `--estate: ${estate} is no id of an estate`);
  return estate;
}

const localSchema = z.object({
  api: z.string(),
  adminUrl: z.string(),
  /** What a device needs; a cloud of an older version does not tell it. */
  mqtt: z.optional(z.object({ host: z.string(), port: z.int() })),
  certificateAuthorityFile: z.optional(z.string()),
  /** The one endpoint of its AWS APIs, and what is behind it. */
  gateway: z.optional(z.string()),
  table: z.optional(z.string()),
  deadLetters: z.optional(z.string()),
});
type LocalReach = z.infer<typeof localSchema>;

/**
 * The HTTP API, for an operator: by address and token as given or in the environment, else the local cloud that runs on
 * this machine, which says where it is in PENGYOU_LOCAL or in its state directory. Throws CommandRefused where neither
 * is there.
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const environment = options.environment ?? process.env;
  const api = options.api ?? environment['PENGYOU_API'];
  const token = options.token ?? environment['PENGYOU_TOKEN'];
  if (api !== undefined && token !== undefined) return openToolClient(api, token);
  if (api !== undefined)
    throw new CommandRefused('bad-usage', 'An access token is missing: --token or PENGYOU_TOKEN');
  const local = localCloud(environment, options.stateDir ?? join(import.meta.dirname, '../.local'));
  if (local === undefined)
    throw new CommandRefused(
      'no-api',
      'No API is named (--api or PENGYOU_API), and none runs here (npm start)',
    );
  return openToolClient(local.api, token ?? (await localToken(local.adminUrl, options.estate)));
}

/** Where the HTTP API is, for what needs no token. Throws CommandRefused where nothing says so. */
export function findApi({ api, environment = process.env, stateDir }: Partial<ConnectOptions>): string {
  const named = api ?? environment['PENGYOU_API'];
  const local =
    named === undefined
      ? localCloud(environment, stateDir ?? join(import.meta.dirname, '../.local'))
      : undefined;
  const found = named ?? local?.api;
  if (found === undefined)
    throw new CommandRefused(
      'no-api',
      'No API is named (--api or PENGYOU_API), and none runs here (npm start)',
    );
  return found;
}

/** The local cloud that runs here. Throws CommandRefused where there is none. */
export function findLocalCloud(environment: Readonly<Record<string, string | undefined>>): LocalReach {
  const local = localCloud(environment, join(import.meta.dirname, '../.local'));
  if (local === undefined)
    throw new CommandRefused('no-api', 'No local cloud runs here; start it with npm start');
  return local;
}

/** The same, if there is one. */
export const localReach = () => localCloud(process.env, join(import.meta.dirname, '../.local'));

function localCloud(environment: Readonly<Record<string, string | undefined>>, stateDir: string) {
  const told = environment['PENGYOU_LOCAL'];
  if (told !== undefined) return reachIn(told, 'PENGYOU_LOCAL');
  const file = join(stateDir, 'reach.json');
  return existsSync(file) ? reachIn(readFileSync(file, 'utf8'), file) : undefined;
}

function reachIn(text: string, where: string): LocalReach {
  try {
    return localSchema.parse(JSON.parse(text));
  } catch {
    throw new CommandRefused('no-api', `${where} does not say where the local cloud is`);
  }
}

async function localToken(adminUrl: string, estates: string): Promise<string> {
  const claims = { sub: 'command-line', roles: 'operator manager', estates };
  const answer = await fetch(`${adminUrl}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(claims),
  }).catch(() => undefined);
  if (answer?.ok !== true)
    throw new CommandRefused('api-unreachable', 'The local cloud does not answer; start it with npm start');
  return z.object({ accessToken: z.string() }).parse(await answer.json()).accessToken;
}

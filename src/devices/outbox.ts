import type { Clock } from '../shared/clock.ts';
import type { Key, Table } from '../shared/table.ts';
import type { DeviceCommand } from './commands.ts';
import type { DeviceAddress, Dialect, DialectName } from './dialect.ts';
import { juy } from './dialects/juy.ts';
import { pengyou } from './dialects/pengyou.ts';
import { uhppoted } from './dialects/uhppoted.ts';

/** One command on its way to one device. */
export interface Outgoing {
  readonly to: DeviceAddress & { readonly dialect: DialectName };
  readonly command: DeviceCommand;
  /** The journal key that exists once the device has answered; a command without one is sent once and forgotten. */
  readonly acknowledgedAt?: Key;
}

/** The broker, as far as the domain needs it. */
export interface Publisher {
  /** `expiresInS`: the broker drops the message after so long, for a device that is away. */
  publish(topic: string, payload: Uint8Array, expiresInS?: number): Promise<void>;
}

export const dialects: Readonly<Record<DialectName, Dialect>> = { juy, uhppoted, pengyou };

/**
 * Sends commands to devices, oldest first. A command past its expiry is not sent: whoever waited for it has gone.
 * A failure to publish is thrown; the journal still holds what is in it, and the stream sends it again.
 */
export async function send(publisher: Publisher, clock: Clock, outgoing: readonly Outgoing[]): Promise<void> {
  for (const { to, command } of outgoing) {
    const now = clock.now();
    const expiresAtMs = 'expiresAtMs' in command ? command.expiresAtMs : undefined;
    if (expiresAtMs !== undefined && expiresAtMs <= now) continue;
    const { topic, payload } = dialects[to.dialect].encode(command, to);
    await publisher.publish(
      topic,
      payload,
      expiresAtMs === undefined ? undefined : Math.max(1, Math.ceil((expiresAtMs - now) / 1000)),
    );
  }
}

/** Those of the commands that wait for an answer and have none yet. */
export async function unanswered(table: Table, commands: readonly Outgoing[]): Promise<Outgoing[]> {
  const waiting = commands.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  const answered = new Set<string>();
  for (let from = 0; from < waiting.length; from += keysInOneRead) {
    const keys = waiting.slice(from, from + keysInOneRead).map(({ acknowledgedAt }) => acknowledgedAt as Key);
    for (const item of await table.get(keys)) if (item !== undefined) answered.add(`${item.pk} ${item.sk}`);
  }
  return waiting.filter(({ acknowledgedAt: key }) => !answered.has(`${key?.pk} ${key?.sk}`));
}

const keysInOneRead = 100;

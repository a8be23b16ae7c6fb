import type { DeviceCommand } from '../devices/commands.ts';
import { familyOf } from '../devices/families/all.ts';
import type { DeviceAddress } from '../devices/family.ts';
import type { Clock } from '../shared/clock.ts';
import type { Item, Key, Table } from '../shared/table.ts';

/** One command on its way to one device, and when it is no longer wanted. */
export interface Outgoing {
  readonly to: DeviceAddress & { readonly family: string };
  readonly command: DeviceCommand;
  /** The journal key that exists once the device has answered; a command without one is sent once and forgotten. */
  readonly acknowledgedAt?: Key;
  /** It is not sent again once any of these exists: what it was for is over. */
  readonly unless?: readonly Key[];
  /** It is not sent again once this has changed: another command has taken its place. */
  readonly onlyWhile?: Condition;
}

/** An attribute of an item, and what it must be. */
export interface Condition {
  readonly key: Key;
  readonly attribute: string;
  /** A text, or only whether there is anything. */
  readonly is: string | 'present' | 'absent';
}

/** The broker, as far as the domain needs it. */
export interface Publisher {
  /** `expiresInS`: the broker drops the message after so long, for a device that is away. */
  publish(topic: string, payload: Uint8Array, expiresInS?: number): Promise<void>;
}

/** Commands that could not be sent. The others of the same batch were: nobody waits for somebody else's fault. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  constructor(failures: readonly unknown[]) {
    super(`${failures.length} commands could not be sent, e.g. ${String(failures[0])}`);
  }
}

/**
 * Sends commands to devices, oldest first. A command past its expiry is not sent: whoever waited for it has gone.
 * Throws NotSent after trying all; the journal still holds what is in it, and the stream sends it again.
 */
export async function send(publisher: Publisher, clock: Clock, outgoing: readonly Outgoing[]): Promise<void> {
  const failures: unknown[] = [];
  for (const { to, command } of outgoing) {
    const now = clock.now();
    const expiresAtMs = 'expiresAtMs' in command ? command.expiresAtMs : undefined;
    if (expiresAtMs !== undefined && expiresAtMs <= now) continue;
    try {
      const { topic, payload } = familyOf(to.family).codec.encode(command, to);
      await publisher.publish(
        topic,
        payload,
        expiresAtMs === undefined ? undefined : Math.max(1, Math.ceil((expiresAtMs - now) / 1000)),
      );
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new NotSent(failures);
}

/**
 * Those of the commands that wait for an answer, have none yet, and are still wanted. A device that answered that it
 * did not do it has not answered: only `done`, or a board's own word on its port, ends the asking.
 */
export async function unanswered(table: Table, commands: readonly Outgoing[]): Promise<Outgoing[]> {
  const waiting = commands.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  const known = await readAll(
    table,
    waiting.flatMap(({ acknowledgedAt, unless = [], onlyWhile }) => [
      ...(acknowledgedAt === undefined ? [] : [acknowledgedAt]),
      ...unless,
      ...(onlyWhile === undefined ? [] : [onlyWhile.key]),
    ]),
  );
  const find = (key: Key) => known.get(keyText(key));
  return waiting.filter(({ acknowledgedAt, unless = [], onlyWhile }) => {
    const answer = acknowledgedAt === undefined ? undefined : find(acknowledgedAt);
    const answered =
      answer !== undefined && answer['outcome'] !== 'refused' && answer['outcome'] !== 'expired';
    return (
      !answered && !unless.some(find) && (onlyWhile === undefined || holdsFor(onlyWhile, find(onlyWhile.key)))
    );
  });
}

function holdsFor({ attribute, is }: Condition, item: Item | undefined): boolean {
  const value = item?.[attribute];
  if (is === 'absent') return value === undefined;
  return is === 'present' ? value !== undefined : value === is;
}

const keysAtOnce = 100;

async function readAll(table: Table, keys: readonly Key[]): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  const different = [...new Map(keys.map((key) => [keyText(key), key])).values()];
  for (let from = 0; from < different.length; from += keysAtOnce) {
    for (const item of await table.get(different.slice(from, from + keysAtOnce)))
      if (item !== undefined) found.set(keyText(item), item);
  }
  return found;
}

const keyText = ({ pk, sk }: Key): string => `${pk} ${sk}`;

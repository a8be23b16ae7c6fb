import { keys } from '../shared/keys.ts';
import type { Item, Key, Table, Write } from '../shared/table.ts';
import { type PortSlot, portSlotSchema } from './charge.ts';

export function portKey(deviceId: string, port: number): Key {
  return keys.port(deviceId, port);
}

export function parsePort(item: Item | undefined, empty: PortSlot): PortSlot {
  return item === undefined ? empty : portSlotSchema.parse(item);
}

/** Every port of a board that ever had a charge. */
export async function readPorts(table: Table, deviceId: string): Promise<PortSlot[]> {
  const items = await table.query({ pk: keys.device(deviceId).pk, prefix: 'PORT#' });
  return items.map((item) => portSlotSchema.parse(item));
}

/** Writes the slot under the version at which it was read. */
export function putPort(slot: PortSlot): Write {
  const { version, ...content } = slot;
  return { put: { ...portKey(slot.deviceId, slot.port), ...content }, when: { version } };
}

/** The slot after its charge has ended. A slot that has another charge by now stays as it is. */
export function closed(slot: PortSlot, order: number, closedAtMs: number): PortSlot | undefined {
  if (slot.open?.order !== order) return undefined;
  const { open: _open, dueAtMs: _due, ...rest } = slot;
  return { ...rest, last: { order, closedAtMs } };
}

import type { PortReading } from '../devices/events.ts';
import { familyOf } from '../devices/families/all.ts';
import type { ChargingBoard } from '../estate/device.ts';
import { type Entry, parseEntry } from '../journal/entry.ts';
import { framesBetween } from '../shared/keys-read.ts';
import type { Table } from '../shared/table.ts';
import { lastMomentMs } from './session.ts';

export interface PortFrame extends PortReading {
  readonly receivedAtMs: number;
}

/**
 * The readings of one port in the frames of its board. A frame with twelve ports is one item that keeps only what the
 * board sent; it is decoded again here, so that a bill is always computed from the raw message.
 */
export async function readFrames(
  table: Table,
  board: ChargingBoard,
  port: number,
  fromMs: number,
  untilMs: number,
): Promise<PortFrame[]> {
  const lastMs = Math.min(untilMs, lastMomentMs(fromMs));
  const items = await table.query(framesBetween(board.deviceId, fromMs, lastMs));
  return items.flatMap((item) => portsIn(parseEntry(item), board).filter((reading) => reading.port === port));
}

/** The newest frame of a board, decoded. */
export async function newestFrame(table: Table, board: ChargingBoard): Promise<PortFrame[]> {
  const [item] = await table.query({
    ...framesBetween(board.deviceId, 0, 9_999_999_999_999),
    newestFirst: true,
    limit: 1,
  });
  return item === undefined ? [] : portsIn(parseEntry(item), board);
}

/** The port readings of one journalled frame. */
export function portsIn(
  entry: Entry,
  board: Pick<ChargingBoard, 'family' | 'timeZone' | 'settlementUnitWh'>,
): PortFrame[] {
  const payload = Buffer.from(entry.raw.slice('plain:'.length), 'base64');
  const decoded = familyOf(board.family).codec.decode(
    { topic: entry.topic, payload, receivedAtMs: entry.receivedAtMs },
    { timeZone: board.timeZone, settlementUnitWh: board.settlementUnitWh },
  );
  if (!decoded.ok) return [];
  return decoded.events.flatMap((event) =>
    event.type === 'meter-frame'
      ? event.ports.map((port) => ({ ...port, receivedAtMs: entry.receivedAtMs }))
      : [],
  );
}

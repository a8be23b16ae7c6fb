import type * as z from 'zod/mini';
import { type boardSchema, type portSchema, portStateSchema } from '../../contract/shapes/overview.ts';
import { newestFrame, type PortFrame } from '../charging/frame-store.ts';
import { readPorts } from '../charging/port-store.ts';
import type { PortSlot } from '../charging/session.ts';
import type { ChargingBoard } from '../estate/device.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { heardAtOf, reachability, spokesmanOf } from './reachability.ts';

export type PortShownState = z.infer<typeof portStateSchema>;

export type PortView = z.infer<typeof portSchema>;

export type BoardView = z.infer<typeof boardSchema>;

/** A board with each of its ports, from all that is known of it. */
export async function boardView(table: Table, board: ChargingBoard, nowMs: number): Promise<BoardView> {
  const [[state], slots, frame] = await Promise.all([
    table.get([keys.deviceState(board.deviceId)]),
    readPorts(table, board.deviceId),
    newestFrame(table, board),
  ]);
  const open = slots.flatMap((slot) => (slot.open === undefined ? [] : [slot.open]));
  const answers =
    open.length === 0
      ? []
      : await table.get(open.map(({ order }) => keys.session(board.deviceId, order, 'started')));
  const started = new Set(open.filter((_, index) => answers[index] !== undefined).map(({ port }) => port));
  const heartbeat = {
    atMs: heardAtOf(state) ?? 0,
    ports: (state?.['state'] as { ports?: string[] } | undefined)?.ports ?? [],
  };
  const lastSeenAtMs = Math.max(heartbeat.atMs, frame[0]?.receivedAtMs ?? 0);
  const seen = reachability(
    spokesmanOf(board).silentMs,
    lastSeenAtMs === 0 ? undefined : lastSeenAtMs,
    nowMs,
  );
  const ports = Array.from({ length: board.ports }, (_, index): PortView => {
    const port = index + 1;
    const slot = slots.find((candidate) => candidate.port === port);
    const reading = frame.find((candidate) => candidate.port === port);
    const told = { atMs: heartbeat.atMs, state: heartbeat.ports[index] };
    const now = portNow(port, slot, reading, told, started.has(port));
    return seen.online ? now : asLastHeard(now, seen.lastSeenAtMs);
  });
  return { deviceId: board.deviceId, ...seen, ports };
}

/** What a port does, as its board last said and its session tells. Pure. */
function portNow(
  port: number,
  slot: PortSlot | undefined,
  reading: PortFrame | undefined,
  told: { readonly atMs: number; readonly state: string | undefined },
  isStarted: boolean,
): PortView {
  const { open, last } = slot ?? {};
  if (open !== undefined) {
    const current =
      reading !== undefined && reading.receivedAtMs >= open.authorisedAtMs ? reading : undefined;
    const state = current !== undefined || isStarted ? 'charging' : 'starting';
    return { port, state, sessionId: open.sessionId, ...(current === undefined ? {} : measured(current)) };
  }
  const endedAtMs = last?.closedAtMs ?? 0;
  if (reading !== undefined && reading.receivedAtMs > Math.max(told.atMs, endedAtMs))
    return { port, state: 'in-use', ...measured(reading) };
  // A board's own account of the end says that the port is off; an end that only we have set says nothing of it.
  if (last !== undefined && endedAtMs > told.atMs)
    return { port, state: last.settled === true ? 'idle' : 'unknown' };
  return { port, state: portStateSchema.safeParse(told.state).data ?? 'unknown' };
}

const measured = ({ powerW, energyWh, chargingS }: PortFrame) => ({ powerW, energyWh, chargingS });

/** What stays true, or is the best that can be said, when its board is away: a session that ran, and a fault. */
const staysWhenAway: ReadonlySet<PortShownState> = new Set([
  'starting',
  'charging',
  'fuse-blown',
  'relay-stuck',
  'disabled',
]);

/** A port of a board that is away: nobody can know that it is free, and what else it did it did when it was last heard. */
export function asLastHeard(port: PortView, lastSeenAtMs: number | undefined): PortView {
  const since = lastSeenAtMs === undefined ? {} : { asOfMs: lastSeenAtMs };
  return staysWhenAway.has(port.state)
    ? { ...port, ...since }
    : { port: port.port, state: 'unknown', ...since };
}

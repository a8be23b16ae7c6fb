import { parseAlert } from '../alerts/alert-store.ts';
import { shown } from '../alerts/deliver-alert.ts';

import { portsIn } from '../charging/frame-store.ts';
import { readPorts } from '../charging/port-store.ts';
import { readSteps, receiptIn } from '../charging/steps.ts';
import { whereaboutsSchema } from '../devices/access/whereabouts.ts';
import { type Device, doorsOf } from '../estate/device.ts';
import { facilitySchema } from '../estate/facility.ts';
import type { Registry } from '../estate/registry-store.ts';
import { type Entry, parseEntry } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { Item, Table, Write } from '../shared/table.ts';
import { type ChargeSummary, newestOf, summarise } from './charge-summary.ts';
import { ledgerLines, noticeView, officeView } from './money-view.ts';
import { movementView } from './movement-view.ts';
import { refusalDay } from './refusals.ts';

/** What a change of the table means to those who look on: read models to write, and messages to live pages. */
export interface View {
  readonly writes: readonly Write[];
  readonly live: readonly LiveMessage[];
}

export interface LiveMessage {
  readonly topic: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Change {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export interface ViewSources {
  readonly table: Table;
  readonly registry: Registry;
}

export const nothing: View = { writes: [], live: [] };

/** The view of one change. Repeating it writes the same again: a stream delivers at least once. */
export async function viewOf(sources: ViewSources, { before, after }: Change): Promise<View> {
  if (after === undefined) return nothing;
  switch (after['type']) {
    case 'entry':
      return before === undefined ? entryView(sources, parseEntry(after)) : nothing;
    case 'alert': {
      const alert = parseAlert(after);
      return { writes: [], live: [live(alert.estateId, 'alerts', { ...shown(alert) })] };
    }
    case 'notice':
      return noticeView(after);
    case 'device-state':
      return stateView(sources, after);
    case 'facility':
      return facilityView(sources, before, after);
    case 'whereabouts':
      return whereaboutsView(sources, before, after);
    default:
      return nothing;
  }
}

async function entryView(sources: ViewSources, entry: Entry): Promise<View> {
  const own = await kindView(sources, entry);
  const refusal = entry.refusal === undefined ? nothing : await refusalView(sources, entry, entry.refusal);
  return {
    writes: [...own.writes, ...refusal.writes, ...ledgerLines(entry)],
    live: [...own.live, ...refusal.live],
  };
}

async function kindView(sources: ViewSources, entry: Entry): Promise<View> {
  switch (entry.kind) {
    case 'swipe':
    case 'passage':
    case 'board-swipe':
      return movementView(entry);
    case 'cash-top-up':
    case 'cash-refund':
    case 'correction':
      return officeView(sources, entry, entry.kind);
    case 'charge-authorised':
    case 'charge-start-answered':
    case 'charge-closed':
    case 'charge-adjusted':
    case 'settlement':
      return chargeView(sources, entry);
    case 'meter-frame': {
      const board = await sources.registry.device(entry.deviceId);
      if (board?.kind !== 'charging-board') return nothing;
      const ports = portsIn(entry, board).map(({ port, powerW, energyWh, chargingS }) => ({
        port,
        state: 'charging',
        powerW,
        energyWh,
        chargingS,
      }));
      return { writes: [], live: [portsMessage(board, entry.receivedAtMs, ports)] };
    }
    default:
      return nothing;
  }
}

/**
 * A charge in the estate's list, and its port on the page: as all of its steps make it, and not the one that this is
 * about, because a start may be answered after the charge is settled.
 */
async function chargeView({ table }: ViewSources, entry: Entry): Promise<View> {
  const order = /^CHARGE#(\d+)#/.exec(entry.sk)?.[1];
  if (order === undefined) return nothing;
  const steps = await readSteps({ table }, entry.deviceId, Number(order));
  const { agreement } = steps;
  // The closing account of a charge that nobody knows is in the journal and among the refusals, not in this list.
  if (agreement === undefined) return nothing;
  const charge = summarise(agreement, newestOf(steps));

  const portState = {
    starting: 'starting',
    charging: 'charging',
    settled: 'idle',
    estimated: 'idle',
    'not-started': 'idle',
  };
  const busy = charge.endedAtMs === undefined;
  const port = portsMessage(agreement, entry.receivedAtMs, [
    { port: charge.port, state: portState[charge.state], ...(busy ? { chargeId: charge.chargeId } : {}) },
  ]);
  return {
    writes: [
      {
        put: {
          ...keys.chargeOfEstate(charge.estateId, agreement.authorisedAtMs, charge.chargeId),
          ...charge,
        },
        when: 'always',
      },
      ...receiptWrites(entry, charge),
    ],
    // By the time that a charge is priced again its port may have another.
    live: [
      live(charge.estateId, 'charges', { ...charge }),
      ...(entry.kind === 'charge-adjusted' ? [] : [port]),
    ],
  };
}

/** Where a receipt is found by the code on it: the same code for all that a charge ever gets. */
function receiptWrites(entry: Entry, { estateId, chargeId }: ChargeSummary): Write[] {
  const receipt = receiptIn(entry);
  if (receipt === undefined || receipt.revision > 0) return [];
  const { expiresAtS } = entry;
  return [{ put: { ...keys.receiptCode(receipt.code), estateId, chargeId, expiresAtS }, when: 'always' }];
}

async function refusalView({ registry }: ViewSources, entry: Entry, reason: string): Promise<View> {
  const refusal = {
    atMs: entry.receivedAtMs,
    deviceId: entry.deviceId,
    topic: entry.topic,
    reason,
    detail: typeof entry.facts['detail'] === 'string' ? entry.facts['detail'] : entry.kind,
  };
  const day = await refusalDay(registry, entry.estateId, entry.receivedAtMs);
  return {
    writes: [
      {
        put: {
          ...keys.refusalOfEstate(entry.estateId, day, entry.receivedAtMs, entry.digest),
          ...refusal,
          expiresAtS: entry.expiresAtS,
        },
        when: 'always',
      },
    ],
    live: [live(entry.estateId, 'refusals', refusal)],
  };
}

async function stateView({ registry, table }: ViewSources, item: Item): Promise<View> {
  const board = await registry.device(String(item['deviceId']));
  const ports = (item['state'] as { ports?: unknown } | undefined)?.ports;
  if (board?.kind !== 'charging-board' || !Array.isArray(ports)) return nothing;
  // What a port with a charge does is told by the charge; a heartbeat may be older.
  const taken = new Set(
    (await readPorts(table, board.deviceId)).flatMap(({ port, open }) => (open ? [port] : [])),
  );
  const others = ports
    .map((state, index) => ({ port: index + 1, state }))
    .filter(({ port, state }) => state !== 'in-use' && !taken.has(port));
  return { writes: [], live: [portsMessage(board, Number(item['atMs']), others)] };
}

async function facilityView({ registry }: ViewSources, before: Item | undefined, after: Item): Promise<View> {
  const now = facilitySchema.parse(after);
  const held = now.evacuation !== undefined;
  if (held === (before?.['evacuation'] !== undefined)) return nothing;
  const devices: Device[] = await registry.devicesOfFacility(now.estateId, now.facilityId);
  const messages = devices.flatMap((device) =>
    doorsOf(device).map(({ door, direction }) =>
      live(now.estateId, 'doors', {
        facilityId: now.facilityId,
        deviceId: device.deviceId,
        door,
        direction,
        atMs: now.evacuation?.sinceMs ?? now.evacuationEndedAtMs ?? 0,
        outcome: held ? 'held-open' : 'released',
      }),
    ),
  );
  return { writes: [], live: messages };
}

/** Who is inside is read from this one item's changes, which a stream keeps in order. */
async function whereaboutsView({ table }: ViewSources, before: Item | undefined, after: Item): Promise<View> {
  const then = before === undefined ? undefined : whereaboutsSchema.parse(before).open;
  const now = whereaboutsSchema.parse(after);
  if (then?.stayId === now.open?.stayId) return nothing;
  const writes: Write[] = [];
  if (then !== undefined)
    writes.push({ remove: keys.inside(now.estateId, then.facilityId, now.credentialId) });
  if (now.open !== undefined) {
    const inside = keys.inside(now.estateId, now.open.facilityId, now.credentialId);
    const gone = writes.findIndex((write) => 'remove' in write && write.remove.sk === inside.sk);
    if (gone >= 0) writes.splice(gone, 1);
    writes.push({
      put: { ...inside, stayId: now.open.stayId, enteredAtMs: now.open.enteredAtMs },
      when: 'always',
    });
  }
  const facilities = [...new Set([then?.facilityId, now.open?.facilityId])].filter((id) => id !== undefined);
  const messages = await Promise.all(
    facilities.map(async (facilityId) => {
      const others = (await insideOf(table, now.estateId, facilityId)).filter(
        (item) => !item.sk.endsWith(`#${now.credentialId}`),
      );
      const inside = others.length + (now.open?.facilityId === facilityId ? 1 : 0);
      return live(now.estateId, 'stays', { facilityId, inside });
    }),
  );
  return { writes, live: messages };
}

/** The open stays of a facility. */
export function insideOf(table: Table, estateId: string, facilityId: string): Promise<Item[]> {
  return table.query({ pk: keys.inside(estateId, facilityId, '').pk, prefix: `${facilityId}#` });
}

function portsMessage(
  of: { readonly estateId: string; readonly facilityId: string; readonly deviceId: string },
  atMs: number,
  ports: readonly Readonly<Record<string, unknown>>[],
): LiveMessage {
  return live(of.estateId, 'ports', { facilityId: of.facilityId, deviceId: of.deviceId, atMs, ports });
}

export function live(estateId: string, kind: string, body: Readonly<Record<string, unknown>>): LiveMessage {
  return { topic: `live/${estateId}/${kind}`, body };
}

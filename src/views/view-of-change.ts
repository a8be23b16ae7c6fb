import { refusalSchema } from '../../contract/shapes/refusal.ts';
import type { SessionSummary } from '../../contract/shapes/session.ts';
import { presenceSchema } from '../access/presence.ts';
import { readPresence } from '../access/presence-store.ts';
import { parseAlert } from '../alerts/alert-store.ts';
import { shown } from '../alerts/deliver-alert.ts';
import { readSteps, receiptIn } from '../charging/steps.ts';
import { type ChargingBoard, doorsOf } from '../estate/device.ts';
import { type Facility, facilitySchema } from '../estate/facility.ts';
import { isDoorCommandId } from '../fire/evacuation.ts';
import { refusalDay } from '../journal/counted-refusals.ts';
import { type Entry, parseEntry } from '../journal/entry.ts';
import { acknowledgedFacts, refusedFacts } from '../journal/facts/message.ts';
import { auditLineOf, auditWrites } from '../settings/audit.ts';
import { officeKinds } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import { isSessionStep, sessionStepIn, startingWith } from '../shared/keys-read.ts';
import type { Item, Table, Write } from '../shared/table.ts';
import { boardView } from './board-view.ts';
import { doorViews } from './door-view.ts';
import { ledgerLines, noticeView, officeView } from './money-view.ts';
import { movementView } from './movement-view.ts';
import { heardAtOf } from './reachability.ts';
import { newestOf, summarise } from './session-summary.ts';
import { type LiveMessage, live, nothing, type View, type ViewSources } from './view.ts';

export interface Change {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** The view of one change. Repeating it writes the same again: a stream delivers at least once. */
export async function viewOf(sources: ViewSources, { before, after }: Change): Promise<View> {
  if (after === undefined) return nothing;
  switch (after['type']) {
    case 'entry':
      return before === undefined ? entryView(sources, parseEntry(after)) : nothing;
    case 'alert': {
      const alert = parseAlert(await asItStands(sources, after));
      return { writes: [], live: [live(alert.estateId, 'alerts', shown(alert))] };
    }
    case 'counted-refusals':
      return { writes: [], live: [countedMessage(before, after)] };
    case 'notice':
      return noticeView(await asItStands(sources, after));
    case 'device-state':
      return stateView(sources, after);
    case 'facility':
      return facilityView(sources, before, await asItStands(sources, after));
    case 'presence':
      return presenceView(sources, before, after);
    default:
      return nothing;
  }
}

/** Whether the view of a change is made of how things stand now, and may be another one a moment later. */
export function isOfNow({ before, after }: Change): boolean {
  if (after?.['type'] === 'presence') return true;
  if (before !== undefined || after?.['type'] !== 'entry') return false;
  return isSessionStep(after) || officeKinds.some((kind) => kind === after['kind']);
}

/** The item of a change as it is now: of one that is shown late, pages are not told what has long been otherwise. */
async function asItStands({ table }: ViewSources, after: Item): Promise<Item> {
  const [item] = await table.get([{ pk: after.pk, sk: after.sk }]);
  return item ?? after;
}

async function entryView(sources: ViewSources, entry: Entry): Promise<View> {
  const own = await kindView(sources, entry);
  const refusal = entry.refusal === undefined ? nothing : await refusalView(sources, entry, entry.refusal);
  return {
    writes: [...own.writes, ...refusal.writes, ...ledgerLines(entry), ...auditWrites(entry)],
    live: [...own.live, ...refusal.live],
  };
}

async function kindView(sources: ViewSources, entry: Entry): Promise<View> {
  switch (entry.kind) {
    case 'swipe':
    case 'door-passed':
    case 'board-swipe':
      return movementView(entry);
    case 'cash-top-up':
    case 'cash-refund':
    case 'correction':
      return officeView(sources, entry, entry.kind);
    case 'setting': {
      const line = auditLineOf(entry);
      return { writes: [], live: line === undefined ? [] : [live(entry.estateId, 'settings', line)] };
    }
    case 'session-authorised':
    case 'session-start-answered':
    case 'session-closed':
    case 'session-adjusted':
    case 'settlement':
      return sessionView(sources, entry);
    case 'meter-frame': {
      const board = await sources.registry.device(entry.deviceId);
      if (board?.kind !== 'charging-board') return nothing;
      return { writes: [], live: [await portsMessage(sources, board, entry.receivedAtMs)] };
    }
    case 'command-acknowledged':
      return doorAnswerView(sources, entry);
    default:
      return nothing;
  }
}

/**
 * A session in the estate's list, and its port on the page: as all of its steps make it, and not the one that this is
 * about, because a start may be answered after the session is settled.
 */
async function sessionView({ table, registry }: ViewSources, entry: Entry): Promise<View> {
  if (!isSessionStep(entry)) return nothing;
  const steps = await readSteps({ table }, entry.deviceId, Number(sessionStepIn(entry).order));
  const { agreement } = steps;
  // The settlement of a session that nobody knows is in the journal and among the refusals, not in this list.
  if (agreement === undefined) return nothing;
  const session = summarise(agreement, newestOf(steps));
  const board = await registry.device(entry.deviceId);
  const ports =
    board?.kind === 'charging-board' ? [await portsMessage({ table }, board, entry.receivedAtMs)] : [];
  return {
    writes: [
      {
        put: {
          ...keys.sessionOfEstate(session.estateId, agreement.authorisedAtMs, session.sessionId),
          ...session,
        },
        when: 'always',
      },
      ...receiptWrites(entry, session),
    ],
    live: [live(session.estateId, 'sessions', session), ...ports],
  };
}

/** Where a receipt is found by the code on it: the same code for all that a session ever gets. */
function receiptWrites(entry: Entry, { estateId, sessionId }: SessionSummary): Write[] {
  const receipt = receiptIn(entry);
  if (receipt === undefined || receipt.revision > 0) return [];
  const { expiresAtS } = entry;
  return [{ put: { ...keys.receiptCode(receipt.code), estateId, sessionId, expiresAtS }, when: 'always' }];
}

/** They stand in the list of refusals themselves. */
function countedMessage(before: Item | undefined, { estateId, count, ...after }: Item): LiveMessage {
  const more = Number(count) - Number(before?.['count'] ?? 0);
  return live(String(estateId), 'refusals', { ...refusalSchema.parse({ ...after, count }), more });
}

async function refusalView({ registry }: ViewSources, entry: Entry, reason: string): Promise<View> {
  const refusal = {
    atMs: entry.receivedAtMs,
    deviceId: entry.deviceId,
    topic: entry.topic,
    reason,
    detail: entry.kind === 'refused' ? refusedFacts.parse(entry.facts).detail : entry.kind,
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

/** What a device says of itself: its ports, where it has some, and in any case that it is there. */
async function stateView(sources: ViewSources, item: Item): Promise<View> {
  const device = await sources.registry.device(String(item['deviceId']));
  const atMs = heardAtOf(item);
  if (device === undefined || atMs === undefined) return nothing;
  const message =
    device.kind === 'charging-board'
      ? await portsMessage(sources, device, atMs)
      : live(device.estateId, 'devices', { deviceId: device.deviceId, atMs });
  return { writes: [], live: [message] };
}

async function facilityView(sources: ViewSources, before: Item | undefined, after: Item): Promise<View> {
  const now = facilitySchema.parse(after);
  const then = before === undefined ? undefined : facilitySchema.parse(before);
  const wanted = (facility: Facility | undefined) =>
    `${facility?.evacuation?.alertId} ${facility?.releasing}`;
  return wanted(now) === wanted(then) ? nothing : { writes: [], live: await holdMessages(sources, now) };
}

/** A door, or the gateway of its board, has answered what it was told for an evacuation. */
async function doorAnswerView(sources: ViewSources, entry: Entry): Promise<View> {
  const { registry } = sources;
  if (!isDoorCommandId(acknowledgedFacts.parse(entry.facts).commandId)) return nothing;
  const devices = await registry.devicesOfEstate(entry.estateId);
  const places = new Set(
    devices.flatMap((device) =>
      doorsOf(device).length > 0 &&
      'facilityId' in device &&
      (device.deviceId === entry.deviceId ||
        (device.kind === 'door-board' && device.gatewayId === entry.deviceId))
        ? [device.facilityId]
        : [],
    ),
  );
  const facilities = (await registry.facilities(entry.estateId)).filter(({ facilityId }) =>
    places.has(facilityId),
  );
  const messages = await Promise.all(facilities.map((facility) => holdMessages(sources, facility)));
  return { writes: [], live: messages.flat() };
}

/** What each door of a facility was told, and how far it has done it; `null` for one that is by its cards alone. */
async function holdMessages({ registry, table }: ViewSources, facility: Facility): Promise<LiveMessage[]> {
  const { estateId, facilityId } = facility;
  const devices = await registry.devicesOfFacility(estateId, facilityId);
  const askedAtMs = facility.evacuation?.sinceMs ?? facility.evacuationEndedAtMs ?? 0;
  // How long ago the asking was is for the page to say, by its clock: here is only what was answered.
  const doors = await doorViews(table, facility, devices, askedAtMs);
  return doors.map(({ deviceId, door, direction, hold = null }) => {
    const atMs = Math.max(hold?.answeredAtMs ?? 0, hold?.askedAtMs ?? askedAtMs);
    return live(estateId, 'doors', { facilityId, deviceId, door, direction, atMs, hold });
  });
}

/**
 * Who is inside is what the item says now, and not the change: one that was given up and is given back later must put
 * nobody back inside who has left since. Nobody is where the change saw them leave or enter, and not now.
 */
async function presenceView({ table }: ViewSources, before: Item | undefined, after: Item): Promise<View> {
  const stays = [before, after].map((item) => item && presenceSchema.parse(item).open);
  if (stays[0]?.stayId === stays[1]?.stayId) return nothing;
  const { estateId, credentialId, open } = await readPresence(table, presenceSchema.parse(after));
  // The change's own places alone: each that is written is looked at again. Where somebody is by now is another's to show.
  const places = [...new Set(stays.flatMap((stay) => stay?.facilityId ?? []))];
  const writes = places.map((facilityId): Write => {
    const place = keys.inside(estateId, facilityId, credentialId);
    if (open?.facilityId !== facilityId) return { remove: place };
    return { put: { ...place, stayId: open.stayId, enteredAtMs: open.enteredAtMs }, when: 'always' };
  });
  const messages = await Promise.all(
    places.map(async (facilityId) => {
      const others = (await insideOf(table, estateId, facilityId)).filter(
        (item) => !item.sk.endsWith(`#${credentialId}`),
      );
      const inside = others.length + (open?.facilityId === facilityId ? 1 : 0);
      return live(estateId, 'stays', { facilityId, inside });
    }),
  );
  return { writes, live: messages };
}

/** The open stays of a facility. */
export function insideOf(table: Table, estateId: string, facilityId: string): Promise<Item[]> {
  return table.query(startingWith(keys.inside(estateId, facilityId, '')));
}

/** Every port of a board, as the overview would show it at that moment. */
async function portsMessage(
  { table }: Pick<ViewSources, 'table'>,
  board: ChargingBoard,
  atMs: number,
): Promise<LiveMessage> {
  const { estateId, facilityId, deviceId } = board;
  const { lastSeenAtMs, ports } = await boardView(table, board, atMs);
  return live(estateId, 'ports', { facilityId, deviceId, atMs, lastSeenAtMs, ports });
}

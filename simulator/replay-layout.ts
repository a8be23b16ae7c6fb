import type { ProvisioningRecord } from '../contract/shapes/provisioning.ts';
import { householdElectricity } from './household-tariff.ts';
import type { Session } from './sessions.ts';

/** The estate that a report's garages make: what is built, and who has a card. */
export interface ReplayLayout {
  readonly garages: readonly ReplayGarage[];
  readonly users: readonly ReplayUser[];
}

export interface ReplayGarage {
  readonly garageId: string;
  readonly facilityId: string;
  readonly readerIn: string;
  readonly readerOut: string;
  readonly boards: readonly ReplayBoard[];
}

export interface ReplayBoard {
  readonly imei: string;
  readonly user: string;
  readonly password: string;
  readonly settlementUnitWh: 1 | 10;
}

export interface ReplayUser {
  readonly userId: string;
  readonly householdId: string;
  readonly cardUid: string;
  readonly facilities: readonly string[];
}

export const REPLAY_ESTATE = 'trondheim';
export const REPLAY_TIME_ZONE = 'Europe/Oslo';
export const PORTS_PER_BOARD = 12;
/** Enough for a year of charging: what is replayed is charging, not running out of money. */
export const TOP_UP_FEN = 200_000;

/** One garage per Garage_ID with as many boards as its busiest minute needs; one household and card per User_ID. */
export function layoutFor(sessions: readonly Session[]): ReplayLayout {
  const garageIds = [...new Set(sessions.map((session) => session.garageId))].toSorted();
  let boards = 0;
  const garages = garageIds.map((garageId, index): ReplayGarage => {
    const busiest = greatestConcurrency(sessions.filter((session) => session.garageId === garageId));
    const facilityId = `garage-${index + 1}`;
    return {
      garageId,
      facilityId,
      readerIn: `${facilityId}-in`,
      readerOut: `${facilityId}-out`,
      boards: Array.from({ length: Math.max(1, Math.ceil(busiest / PORTS_PER_BOARD)) }, () => {
        boards += 1;
        return replayBoard(boards);
      }),
    };
  });
  const userIds = [...new Set(sessions.map((session) => session.userId))].toSorted();
  const users = userIds.map((userId, index): ReplayUser => {
    const visited = new Set(
      sessions.filter((session) => session.userId === userId).map((session) => session.garageId),
    );
    return {
      userId,
      householdId: `user-${index + 1}`,
      cardUid: (0x0500_0000 + (index + 1) * 7919).toString(16).toUpperCase().padStart(8, '0'),
      facilities: garages.filter((garage) => visited.has(garage.garageId)).map((garage) => garage.facilityId),
    };
  });
  return { garages, users };
}

/** Every other board counts in single Wh, as the protocol's change log has it, the others in tens, as its table has it. */
function replayBoard(number: number): ReplayBoard {
  const serial = String(number).padStart(6, '0');
  return {
    imei: `861197063${serial}`,
    user: `r${serial}`,
    password: `p${serial}`,
    settlementUnitWh: number % 2 === 0 ? 10 : 1,
  };
}

function greatestConcurrency(sessions: readonly Session[]): number {
  const changes = sessions
    .flatMap(({ startMs, endMs }) => [
      { atMs: startMs, by: 1 },
      // A session that ends in the minute of its start still needs its port in that minute.
      { atMs: Math.max(endMs, startMs + 60_000), by: -1 },
    ])
    .toSorted((a, b) => a.atMs - b.atMs || a.by - b.by);
  let now = 0;
  return changes.reduce((most, { by }) => {
    now += by;
    return Math.max(most, now);
  }, 0);
}

/** The layout as configuration for the HTTP API: the estate first, whose cash limit a second person must approve. */
export function layoutRecords(
  layout: ReplayLayout,
  effectiveFromMs: number,
): { readonly estate: ProvisioningRecord; readonly others: ProvisioningRecord[] } {
  const estate: ProvisioningRecord = {
    kind: 'estate',
    name: { zh: 'Trondheim', en: 'Trondheim' },
    timeZone: REPLAY_TIME_ZONE,
    // A year's money is paid in at once, and nobody stands by to approve it.
    cashApprovalFen: TOP_UP_FEN,
  };
  const others: ProvisioningRecord[] = [
    {
      kind: 'tariff',
      tariffVersion: 'replay',
      electricity: householdElectricity,
      service: { by: 'energy', priceMilliYuanPerKWh: 300 },
      holdFen: 500,
      effectiveFromMs,
    },
    ...layout.garages.flatMap((garage) => garageRecords(garage)),
    ...layout.users.flatMap(({ userId, householdId, cardUid, facilities }): ProvisioningRecord[] => [
      { kind: 'household', householdId, building: '1', unit: userId.slice(0, 20) },
      {
        kind: 'credential',
        credentialId: `${householdId}-card`,
        householdId,
        cardUid,
        facilities: [...facilities],
        validFrom: '2000-01-01',
        validUntil: '2099-12-31',
      },
      { kind: 'top-up', transferId: `replay-${householdId}`, householdId, amountFen: TOP_UP_FEN },
    ]),
  ];
  return { estate, others };
}

function garageRecords({
  garageId,
  facilityId,
  readerIn,
  readerOut,
  boards,
}: ReplayGarage): ProvisioningRecord[] {
  const name = { zh: garageId, en: garageId };
  return [
    { kind: 'facility', facilityId, facilityKind: 'garage', name, bays: 100 },
    { kind: 'reader', deviceId: readerIn, facilityId, direction: 'in', name },
    { kind: 'reader', deviceId: readerOut, facilityId, direction: 'out', name },
    ...boards.map(
      ({ imei, user, password, settlementUnitWh }): ProvisioningRecord => ({
        kind: 'charging-board',
        deviceId: imei,
        facilityId,
        ports: PORTS_PER_BOARD,
        login: { user, password },
        settlementUnitWh,
      }),
    ),
  ];
}

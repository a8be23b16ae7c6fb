import type { ProvisioningRecord } from '../contract/shapes/provisioning.ts';
import type { CardHolder, DemoEstate, Place, Spot } from './estate.ts';

export const estateRecord = (
  { name, timeZone }: Pick<DemoEstate, 'name' | 'timeZone'>,
  committeeWebhookUrl: string,
): ProvisioningRecord => ({ kind: 'estate', name, timeZone, committeeWebhookUrl });

/** Facilities and devices: few records, and nothing works without them. */
export function structureRecords(estate: DemoEstate): ProvisioningRecord[] {
  return [
    ...estate.places.map(
      ({ facilityId, kind, name, bays }): ProvisioningRecord => ({
        kind: 'facility',
        facilityId,
        facilityKind: kind,
        name,
        bays,
      }),
    ),
    ...(estate.gateway === undefined ? [] : [{ kind: 'door-gateway' as const, deviceId: estate.gateway }]),
    ...estate.places.flatMap((place) => deviceRecords(place, estate.gateway)),
    ...spotRecords(estate.corridors, 'corridor'),
    ...spotRecords(estate.gates, 'gate'),
  ];
}

function deviceRecords(place: Place, gateway: string | undefined): ProvisioningRecord[] {
  const { facilityId, name } = place;
  const records: ProvisioningRecord[] = place.boards.map(
    ({ imei, ports, user, password, settlementUnitWh }) => ({
      kind: 'charging-board',
      deviceId: imei,
      facilityId,
      ports,
      login: { user, password },
      settlementUnitWh,
    }),
  );
  records.push({ kind: 'sensor', deviceId: place.smoke, sensor: 'smoke', facilityId, place: name });
  if (place.baySensor)
    records.push({ kind: 'sensor', deviceId: place.baySensor, sensor: 'bay', facilityId, place: name });
  if (place.reader) {
    const [entry, exit] = [
      { zh: '进口', en: 'Way in' },
      { zh: '出口', en: 'Way out' },
    ];
    records.push({ kind: 'reader', deviceId: place.reader.in, facilityId, direction: 'in', name: entry });
    records.push({ kind: 'reader', deviceId: place.reader.out, facilityId, direction: 'out', name: exit });
  }
  if (place.doorBoard !== undefined && gateway !== undefined) {
    const doors = [{ door: 1, name: { zh: '车棚门', en: 'Shed door' }, direction: 'both' as const }];
    records.push({
      kind: 'door-board',
      deviceId: String(place.doorBoard),
      gatewayId: gateway,
      facilityId,
      doors,
    });
  }
  return records;
}

function spotRecords(spots: readonly Spot[], sensor: 'corridor' | 'gate'): ProvisioningRecord[] {
  return spots.map(({ thing, place }) => ({ kind: 'sensor', deviceId: thing, sensor, place }));
}

/** A household with its card and the money on it. */
export function holderRecords(estate: DemoEstate, holders: readonly CardHolder[]): ProvisioningRecord[] {
  const households = new Map(estate.households.map((household) => [household.householdId, household]));
  return holders.flatMap(
    ({ householdId, credentialId, cardUid, facilities, topUpFen }): ProvisioningRecord[] => {
      const { building = '', unit = '' } = households.get(householdId) ?? {};
      return [
        { kind: 'household', householdId, building, unit },
        {
          kind: 'credential',
          credentialId,
          householdId,
          cardUid,
          facilities: [...facilities],
          validFrom: '2020-01-01',
          validUntil: '2099-12-31',
        },
        { kind: 'top-up', transferId: `first-${householdId}`, householdId, amountFen: topUpFen },
      ];
    },
  );
}

/** The households that have no card. */
export function otherHouseholdRecords(estate: DemoEstate): ProvisioningRecord[] {
  const withCard = new Set([estate.lost, ...estate.cardHolders].map(({ householdId }) => householdId));
  return estate.households
    .filter(({ householdId }) => !withCard.has(householdId))
    .map((household) => ({ kind: 'household', ...household }));
}

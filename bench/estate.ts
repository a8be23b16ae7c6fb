import type { ProvisioningRecord } from '../contract/shapes/provisioning.ts';
import { householdElectricity } from '../simulator/household-tariff.ts';

export const estateId = 'bench';
export const readerId = 'bench-reader';
/** One board with a single session, and one with all twelve ports at work. */
export const quietBoard = '861317069000001';
export const busyBoard = '861317069000002';
export const boardPorts = 12;
export const boardLogin = { user: 'bench', password: 'bench' };

const name = { zh: '测', en: 'Bench' };

/** One resident for every port: a card has at most one session at a time. */
export function residents(count: number): { readonly householdId: string; readonly card: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    householdId: `h${index}`,
    card: 0x10_00_00_01 + index * 0x01_01_01,
  }));
}

export function cardUid(card: number): string {
  return card.toString(16).toUpperCase().padStart(8, '0');
}

export function estateRecords(): ProvisioningRecord[] {
  const board = { facilityId: 'shed', ports: boardPorts, login: boardLogin, settlementUnitWh: 10 } as const;
  return [
    { kind: 'estate', name, timeZone: 'Asia/Shanghai' },
    {
      kind: 'tariff',
      tariffVersion: 'bench',
      electricity: householdElectricity,
      service: { by: 'energy', priceMilliYuanPerKWh: 300 },
      holdFen: 300,
      effectiveFromMs: 0,
    },
    { kind: 'facility', facilityId: 'shed', facilityKind: 'shed', name, bays: 50 },
    { kind: 'reader', deviceId: readerId, facilityId: 'shed', direction: 'in', name },
    { kind: 'charging-board', deviceId: quietBoard, ...board },
    { kind: 'charging-board', deviceId: busyBoard, ...board },
    ...residents(boardPorts + 1).flatMap(({ householdId, card }): ProvisioningRecord[] => [
      { kind: 'household', householdId, building: '1', unit: '1' },
      {
        kind: 'credential',
        credentialId: `card-${householdId}`,
        householdId,
        cardUid: cardUid(card),
        facilities: ['shed'],
        validFrom: '2020-01-01',
        validUntil: '2099-12-31',
      },
      { kind: 'top-up', transferId: `top-up-${householdId}`, householdId, amountFen: 2000 },
    ]),
  ];
}

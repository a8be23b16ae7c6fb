import type { Receipt } from '../../contract/shapes/receipt.ts';
import { type EntryContent, sealed } from '../../src/journal/entry.ts';
import type { Agreement } from '../../src/journal/facts/session.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Key } from '../../src/shared/table.ts';
import { boardId, estateId, type TestEstate } from '../support/estate.ts';

export interface ToldBill {
  readonly order: number;
  readonly endedAtMs: number;
  readonly chargedFen?: number;
  readonly energyWh?: number;
  readonly agreed?: Partial<Agreement>;
  /** How often it had been corrected: the bill before it stays. */
  readonly revision?: number;
}

export const agreementOf = ({ order, endedAtMs, agreed }: ToldBill): Agreement => ({
  ...{ sessionId: `${boardId}-${order}`, estateId, facilityId: 'garage', deviceId: boardId, port: 2, order },
  ...{ startedBy: 'card', authorisedAtMs: endedAtMs - 3_600_000, householdId: 'h1', credentialId: 'c1' },
  ...{ holdFen: 300, tariffVersion: '2026-01', energyLimitWh: 5000, ...agreed },
});

export const receiptOf = (bill: ToldBill): Receipt => ({
  ...{ sessionId: `${boardId}-${bill.order}`, code: `CODE${bill.order}`, tariffVersion: '2026-01' },
  readings: [
    { atMs: bill.endedAtMs - 3_600_000, energyWh: 0 },
    { atMs: bill.endedAtMs, energyWh: bill.energyWh ?? 100 },
  ],
  ...{ holdFen: 300, totalFen: bill.chargedFen ?? 10, chargedFen: bill.chargedFen ?? 10 },
  lines: [
    { line: 'electricity', amountFen: (bill.chargedFen ?? 10) - 3, slices: [] },
    { line: 'service', amountFen: 3, slices: [] },
  ],
  ...{ estimated: false, remarks: [], whyDifferent: [], adjustments: [], revision: bill.revision ?? 0 },
});

/** An entry of the journal, beside everything that would have written it. */
export async function tell(
  { table, backend }: TestEstate,
  key: Key,
  content: Pick<EntryContent, 'kind' | 'facts' | 'postings'>,
  receivedAtMs = 0,
): Promise<void> {
  const origin = {
    ...{ estateId, deviceId: boardId, receivedAtMs, topic: 'api', sender: 'test', fact: key.sk },
    payload: new Uint8Array(),
  };
  const entry = sealed({ key, origin, content: { ...content, outcome: 'done' } }, backend.vault);
  await table.commit([{ put: { ...entry }, when: 'always' }]);
}

/** What the journal has of a session that is over, and of its corrections, one bill after the other. */
export async function tellSession(estate: TestEstate, ...bills: readonly ToldBill[]): Promise<void> {
  for (const bill of bills) {
    const agreement = agreementOf(bill);
    const key = (step: string) => ({ ...{ pk: `DEVICE#${boardId}`, sk: `SESSION#${bill.order}#${step}` } });
    await tell(estate, keys.session(boardId, bill.order, 'authorised'), {
      ...{ kind: 'session-authorised', facts: { ...agreement } },
    });
    const step = bill.revision === undefined || bill.revision === 0 ? 'settled' : `adjusted#${bill.revision}`;
    await tell(estate, key(step), { kind: 'settlement', facts: { agreement, receipt: receiptOf(bill) } });
  }
}

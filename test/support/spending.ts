import { record } from '../../src/journal/commit.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { decideChange } from '../../src/settings/change.ts';
import { keys } from '../../src/shared/keys.ts';
import { setCreditLimit } from '../../src/wallet/credit.ts';
import { changeHousehold, type HouseholdChange } from '../../src/wallet/household.ts';
import { noticeWrites } from '../../src/wallet/notice.ts';
import { capture, deposit, placeHold } from '../../src/wallet/wallet.ts';
import { putWallet, readWallet } from '../../src/wallet/wallet-store.ts';
import { officeEstate, type TestOffice, testOffice } from './money.ts';

/** The month in which the office's clock stands. */
export const month = '2026-11';

export const agree = (
  { office, by }: TestOffice,
  requestId: string,
  change: HouseholdChange,
  householdId = 'h1',
) => changeHousehold(office, by('resident'), householdId, requestId, change);

/** A credit limit as it comes into force: asked for by an operator, and approved by a second person where it is raised. */
export async function credit(
  desk: TestOffice,
  requestId: string,
  creditLimitFen: number,
  office = desk.office,
) {
  const { waits } = await setCreditLimit(office, desk.by('operator'), 'h1', requestId, creditLimitFen);
  if (waits !== undefined)
    await decideChange(office, desk.by('manager'), waits.changeId, 'approved', findSetting);
}

/** A session from its hold to its end, as the end of a session commits it. */
export async function session(
  desk: TestOffice,
  name: string,
  amountFen: number,
  memberId?: string,
  office = desk.office,
) {
  const wallet = await desk.wallet();
  const credentialId = `card of ${name}`;
  const held = { amountFen, credentialId, sinceMs: 0, ...(memberId === undefined ? {} : { memberId }) };
  await desk.table.commit([putWallet(placeHold(wallet, name, held, month))]);
  return end(desk, name, amountFen, office);
}

export function end(desk: TestOffice, name: string, amountFen: number, office = desk.office) {
  const origin = { ...desk.by('board'), fact: name };
  return record(office, async () => {
    const before = await readWallet(office.table, officeEstate, 'h1');
    const content = { kind: 'settlement', outcome: 'settled' } as const;
    const entry = { key: keys.event('board', name), origin, content };
    if (before.holds[name] === undefined) return { entry };
    const after = capture(before, name, { amountFen, month });
    return { entry, writes: [putWallet(after), ...noticeWrites(office.vault, origin, before, after)] };
  });
}

/** A household with money, and nothing agreed. */
export async function rich(): Promise<TestOffice> {
  const desk = await testOffice();
  await desk.change((wallet) => deposit(wallet, 100_000));
  return desk;
}

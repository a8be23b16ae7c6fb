import type { RebuildDifference } from '../../contract/shapes/rebuild.ts';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import { chargedByLine } from '../billing/receipt.ts';
import { type ChargeEvidence, readEvidence } from '../charging/evidence.ts';
import { type ChargeSteps, readSteps, receiptSteps } from '../charging/steps.ts';
import { verifyCharge } from '../charging/verify-charge.ts';
import type { ChargingBoard } from '../estate/device.ts';
import type { Backend } from '../journal/commit.ts';
import type { Agreement } from '../journal/facts/charge.ts';
import { movedInto, revenueAccount } from '../ledger/ledger.ts';
import { keys } from '../shared/keys.ts';
import { chargeStepIn } from '../shared/keys-read.ts';
import { ownOf } from '../shared/own.ts';
import type { Item } from '../shared/table.ts';
import { newestOf, summarise } from '../views/charge-summary.ts';
import { ledgerLines } from '../views/money-view.ts';
import { usedOfPackage } from '../wallet/charge-money.ts';
import { readWallet } from '../wallet/wallet-store.ts';
import { asText, comparedItem, twiceIfDifferent } from './rebuild-compare.ts';
import type { CursorOf, PartOfPage, RebuildCursor } from './rebuild-page.ts';

/** So many entries of one board at once: some twenty charges. */
const entriesAtOnce = 90;
const chargesAtOnce = 4;

/** The charges of a few orders of one board: each receipt, its postings, and the read models that follow from them. */
export async function checkCharges(
  backend: Backend,
  estateId: string,
  { deviceId, order }: CursorOf<'charges'>,
): Promise<PartOfPage> {
  // In the order of their names, as the registry has them.
  const devices = await backend.registry.devicesOfEstate(estateId);
  const boards = devices.filter((device) => device.kind === 'charging-board');
  const board = deviceId === undefined ? boards[0] : boards.find((known) => known.deviceId === deviceId);
  if (board === undefined) return { checked: {}, differences: [], next: { part: 'ledger' } };
  const following = boards[boards.indexOf(board) + 1];
  const nextBoard: RebuildCursor =
    following === undefined ? { part: 'ledger' } : { part: 'charges', deviceId: following.deviceId };

  const items = await backend.table.query({
    ...keys.chargesOfBoard(board.deviceId, order),
    limit: entriesAtOnce,
  });
  const orders = [...new Set(items.map((item) => chargeStepIn(item).order))];
  const whole = items.length < entriesAtOnce;
  // The last charge of a full page may go on behind it, and begins the next page.
  const mine = whole || orders.length === 1 ? orders : orders.slice(0, -1);
  const results = await inTurns(mine, chargesAtOnce, (each) =>
    twiceIfDifferent(async () =>
      checkCharge(backend, board, await readSteps(backend, board.deviceId, Number(each))),
    ),
  );
  const last = mine.at(-1);
  return {
    ...added(results),
    next:
      whole || last === undefined ? nextBoard : { part: 'charges', deviceId: board.deviceId, order: last },
  };
}

interface CheckedCharge {
  readonly receipts: number;
  readonly differences: readonly RebuildDifference[];
  readonly packagesUsed: Readonly<Record<string, number>>;
}

async function checkCharge(
  backend: Backend,
  board: ChargingBoard,
  steps: ChargeSteps,
): Promise<CheckedCharge> {
  const { agreement, authorised } = steps;
  // The account of an order that nobody knows is kept, and moves nothing.
  if (agreement === undefined || authorised === undefined)
    return { receipts: 0, differences: [], packagesUsed: {} };
  const { evidence } = await readEvidence(backend, board, agreement);
  const differences = [
    ...receiptDifferences(evidence, steps),
    ...postingDifferences(agreement, evidence),
    ...(await viewDifferences(backend, evidence, steps)),
    ...(await holdDifferences(backend, agreement, evidence)),
  ];
  return {
    receipts: evidence.receipts.length,
    differences,
    packagesUsed: packagesUsed(agreement, evidence),
  };
}

function receiptDifferences(evidence: ChargeEvidence, steps: ChargeSteps): RebuildDifference[] {
  if (evidence.receipts.length === 0) return [];
  const newest = receiptSteps(steps).at(-1);
  return verifyCharge(evidence).differences.map(({ path, recorded, recomputed }) => ({
    what: 'receipt',
    of: evidence.agreement.chargeId,
    where: `${newest?.pk}|${newest?.sk} facts.receipt.${path}`,
    recorded: asText(recorded),
    recomputed: asText(recomputed),
  }));
}

/** All postings of a charge together come to what its newest receipt says was taken, line by line. */
function postingDifferences(agreement: Agreement, { receipts }: ChargeEvidence): RebuildDifference[] {
  const newest = receipts.at(-1)?.receipt;
  if (newest === undefined) return [];
  const isPaid =
    agreement.householdId !== undefined &&
    agreement.credentialId !== undefined &&
    agreement.startedBy !== 'local';
  const due = isPaid ? chargedByLine(newest) : { electricity: 0, service: 0 };
  const postings = receipts.flatMap((made) => made.postings);
  return (['electricity', 'service'] as const).flatMap((line): RebuildDifference[] => {
    const account = revenueAccount(line);
    const bookedFen = movedInto(account, postings);
    if (bookedFen === due[line]) return [];
    const { deviceId, order } = agreement;
    const { pk, prefix } = keys.chargeSteps(deviceId, order);
    return [
      {
        what: 'postings',
        of: agreement.chargeId,
        where: `${pk}|${prefix}… ${account}`,
        recorded: asText(bookedFen),
        recomputed: asText(due[line]),
      },
    ];
  });
}

/** The charge in the estate's list, the ledger's lines of its entries, and the way from its code to it. */
async function viewDifferences(
  backend: Backend,
  evidence: ChargeEvidence,
  steps: ChargeSteps,
): Promise<RebuildDifference[]> {
  const { agreement, code } = evidence;
  const { estateId, chargeId } = agreement;
  const charge = summarise(agreement, newestOf(steps));
  const lines = receiptSteps(steps).flatMap(ledgerLines);
  const [first] = receiptSteps(steps);
  const expected: Item[] = [
    { ...keys.chargeOfEstate(estateId, agreement.authorisedAtMs, chargeId), ...charge },
    ...(first === undefined
      ? []
      : [{ ...keys.receiptCode(code), estateId, chargeId, expiresAtS: first.expiresAtS }]),
    ...lines.flatMap((write) => ('put' in write ? [write.put] : [])),
  ];
  const stored = await backend.table.get(expected);
  return expected.flatMap((item, index) => comparedItem('read-model', chargeId, item, stored[index]));
}

/** What is open is held for, and what is over is not. */
async function holdDifferences(
  { table }: Backend,
  agreement: Agreement,
  { receipts }: ChargeEvidence,
): Promise<RebuildDifference[]> {
  const { estateId, householdId, chargeId, holdFen, startedBy } = agreement;
  if (householdId === undefined || startedBy === 'local') return [];
  const wallet = await readWallet(table, estateId, householdId);
  const heldFen = ownOf(wallet.holds, chargeId)?.amountFen;
  const dueFen = receipts.length === 0 ? holdFen : undefined;
  if (heldFen === dueFen) return [];
  const { pk, sk } = keys.wallet(estateId, householdId);
  return [
    {
      what: 'hold',
      of: chargeId,
      where: `${pk}|${sk} holds.${chargeId}.amountFen`,
      recorded: asText(heldFen),
      recomputed: asText(dueFen),
    },
  ];
}

function packagesUsed(agreement: Agreement, { receipts, tariff }: ChargeEvidence): Record<string, number> {
  const { allowance, householdId, credentialId } = agreement;
  if (allowance === undefined || householdId === undefined || credentialId === undefined) return {};
  const newest: Receipt | undefined = receipts.at(-1)?.receipt;
  const reserved = { purchaseId: allowance.purchaseId, amount: allowance.reservedAmount };
  const used =
    newest === undefined ? reserved.amount : usedOfPackage(tariff, { credentialId, reserved }, newest);
  return { [`${householdId}|${allowance.purchaseId}`]: used };
}

function added(results: readonly CheckedCharge[]): Omit<PartOfPage, 'next'> {
  const packagesUsed: Record<string, number> = {};
  for (const result of results)
    for (const [name, used] of Object.entries(result.packagesUsed))
      packagesUsed[name] = (packagesUsed[name] ?? 0) + used;
  return {
    checked: {
      charges: results.length,
      receipts: results.reduce((sum, { receipts }) => sum + receipts, 0),
    },
    differences: results.flatMap(({ differences }) => differences),
    packagesUsed,
  };
}

/** A few at a time: each reads the frames of its board. */
async function inTurns<T, R>(all: readonly T[], atOnce: number, check: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += atOnce)
    results.push(...(await Promise.all(all.slice(from, from + atOnce).map(check))));
  return results;
}

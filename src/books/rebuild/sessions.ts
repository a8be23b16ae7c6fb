import type { RebuildDifference } from '../../../contract/shapes/rebuild.ts';
import type { Receipt } from '../../../contract/shapes/receipt.ts';
import { chargedByLine } from '../../billing/receipt.ts';
import { readEvidence, type SessionEvidence } from '../../charging/evidence.ts';
import { readSteps, receiptSteps, type SessionSteps } from '../../charging/steps.ts';
import { verifySession } from '../../charging/verify-session.ts';
import type { ChargingBoard } from '../../estate/device.ts';
import type { Backend } from '../../journal/commit.ts';
import type { Agreement } from '../../journal/facts/session.ts';
import { movedInto, revenueAccount } from '../../ledger/ledger.ts';
import { keys } from '../../shared/keys.ts';
import { sessionStepIn } from '../../shared/keys-read.ts';
import { ownOf } from '../../shared/own.ts';
import type { Item } from '../../shared/table.ts';
import { ledgerLines } from '../../views/money-view.ts';
import { newestOf, summarise } from '../../views/session-summary.ts';
import { usedOfPackage } from '../../wallet/session-money.ts';
import { readWallet } from '../../wallet/wallet-store.ts';
import { asText, comparedItem, twiceIfDifferent } from './compare.ts';
import type { CursorOf, PartOfPage, RebuildCursor } from './page.ts';

/** So many entries of one board at once: some twenty sessions. */
const entriesAtOnce = 90;
const sessionsAtOnce = 4;

/** The sessions of a few orders of one board: each receipt, its postings, and the read models that follow from them. */
export async function checkSessions(
  backend: Backend,
  estateId: string,
  { deviceId, order }: CursorOf<'sessions'>,
): Promise<PartOfPage> {
  // In the order of their names, as the registry has them.
  const devices = await backend.registry.devicesOfEstate(estateId);
  const boards = devices.filter((device) => device.kind === 'charging-board');
  const board = deviceId === undefined ? boards[0] : boards.find((known) => known.deviceId === deviceId);
  if (board === undefined) return { checked: {}, differences: [], next: { part: 'ledger' } };
  const following = boards[boards.indexOf(board) + 1];
  const nextBoard: RebuildCursor =
    following === undefined ? { part: 'ledger' } : { part: 'sessions', deviceId: following.deviceId };

  const items = await backend.table.query({
    ...keys.sessionsOfBoard(board.deviceId, order),
    limit: entriesAtOnce,
  });
  const orders = [...new Set(items.map((item) => sessionStepIn(item).order))];
  const whole = items.length < entriesAtOnce;
  // The last session of a full page may go on behind it, and begins the next page.
  const mine = whole || orders.length === 1 ? orders : orders.slice(0, -1);
  const results = await inTurns(mine, sessionsAtOnce, (each) =>
    twiceIfDifferent(async () =>
      checkSession(backend, board, await readSteps(backend, board.deviceId, Number(each))),
    ),
  );
  const last = mine.at(-1);
  return {
    ...added(results),
    next:
      whole || last === undefined ? nextBoard : { part: 'sessions', deviceId: board.deviceId, order: last },
  };
}

interface CheckedSession {
  readonly receipts: number;
  readonly differences: readonly RebuildDifference[];
  readonly packagesUsed: Readonly<Record<string, number>>;
}

async function checkSession(
  backend: Backend,
  board: ChargingBoard,
  steps: SessionSteps,
): Promise<CheckedSession> {
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

function receiptDifferences(evidence: SessionEvidence, steps: SessionSteps): RebuildDifference[] {
  if (evidence.receipts.length === 0) return [];
  const newest = receiptSteps(steps).at(-1);
  return verifySession(evidence).differences.map(({ path, recorded, recomputed }) => ({
    what: 'receipt',
    of: evidence.agreement.sessionId,
    where: `${newest?.pk}|${newest?.sk} facts.receipt.${path}`,
    recorded: asText(recorded),
    recomputed: asText(recomputed),
  }));
}

/** All postings of a session together come to what its newest receipt says was taken, line by line. */
function postingDifferences(agreement: Agreement, { receipts }: SessionEvidence): RebuildDifference[] {
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
    const { pk, prefix } = keys.sessionSteps(deviceId, order);
    return [
      {
        what: 'postings',
        of: agreement.sessionId,
        where: `${pk}|${prefix}… ${account}`,
        recorded: asText(bookedFen),
        recomputed: asText(due[line]),
      },
    ];
  });
}

/** The session in the estate's list, the ledger's lines of its entries, and the way from its code to it. */
async function viewDifferences(
  backend: Backend,
  evidence: SessionEvidence,
  steps: SessionSteps,
): Promise<RebuildDifference[]> {
  const { agreement, code } = evidence;
  const { estateId, sessionId } = agreement;
  const session = summarise(agreement, newestOf(steps));
  const lines = receiptSteps(steps).flatMap(ledgerLines);
  const [first] = receiptSteps(steps);
  const expected: Item[] = [
    { ...keys.sessionOfEstate(estateId, agreement.authorisedAtMs, sessionId), ...session },
    ...(first === undefined
      ? []
      : [{ ...keys.receiptCode(code), estateId, sessionId, expiresAtS: first.expiresAtS }]),
    ...lines.flatMap((write) => ('put' in write ? [write.put] : [])),
  ];
  const stored = await backend.table.get(expected);
  return expected.flatMap((item, index) => comparedItem('read-model', sessionId, item, stored[index]));
}

/** What is open is held for, and what is over is not. */
async function holdDifferences(
  { table }: Backend,
  agreement: Agreement,
  { receipts }: SessionEvidence,
): Promise<RebuildDifference[]> {
  const { estateId, householdId, sessionId, holdFen, startedBy } = agreement;
  if (householdId === undefined || startedBy === 'local') return [];
  const wallet = await readWallet(table, estateId, householdId);
  const heldFen = ownOf(wallet.holds, sessionId)?.amountFen;
  const dueFen = receipts.length === 0 ? holdFen : undefined;
  if (heldFen === dueFen) return [];
  const { pk, sk } = keys.wallet(estateId, householdId);
  return [
    {
      what: 'hold',
      of: sessionId,
      where: `${pk}|${sk} holds.${sessionId}.amountFen`,
      recorded: asText(heldFen),
      recomputed: asText(dueFen),
    },
  ];
}

function packagesUsed(agreement: Agreement, { receipts, tariff }: SessionEvidence): Record<string, number> {
  const { allowance, householdId, credentialId } = agreement;
  if (allowance === undefined || householdId === undefined || credentialId === undefined) return {};
  const newest: Receipt | undefined = receipts.at(-1)?.receipt;
  const reserved = { purchaseId: allowance.purchaseId, amount: allowance.reservedAmount };
  const used =
    newest === undefined ? reserved.amount : usedOfPackage(tariff, { credentialId, reserved }, newest);
  return { [`${householdId}|${allowance.purchaseId}`]: used };
}

function added(results: readonly CheckedSession[]): Omit<PartOfPage, 'next'> {
  const packagesUsed: Record<string, number> = {};
  for (const result of results)
    for (const [name, used] of Object.entries(result.packagesUsed))
      packagesUsed[name] = (packagesUsed[name] ?? 0) + used;
  return {
    checked: {
      sessions: results.length,
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

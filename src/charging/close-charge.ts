import { chargePostings, type Receipt, receiptOf, receiptSchema } from '../billing/receipt.ts';
import type { Tariff } from '../billing/tariff.ts';
import { capture } from '../billing/wallet.ts';
import { parseWallet, putWallet, walletKey } from '../billing/wallet-store.ts';
import type { Settlement } from '../devices/events.ts';
import { type Outgoing, send } from '../devices/outbox.ts';
import { addressOf, type ChargingBoard } from '../estate/device.ts';
import { type Backend, type Decision, type Recorded, record } from '../journal/commit.ts';
import { type Entry, entryOf, type Origin, parseEntry } from '../journal/entry.ts';
import { type ChargeStep, keys } from '../shared/keys.ts';
import type { Item, Write } from '../shared/table.ts';
import { type Agreement, agreementSchema, chargeIdOf, limits } from './charge.ts';
import { foldCharge } from './fold.ts';
import { type PortFrame, readFrames } from './frame-store.ts';
import { closed, parsePort, portKey, putPort } from './port-store.ts';

/** What the journal holds of one charge. */
export interface ChargeSteps {
  readonly authorised: Entry | undefined;
  readonly agreement: Agreement | undefined;
  readonly started: Entry | undefined;
  readonly stopAnswered: Entry | undefined;
  readonly closed: Entry | undefined;
  readonly settled: Entry | undefined;
}

export async function readSteps(
  backend: Pick<Backend, 'table'>,
  deviceId: string,
  order: number,
): Promise<ChargeSteps> {
  const names = [
    'authorised',
    'started',
    'stop-answered',
    'closed',
    'settled',
  ] as const satisfies ChargeStep[];
  const items = await backend.table.get(names.map((step) => keys.charge(deviceId, order, step)));
  const [authorised, started, stopAnswered, closedEntry, settled] = items.map((item) =>
    item === undefined ? undefined : parseEntry(item),
  );
  return {
    authorised,
    agreement: authorised === undefined ? undefined : agreementSchema.parse(authorised.facts),
    started,
    stopAnswered,
    closed: closedEntry,
    settled,
  };
}

/** The receipt that an entry carries, where it closed or corrected a charge. */
export function receiptIn(entry: Entry | undefined): Receipt | undefined {
  const receipt = entry?.facts['receipt'];
  return receipt === undefined ? undefined : receiptSchema.parse(receipt);
}

/**
 * The board's closing account. It is answered whatever it says, also for an order that nobody knows: an unanswered
 * board repeats itself and starts nothing else. Told after an estimate, it corrects the estimate, once: what was taken
 * too much goes back; what was taken too little is ours to bear.
 */
export async function takeSettlement(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: Settlement,
): Promise<Recorded> {
  const recorded = await record(backend, () => settle(backend, origin, board, event));
  await send(backend.publisher, backend.clock, [
    { to: addressOf(board), command: { type: 'answer-settlement', port: event.port, order: event.order } },
  ]);
  return recorded;
}

async function settle(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: Settlement,
): Promise<Decision> {
  const [authorised] = await backend.table.get([keys.charge(board.deviceId, event.order, 'authorised')]);
  const agreement =
    authorised === undefined ? undefined : agreementSchema.parse(parseEntry(authorised).facts);
  if (agreement === undefined || agreement.port !== event.port) {
    const refusal = agreement === undefined ? 'unknown-order' : 'order-of-another-port';
    const key =
      agreement === undefined
        ? keys.charge(board.deviceId, event.order, 'settled')
        : keys.event(board.deviceId, `${event.identity}:port-${event.port}`);
    return {
      entry: entryOf(
        key,
        origin,
        {
          kind: 'settlement',
          outcome: 'kept',
          refusal,
          keep: 'money',
          facts: { settlement: event },
        },
        backend.vault,
      ),
    };
  }
  return closing(backend, origin, await readClosing(backend, origin, board, agreement), event);
}

/** A charge, and everything that its end is computed from and changes. */
interface Closing {
  readonly agreement: Agreement;
  readonly steps: ChargeSteps;
  readonly portItem: Item | undefined;
  readonly walletItem: Item | undefined;
  readonly tariff: Tariff;
  readonly frames: readonly PortFrame[];
}

/**
 * Port and wallet are read first, and the journal after them: whoever else closes this charge meanwhile writes one of
 * the two, so that a decision on an older journal cannot be committed. The other way round, a charge closed by the
 * watchdog in the moment of its settlement would be paid twice.
 */
async function readClosing(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  agreement: Agreement,
): Promise<Closing> {
  const { deviceId, order, port, estateId, householdId } = agreement;
  const [portItem, walletItem] = await backend.table.get([
    portKey(deviceId, port),
    ...(householdId === undefined ? [] : [walletKey(estateId, householdId)]),
  ]);
  const [steps, tariff, frames] = await Promise.all([
    readSteps(backend, deviceId, order),
    backend.registry.tariff(estateId, agreement.tariffVersion),
    readFrames(backend.table, board, port, agreement.authorisedAtMs, origin.receivedAtMs),
  ]);
  return { agreement, steps, portItem, walletItem, tariff, frames };
}

/**
 * Closes a charge without the board's account, at its last reading; `ifOver` decides instead where it is closed by
 * now. A charge that never began costs nothing by the same rule: it has no readings.
 */
export async function closeUnaccounted(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  agreement: Agreement,
  options: {
    readonly reason: string;
    readonly commands?: readonly Outgoing[];
    readonly ifOver: (end: Entry) => Decision;
  },
): Promise<Decision> {
  const found = await readClosing(backend, origin, board, agreement);
  const end = found.steps.closed ?? found.steps.settled;
  return end === undefined ? closing(backend, origin, found, undefined, options) : options.ifOver(end);
}

function closing(
  backend: Backend,
  origin: Origin,
  { agreement, steps, portItem, walletItem, tariff, frames }: Closing,
  event: Settlement | undefined,
  options: { readonly reason?: string; readonly commands?: readonly Outgoing[] } = {},
): Decision {
  const { deviceId, order, chargeId, householdId } = agreement;
  const folded = foldCharge({
    authorisedAtMs: agreement.authorisedAtMs,
    startedAtMs: steps.started?.receivedAtMs,
    frames,
    settlement:
      event === undefined
        ? undefined
        : { receivedAtMs: origin.receivedAtMs, durationS: event.durationS, energyWh: event.energyWh },
  });
  const before = receiptIn(steps.closed);
  const full = receiptOf({
    chargeId,
    tariff,
    readings: folded.readings,
    holdFen: agreement.holdFen,
    estimated: folded.estimated,
    remarks: [...folded.remarks, ...(options.reason === undefined ? [] : [options.reason])],
    ...(event === undefined
      ? {}
      : { boardClaim: { fen: event.claimedFen, energyWh: event.energyWh, stopReason: event.stopReason } }),
  });
  const receipt = before === undefined ? full : corrected(full, before);
  const paidFor = householdId !== undefined && agreement.startedBy !== 'local';
  const postings = paidFor ? chargePostings(receipt, householdId, before) : [];
  const step: ChargeStep = event === undefined ? 'closed' : 'settled';
  const entry = entryOf(
    keys.charge(deviceId, order, step),
    origin,
    {
      kind: event === undefined ? 'charge-closed' : 'settlement',
      outcome: before === undefined ? step : 'corrected',
      keep: 'money',
      facts: { agreement, receipt },
      postings,
      commands: options.commands ?? [],
    },
    backend.vault,
  );
  const writes = [
    ...closePort(portItem, agreement, origin.receivedAtMs),
    ...(paidFor ? moveMoney(walletItem, agreement, householdId, receipt, before) : []),
  ];
  return { entry, writes };
}

/** A later truth that costs more than the estimate is not claimed: the outage was ours. */
function corrected(full: Receipt, before: Receipt): Receipt {
  if (full.chargedFen > before.chargedFen) {
    return { ...full, chargedFen: before.chargedFen, remarks: [...full.remarks, 'late-truth-borne-by-us'] };
  }
  return full.chargedFen < before.chargedFen
    ? { ...full, remarks: [...full.remarks, 'late-truth-refunded'] }
    : full;
}

function closePort(portItem: Item | undefined, agreement: Agreement, atMs: number): Write[] {
  const { deviceId, port, estateId, facilityId, order } = agreement;
  const after = closed(parsePort(portItem, { deviceId, port, estateId, facilityId }), order, atMs);
  return after === undefined ? [] : [putPort(after)];
}

function moveMoney(
  walletItem: Item | undefined,
  { estateId, chargeId }: Agreement,
  householdId: string,
  receipt: Receipt,
  before: Receipt | undefined,
): Write[] {
  const wallet = parseWallet(walletItem, estateId, householdId);
  if (wallet.holds[chargeId] !== undefined) return [putWallet(capture(wallet, chargeId, receipt.chargedFen))];
  const backFen = (before?.chargedFen ?? 0) - receipt.chargedFen;
  return backFen === 0 ? [] : [putWallet({ ...wallet, balanceFen: wallet.balanceFen + backFen })];
}

/** The stop that goes with a charge that is closed without the board's account: the port may still be live. */
export function stopCommand(
  board: ChargingBoard,
  port: number,
  order: number,
  nowMs: number,
  why: string,
): Outgoing {
  return {
    to: addressOf(board),
    command: {
      type: 'stop-charge',
      commandId: `${chargeIdOf(board.deviceId, order)}.${why}`,
      expiresAtMs: nowMs + limits.stopValidMs,
      port,
      order,
    },
    acknowledgedAt: keys.charge(board.deviceId, order, 'stop-answered'),
  };
}

import type { Tariff } from '../../contract/shapes/tariff.ts';
import { stayAt, withSession } from '../access/presence-store.ts';
import { addressOf, type ChargingBoard } from '../estate/device.ts';
import { facilitySchema } from '../estate/facility.ts';
import { type Backend, type Decision, type Recorded, record, refuseReused } from '../journal/commit.ts';
import { commandsOf, draft, type Entry, type Origin, parseEntry } from '../journal/entry.ts';
import type { Agreement } from '../journal/facts/session.ts';
import type { Outgoing } from '../journal/outbox.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Write } from '../shared/table.ts';
import { monthAt } from '../wallet/session-money.ts';
import { placeHold, type Wallet } from '../wallet/wallet.ts';
import { parseWallet, putWallet, walletKey } from '../wallet/wallet-store.ts';
import { factOfRequest, findOrder } from './find-order.ts';
import { parsePort, portKey, putPort } from './port-store.ts';
import { limits, type PortSlot, sessionIdOf } from './session.ts';
import { termsOf } from './terms.ts';

/** Who asks for power, and with what. */
export interface StartRequest {
  readonly board: ChargingBoard;
  readonly port: number;
  /** The request's own identity: the same request starts one session, however often it is decided. */
  readonly identity: string;
  readonly startedBy: 'card' | 'phone';
  readonly householdId: string;
  readonly credentialId: string;
  /** Whose month limit it counts against, where that is known. */
  readonly memberId?: string | undefined;
}

/**
 * Places the hold, takes the port and tells the board: one transaction, then the command. Throws `port-busy`,
 * `credential-busy`, `too-little-money`, `spend-limit-reached`, `facility-in-alarm`, `no-tariff`, `bad-request` for a
 * port that the board does not have, and `already-exists` where every order that the request may have is another's.
 */
export async function startSession(
  backend: Backend,
  origin: Origin,
  request: StartRequest,
): Promise<Recorded> {
  const { board, port } = request;
  if (port < 1 || port > board.ports) throw new DomainError('bad-request', `The board has no port ${port}`);
  const tariff = await backend.registry.tariffAt(board.estateId, board.facilityId, origin.receivedAtMs);
  // Another request has taken the order in this very moment. That leaves one order less to try, so this ends.
  const nextOrder = (standing: Entry) =>
    standing.kind === 'session-authorised' ? startSession(backend, origin, request) : refuseReused(standing);
  return record(
    backend,
    async (): Promise<Decision> => {
      const [order, [facilityItem, portItem, walletItem]] = await Promise.all([
        findOrder(backend, board.deviceId, request.identity),
        backend.table.get([
          keys.facility(board.estateId, board.facilityId),
          portKey(board.deviceId, port),
          walletKey(board.estateId, request.householdId),
        ]),
      ]);
      if (order.authorised !== undefined) return { entry: order.authorised };
      if (order.free === undefined)
        throw new DomainError('already-exists', `Every order of ${request.identity} is another session's`);
      const slot = parsePort(portItem, {
        deviceId: board.deviceId,
        port,
        estateId: board.estateId,
        facilityId: board.facilityId,
      });
      if (slot.open !== undefined) return repeated(backend, origin, request, slot.open);
      if (facilityItem !== undefined && facilitySchema.parse(facilityItem).evacuation !== undefined)
        throw new DomainError('facility-in-alarm', 'Nothing starts here while the alarm lasts');
      // An alarm between this reading and the commit must win: the start is then decided again, and refused.
      const noAlarm: Write = {
        check: keys.facility(board.estateId, board.facilityId),
        when: { version: facilityItem?.version },
      };
      const wallet = parseWallet(walletItem, board.estateId, request.householdId);
      const found = await stayOf(backend, request);
      const agreement = agree(request, order.free, wallet, tariff, origin.receivedAtMs, found?.stay.stayId);
      const own: Origin = { ...origin, fact: factOfRequest(request.identity) };
      const { entry, writes = [] } = authorise(backend, own, agreement, tariff, slot, wallet, board);
      // Only where leaving the bike standing costs something is it worth a write to know of its session.
      const noted =
        found === undefined || tariff.overstay === undefined
          ? []
          : [withSession(found, agreement.sessionId, origin.receivedAtMs)];
      return { entry, writes: [...writes, ...noted, noAlarm] };
    },
    nextOrder,
  );
}

/**
 * A card has come in through a door, or not. A phone passes none: who of its household stands there, and with which
 * bike, nobody knows, so that such a session is joined to no stay, and nobody pays for leaving that bike.
 */
async function stayOf({ table }: Backend, { board, credentialId, startedBy }: StartRequest) {
  return startedBy === 'phone' ? undefined : stayAt(table, board.estateId, credentialId, board.facilityId);
}

function agree(
  request: StartRequest,
  order: number,
  wallet: Wallet,
  tariff: Tariff,
  authorisedAtMs: number,
  stayId: string | undefined,
): Agreement {
  const { board, port, startedBy, householdId, credentialId, memberId } = request;
  const { holdFen, allowance, energyLimitWh, timeLimitMs } = termsOf(wallet, tariff, {
    memberId,
    atMs: authorisedAtMs,
  });
  return {
    sessionId: sessionIdOf(board.deviceId, order),
    estateId: board.estateId,
    facilityId: board.facilityId,
    deviceId: board.deviceId,
    port,
    order,
    startedBy,
    authorisedAtMs,
    householdId,
    credentialId,
    ...(memberId === undefined ? {} : { memberId }),
    holdFen,
    ...(allowance === undefined ? {} : { allowance }),
    tariffVersion: tariff.tariffVersion,
    energyLimitWh,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(stayId === undefined ? {} : { stayId }),
  };
}

function authorise(
  _backend: Backend,
  origin: Origin,
  agreement: Agreement,
  tariff: Tariff,
  slot: PortSlot,
  wallet: Wallet,
  board: ChargingBoard,
): Decision {
  const { sessionId, order, port, holdFen, energyLimitWh, authorisedAtMs, credentialId = '' } = agreement;
  const start: Outgoing = {
    to: addressOf(board),
    command: {
      type: 'start-session',
      commandId: sessionId,
      expiresAtMs: origin.receivedAtMs + limits.startValidMs,
      port,
      order,
      startedBy: agreement.startedBy === 'card' ? 'card' : 'scan',
      energyLimitWh,
      // Boards with prices of their own also end a session by this: a package must not look like an empty wallet.
      availableFen: agreement.allowance === undefined ? holdFen : tariff.holdFen,
    },
    acknowledgedAt: keys.session(board.deviceId, order, 'started'),
    // A session that is over, or was stopped, must not be started by a late repetition; nor any while people leave.
    unless: (['closed', 'settled', 'stop-answered'] as const).map((step) =>
      keys.session(board.deviceId, order, step),
    ),
    onlyWhile: {
      key: keys.facility(board.estateId, board.facilityId),
      attribute: 'evacuation',
      is: 'absent',
    },
  };
  const entry = draft(keys.session(board.deviceId, order, 'authorised'), origin, {
    kind: 'session-authorised',
    outcome: 'authorised',
    facts: { ...agreement },
    commands: [start],
  });
  const { memberId, allowance } = agreement;
  const hold = {
    amountFen: holdFen,
    credentialId,
    sinceMs: authorisedAtMs,
    ...(memberId === undefined ? {} : { memberId }),
    ...(allowance === undefined
      ? {}
      : { reserved: { purchaseId: allowance.purchaseId, amount: allowance.reservedAmount } }),
  };
  const held = placeHold(wallet, sessionId, hold, monthAt(tariff, authorisedAtMs));
  const taken = { ...slot, open: agreement, dueAtMs: authorisedAtMs + limits.startAnswerMs };
  return { entry, writes: [putPort(taken), putWallet(held)] };
}

/** The port has a session. Of the same card, its start is sent again; of another, the port is busy. */
async function repeated(
  backend: Backend,
  origin: Origin,
  request: StartRequest,
  open: Agreement,
): Promise<Decision> {
  if (open.credentialId !== request.credentialId)
    throw new DomainError('port-busy', 'Another session has this port');
  const [item] = await backend.table.get([keys.session(open.deviceId, open.order, 'authorised')]);
  const commands = item === undefined ? [] : commandsOf(parseEntry(item), backend.vault);
  return {
    entry: draft(keys.event(open.deviceId, request.identity), origin, {
      kind: 'card-at-port',
      outcome: 'repeated',
      facts: { sessionId: open.sessionId },
      commands,
    }),
  };
}

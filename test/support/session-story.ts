import type { Receipt } from '../../contract/shapes/receipt.ts';
import {
  decodeDownlink,
  encodeCard,
  encodeLive,
  encodeLocalStart,
  encodeSettlement,
  encodeStartAnswer,
  encodeStopAnswer,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import { codeOfSession, evidenceOf } from '../../src/charging/evidence.ts';
import { stayEnded } from '../../src/charging/handle-removal.ts';
import { type PortSlot, portSlotSchema } from '../../src/charging/session.ts';
import { startSession } from '../../src/charging/start-session.ts';
import { newestReceiptStep, readSteps, receiptIn } from '../../src/charging/steps.ts';
import { stopForPerson } from '../../src/charging/stop-session.ts';
import { verifySession } from '../../src/charging/verify-session.ts';
import type { ChargingBoard } from '../../src/estate/device.ts';
import { takeIn } from '../../src/intake/intake.ts';
import { telemetryRoutes } from '../../src/intake/routes/telemetry.ts';
import { sweep } from '../../src/intake/sweep.ts';
import type { Backend } from '../../src/journal/commit.ts';
import { type Agreement, agreementSchema } from '../../src/journal/facts/session.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import type { Wallet } from '../../src/wallet/wallet.ts';
import { putWallet, readWallet } from '../../src/wallet/wallet-store.ts';
import {
  boardId,
  cardNumber,
  cardUid,
  committee,
  estateId,
  eveningMs,
  type TestEstate,
  testEstate,
} from './estate.ts';

const up = (command: string) => `JUY/D2S/${boardId}/${command}/DEV`;
const port = 2;
const minuteMs = 60_000;

type Terms = Parameters<typeof testEstate>[0];

/** Somebody of the household, on their phone. */
const byPerson = (receivedAtMs: number) => ({
  ...{ estateId, deviceId: 'api', topic: 'api', sender: 'c1', payload: new Uint8Array() },
  receivedAtMs,
});

/**
 * Sessions of one card at one port, told in whatever order: each message was heard at its own minute, or else where the
 * clock stands, and is taken in when the test says so. What names no order is about the newest session.
 */
export class SessionStory {
  readonly estate: TestEstate;
  #start: StartRequest | undefined;
  #swipes = 0;

  private constructor(estate: TestEstate) {
    this.estate = estate;
  }

  static async begin(terms: Terms = {}): Promise<SessionStory> {
    return new SessionStory(await testEstate(terms));
  }

  /** Where the clock stands. */
  get minute(): number {
    return (this.estate.clockMs - eveningMs) / minuteMs;
  }

  set minute(minute: number) {
    this.estate.clockMs = eveningMs + Math.round(minute * minuteMs);
  }

  get order(): number {
    return this.#start?.order ?? 0;
  }

  get sessionId(): string {
    return `${boardId}-${this.order}`;
  }

  /** Changes the household's wallet beside the books: what it had before the story. */
  async hasWallet(change: (wallet: Wallet) => Wallet): Promise<void> {
    const { table } = this.estate;
    await table.commit([putWallet(change(await readWallet(table, estateId, 'h1')))]);
  }

  wallet(): Promise<Wallet> {
    return readWallet(this.estate.table, estateId, 'h1');
  }

  /** The card is held to the port, and the hold placed. Answers the start that the board was sent last, if any was. */
  async authorise(atMinute = this.minute, on: Table = this.estate.table): Promise<StartRequest | undefined> {
    this.minute = atMinute;
    return this.#newest(() => this.#hear('87', encodeCard(port, cardNumber, 2), atMinute, on));
  }

  /** The same from the phone of somebody in the household. */
  async asksForPower(requestId: string, on: Table = this.estate.table, atPort = port): Promise<unknown> {
    const { backend, clockMs } = this.estate;
    const board = (await backend.registry.device(boardId)) as ChargingBoard;
    const identity = `phone:li:${requestId}`;
    const origin = { ...byPerson(clockMs), fact: `${identity} ${boardId} ${atPort}` };
    const request = { board, port: atPort, identity, startedBy: 'phone' as const, householdId: 'h1' };
    let sessionId: unknown;
    await this.#newest(async () => {
      const credentialId = `phone:${requestId}`;
      const { entry } = await startSession({ ...backend, table: on }, origin, { ...request, credentialId });
      sessionId = entry.facts['sessionId'];
    });
    return sessionId;
  }

  started(atMinute = this.minute, result: 0 | 1 | 2 = 0): Promise<void> {
    return this.#hear('83', encodeStartAnswer(this.#started, result), atMinute);
  }

  /** The board has started alone, for somebody who paid there. */
  startedAlone(order: number, on: Table = this.estate.table, atPort = port): Promise<void> {
    return this.#hear('86', encodeLocalStart(atPort, order, 2, 100), this.minute, on);
  }

  frame(atMinute: number, chargingS: number, energyWh: number, powerW = 200, on: Table = this.estate.table) {
    const reading = { port, band: 0, priceFen: 0, powerW, seconds: chargingS, moneyFen: 0, temperatureC: 25 };
    const frame = encodeLive(2300, 25, [{ ...reading, energyCentiKWh: Math.floor(energyWh / 10) }]);
    return this.#hear('88', frame, atMinute, on);
  }

  stopped(atMinute = this.minute): Promise<void> {
    return this.#hear('84', encodeStopAnswer(port, this.order, 0), atMinute);
  }

  settled(
    atMinute: number,
    chargingS: number,
    energyWh: number,
    claim: {
      order?: number;
      moneyFen?: number;
      bands?: { seconds: number; priceFenPerHour: number }[];
    } = {},
    on: Table = this.estate.table,
  ): Promise<void> {
    const { order = this.order, moneyFen = 0, bands = [] } = claim;
    const account = { port, order, seconds: chargingS, energyUnits: Math.floor(energyWh / 10) };
    const report = { ...account, moneyFen, stopReason: 0, powerW: 20, card: 0, bands };
    return this.#hear('85', encodeSettlement(report), atMinute, on);
  }

  async asksToStop(atMinute = this.minute): Promise<void> {
    const receivedAtMs = eveningMs + Math.round(atMinute * minuteMs);
    const origin = { ...byPerson(receivedAtMs), fact: `stop ${this.sessionId}` };
    await stopForPerson(this.estate.backend, origin, await this.agreement());
  }

  /** Through the door, with the bike. The reader's word is believed only at once. */
  async passes(direction: 'in' | 'out', atMinute: number, seen = true): Promise<void> {
    const { estate } = this;
    const clockMs = estate.clockMs;
    this.#swipes += 1;
    const id = `${direction}-${this.#swipes}`;
    estate.clockMs = eveningMs + atMinute * minuteMs;
    const reader = `reader-${direction}`;
    const common = { device: reader, atMs: estate.clockMs };
    await estate.deliver(`pengyou/${reader}/up/swipe`, { ...common, id, card: cardUid });
    await estate.deliver(`pengyou/${reader}/up/door-passed`, { ...common, id: `${id}p`, swipe: id });
    estate.clockMs = clockMs;
    // The sweep's look at this card alone: the session's own watchdog is another matter.
    if (seen) await stayEnded(estate.backend, keys.presence(estateId, 'c1'));
  }

  sweep(on: Table = this.estate.table): Promise<unknown> {
    const backend = { ...this.estate.backend, table: on };
    return sweep({ ...backend, ...committee });
  }

  /** The port, once it has had a session. */
  async slot(): Promise<PortSlot | undefined> {
    const [item] = await this.estate.table.get([keys.port(boardId, port)]);
    return item === undefined ? undefined : portSlotSchema.parse(item);
  }

  async agreement(): Promise<Agreement> {
    const { authorised } = await readSteps(this.estate.backend, boardId, this.order);
    return agreementSchema.parse(authorised?.facts);
  }

  async receipt(): Promise<Receipt | undefined> {
    return receiptIn(newestReceiptStep(await readSteps(this.estate.backend, boardId, this.order)));
  }

  /** What its receipt and its evidence make of each other. */
  async verified() {
    return verifySession(await this.evidence());
  }

  async evidence() {
    const { backend } = this.estate;
    const agreement = await this.agreement();
    return evidenceOf(backend, agreement, codeOfSession(backend, agreement));
  }

  /** What was taken for the session, less what was given back, in the wallet and in what is owed. */
  takenFen(): number {
    return this.estate
      .entries()
      .flatMap(({ postings = [] }) => postings)
      .filter(({ memo }) => memo === this.sessionId)
      .reduce((sum, { debit, credit, amountFen }) => {
        const isRevenue = (account: string) => account.startsWith('revenue:');
        return sum + (isRevenue(credit) ? amountFen : 0) - (isRevenue(debit) ? amountFen : 0);
      }, 0);
  }

  /** The start that was sent meanwhile is what the story goes on about. */
  async #newest(act: () => Promise<unknown>): Promise<StartRequest | undefined> {
    const before = this.estate.published.length;
    await act();
    const told = this.estate.published.slice(before).map(({ payload }) => decodeDownlink(payload));
    this.#start = told.find((down): down is StartRequest => down?.kind === 'start') ?? this.#start;
    return this.#start;
  }

  get #started(): StartRequest {
    if (this.#start === undefined) throw new Error('Nothing was started');
    return this.#start;
  }

  #hear(command: string, payload: Uint8Array, atMinute: number, on: Table = this.estate.table) {
    const backend: Backend = { ...this.estate.backend, table: on };
    return takeIn(backend, telemetryRoutes, {
      data: Buffer.from(payload).toString('base64'),
      topic: up(command),
      client: boardId,
      receivedAtMs: eveningMs + Math.round(atMinute * minuteMs),
    });
  }
}

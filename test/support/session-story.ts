import { expect } from 'vitest';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import {
  encodeCard,
  encodeLive,
  encodeLocalStart,
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
import { type Agreement, agreementSchema } from '../../src/journal/facts/session.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import type { Wallet } from '../../src/wallet/wallet.ts';
import { putWallet } from '../../src/wallet/wallet-store.ts';
import { account, reading, type TestBoard, up } from './board.ts';
import { boardId, cardNumber, cardUid, estateId, eveningMs, type Terms, TestEstate } from './estate.ts';

const port = 2;
const minuteMs = 60_000;

/**
 * Sessions of one card at one port, told in whatever order: each message was heard at its own minute, or else where the
 * clock stands, and is taken in when the test says so. What names no order is about the newest session.
 */
export class SessionStory {
  readonly estate = new TestEstate();
  #start: StartRequest | undefined;
  #swipes = 0;

  static begin(terms: Terms = {}): Promise<SessionStory> {
    return new SessionStory().begin(terms);
  }

  /** A story whose session was authorised at its beginning, and has started. */
  static async running(terms: Terms = {}): Promise<SessionStory> {
    const story = await SessionStory.begin(terms);
    await story.starts();
    return story;
  }

  /** From the beginning, in an estate as new. */
  async begin(terms: Terms = {}): Promise<this> {
    await this.estate.begin(terms);
    this.#start = undefined;
    this.#swipes = 0;
    return this;
  }

  get board(): TestBoard {
    return this.estate.board;
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
    await table.commit([putWallet(change(await this.wallet()))]);
  }

  wallet(): Promise<Wallet> {
    return this.estate.wallet();
  }

  /** The sessions that money is held for. */
  async holds(): Promise<string[]> {
    return Object.keys((await this.wallet()).holds).sort();
  }

  /** The card is held to the port, and the hold placed. Answers the start that the board was sent last, if any was. */
  async authorise(atMinute = this.minute, on: Table = this.estate.table): Promise<StartRequest | undefined> {
    this.minute = atMinute;
    return this.#newest(() => this.#hear('87', encodeCard(port, cardNumber, 2), atMinute, on));
  }

  /** The same from the phone of somebody in the household. */
  async asksForPower(requestId: string, on: Table = this.estate.table, atPort = port): Promise<unknown> {
    const { backend } = this.estate;
    const board = (await backend.registry.device(boardId)) as ChargingBoard;
    const identity = `phone:li:${requestId}`;
    const origin = this.estate.by('c1', `${identity} ${boardId} ${atPort}`);
    const request = { board, port: atPort, identity, startedBy: 'phone' as const, householdId: 'h1' };
    let sessionId: unknown;
    await this.#newest(async () => {
      const credentialId = `phone:${requestId}`;
      const { entry } = await startSession(this.estate.on(on), origin, { ...request, credentialId });
      sessionId = entry.facts['sessionId'];
    });
    return sessionId;
  }

  /** The card is held to the port, and the board answers that it has started. */
  async starts(atMinute = this.minute): Promise<void> {
    await this.authorise(atMinute);
    await this.started();
  }

  started(atMinute = this.minute, result: 0 | 1 | 2 = 0): Promise<void> {
    return this.#hear('83', encodeStartAnswer(this.#started, result), atMinute);
  }

  /** The board has started alone, for somebody who paid there. */
  startedAlone(order: number, on: Table = this.estate.table, atPort = port): Promise<void> {
    return this.#hear('86', encodeLocalStart(atPort, order, 2, 100), this.minute, on);
  }

  frame(atMinute: number, chargingS: number, energyWh: number, powerW = 200, on: Table = this.estate.table) {
    const frame = encodeLive(2300, 25, [reading(port, chargingS, energyWh, powerW)]);
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
    const { order = this.order, ...more } = claim;
    const told = account({ port, order }, chargingS, energyWh, more);
    return this.#hear('85', told, atMinute, on);
  }

  async asksToStop(atMinute = this.minute): Promise<void> {
    const receivedAtMs = eveningMs + Math.round(atMinute * minuteMs);
    const origin = { ...this.estate.by('c1', `stop ${this.sessionId}`), receivedAtMs };
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
    await estate.says(reader, 'swipe', { id, card: cardUid });
    await estate.says(reader, 'door-passed', { id: `${id}p`, swipe: id });
    estate.clockMs = clockMs;
    // The sweep's look at this card alone: the session's own watchdog is another matter.
    if (seen) await stayEnded(estate.backend, keys.presence(estateId, 'c1'));
  }

  sweep(on?: Table): Promise<unknown> {
    return this.estate.sweep(on);
  }

  /** The timers have their turn at this minute. */
  sweepAt(minute: number, on?: Table): Promise<unknown> {
    this.minute = minute;
    return this.sweep(on);
  }

  /** The port, once it has had a session. */
  async slot(): Promise<PortSlot | undefined> {
    const item = await this.estate.item(keys.port(boardId, port));
    return item === undefined ? undefined : portSlotSchema.parse(item);
  }

  /** The order of the session that has the port. */
  async openOrder(): Promise<number | undefined> {
    return (await this.slot())?.open?.order;
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

  /** The receipt says what was taken, and its evidence says the same. */
  async expectSound(): Promise<void> {
    expect(this.takenFen()).toBe((await this.receipt())?.chargedFen);
    expect((await this.verified()).differences).toEqual([]);
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
    const told = this.board.told().slice(before);
    this.#start = told.find((down) => down?.kind === 'start') ?? this.#start;
    return this.#start;
  }

  get #started(): StartRequest {
    if (this.#start === undefined) throw new Error('Nothing was started');
    return this.#start;
  }

  #hear(command: string, payload: Uint8Array, atMinute: number, on: Table = this.estate.table) {
    const receivedAtMs = eveningMs + Math.round(atMinute * minuteMs);
    return this.estate.deliver(up(command), payload, { on, receivedAtMs });
  }
}

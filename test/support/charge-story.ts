import {
  decodeDownlink,
  encodeCard,
  encodeLive,
  encodeSettlement,
  encodeStartAnswer,
  encodeStopAnswer,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import type { Receipt } from '../../src/billing/receipt.ts';
import type { Wallet } from '../../src/billing/wallet.ts';
import { putWallet, readWallet } from '../../src/billing/wallet-store.ts';
import { type Agreement, agreementSchema } from '../../src/charging/charge.ts';
import { evidenceOf } from '../../src/charging/evidence.ts';
import { newestReceiptStep, readSteps, receiptIn } from '../../src/charging/steps.ts';
import { stopForPerson } from '../../src/charging/stop-charge.ts';
import { stayEnded } from '../../src/charging/take-removal.ts';
import { verifyCharge } from '../../src/charging/verify-charge.ts';
import { takeIn } from '../../src/devices/intake.ts';
import type { Backend } from '../../src/journal/commit.ts';
import { telemetryRoutes } from '../../src/routes/telemetry.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { sweep } from '../../src/sweep.ts';
import { boardId, cardNumber, cardUid, estateId, eveningMs, type TestEstate, testEstate } from './estate.ts';

const up = (command: string) => `JUY/D2S/${boardId}/${command}/DEV`;
const port = 2;
const minuteMs = 60_000;

type Terms = Parameters<typeof testEstate>[0];

/**
 * One charge of one card at one port, told in whatever order: each message was heard at its own minute, and is taken in
 * when the test says so.
 */
export class ChargeStory {
  readonly estate: TestEstate;
  #start: StartRequest | undefined;
  #swipes = 0;

  private constructor(estate: TestEstate) {
    this.estate = estate;
  }

  static async begin(terms: Terms = {}): Promise<ChargeStory> {
    return new ChargeStory(await testEstate(terms));
  }

  get order(): number {
    return this.#start?.order ?? 0;
  }

  get chargeId(): string {
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

  /** The card is held to the port, and the hold placed. */
  async authorise(atMinute = 0): Promise<StartRequest | undefined> {
    const before = this.estate.published.length;
    this.estate.clockMs = eveningMs + atMinute * minuteMs;
    await this.#hear('87', encodeCard(port, cardNumber, 2), atMinute);
    const told = this.estate.published.slice(before).map(({ payload }) => decodeDownlink(payload));
    this.#start = told.find((down): down is StartRequest => down?.kind === 'start') ?? this.#start;
    return this.#start;
  }

  started(atMinute: number, result: 0 | 1 | 2 = 0): Promise<void> {
    return this.#hear('83', encodeStartAnswer(this.#started, result), atMinute);
  }

  frame(atMinute: number, chargingS: number, energyWh: number, powerW = 200, on: Table = this.estate.table) {
    const reading = { port, band: 0, priceFen: 0, powerW, seconds: chargingS, moneyFen: 0, temperatureC: 25 };
    const frame = encodeLive(2300, 25, [{ ...reading, energyCentiKWh: Math.floor(energyWh / 10) }]);
    return this.#hear('88', frame, atMinute, on);
  }

  stopped(atMinute: number): Promise<void> {
    return this.#hear('84', encodeStopAnswer(port, this.order, 0), atMinute);
  }

  settled(
    atMinute: number,
    chargingS: number,
    energyWh: number,
    claim: { moneyFen?: number; bands?: { seconds: number; priceFenPerHour: number }[] } = {},
    on: Table = this.estate.table,
  ): Promise<void> {
    const account = { port, order: this.order, seconds: chargingS, energyUnits: Math.floor(energyWh / 10) };
    const { moneyFen = 0, bands = [] } = claim;
    const report = { ...account, moneyFen, stopReason: 0, powerW: 20, card: 0, bands };
    return this.#hear('85', encodeSettlement(report), atMinute, on);
  }

  async asksToStop(atMinute: number): Promise<void> {
    const receivedAtMs = eveningMs + Math.round(atMinute * minuteMs);
    const fact = `stop ${this.chargeId}`;
    const origin = { estateId, deviceId: 'api', receivedAtMs, topic: 'api', sender: 'c1', fact };
    await stopForPerson(
      this.estate.backend,
      { ...origin, payload: new Uint8Array() },
      await this.agreement(),
    );
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
    await estate.deliver(`pengyou/${reader}/up/passage`, { ...common, id: `${id}p`, swipe: id });
    estate.clockMs = clockMs;
    // The sweep's look at this card alone: the charge's own watchdog is another matter.
    if (seen) await stayEnded(estate.backend, keys.whereabouts(estateId, 'c1'));
  }

  sweep(on: Table = this.estate.table): Promise<unknown> {
    const backend = { ...this.estate.backend, table: on };
    return sweep({ ...backend, channel: async () => 'delivered', signingKey: () => 'key' });
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
    return verifyCharge(await evidenceOf(this.estate.backend, await this.agreement()));
  }

  /** What was taken for the charge, less what was given back, in the wallet and in what is owed. */
  takenFen(): number {
    return this.estate
      .entries()
      .flatMap(({ postings = [] }) => postings)
      .filter(({ memo }) => memo === this.chargeId)
      .reduce((sum, { debit, credit, amountFen }) => {
        const isRevenue = (account: string) => account.startsWith('revenue:');
        return sum + (isRevenue(credit) ? amountFen : 0) - (isRevenue(debit) ? amountFen : 0);
      }, 0);
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

import { Asking } from './asking.ts';
import type { Battery } from './battery.ts';
import type { Outgoing, VirtualDevice } from './device.ts';
import {
  type Downlink,
  decodeDownlink,
  encodeCard,
  encodeHeartbeat,
  encodeLocalStart,
  encodeLogin,
  encodeSettlement,
  encodeStartAnswer,
  encodeStopAnswer,
  type StartRequest,
} from './juy-frames.ts';
import { PORT_LIMITS, Port, type PortFault, type PortLimits, STOP } from './juy-port.ts';
import { type ClosedSession, type KeptSettlement, liveData, settlementOf } from './juy-settlements.ts';
import { answerTable, type TableManners } from './juy-table-frames.ts';
import { BoardTariff } from './juy-tariff.ts';

export interface JuyBoardOptions {
  readonly imei: string;
  readonly ports: number;
  /** Wh in one unit of the settlement's energy: 10 by the vendor's table, 1 by its change log. */
  readonly settlementUnitWh?: 1 | 10;
  /** How long the board waits for an answer before it sends again. */
  readonly answerTimeoutMs?: number;
  /** False: heartbeats and live data only when `report` is called, for a driver with its own idea of time. */
  readonly reportsByItself?: boolean;
  readonly limits?: Partial<PortLimits>;
  readonly tables?: TableManners;
  /** Of the board's own clock. */
  readonly timeZone?: string;
}

/** The whole post, not one port. */
const NO_NEW_START_ABOVE_W = 7800;
const CUT_ABOVE_W = 8700;
const DEFAULT_REPORT_S = 240;
const BOARD_TEMPERATURE_C = 31;
const SIGNAL = 24;
const LOCAL_ORDERS_FROM = 0x8000_0000;
const FAULT_STATES: Record<PortFault, number> = { 'fuse-blown': 2, 'relay-stuck': 3, disabled: 4 };
const SETTLEMENT = 'settlement:';
const SETTLEMENT_RESENDS = 3;
const NOTHING: Outgoing[] = [];
const DEFAULTS = {
  settlementUnitWh: 10,
  answerTimeoutMs: 10_000,
  reportsByItself: true,
  tables: 'take',
  timeZone: 'Asia/Shanghai',
} as const;

/** A JUY 10- or 12-port charging board. Its topic carries the IMEI; the frame says the command. */
export class JuyBoard implements VirtualDevice {
  readonly connection: string;
  readonly subscriptions: readonly string[];
  readonly ports: readonly Port[];
  readonly tariff: BoardTariff;
  readonly #options: Required<Omit<JuyBoardOptions, 'limits'>>;
  readonly #asking: Asking;
  #loggedIn = false;
  #reportEveryMs = DEFAULT_REPORT_S * 1000;
  #nextReportMs = Number.POSITIVE_INFINITY;
  #localOrder = LOCAL_ORDERS_FROM;
  readonly #cardAnswers = new Map<number, number>();
  #closed: ClosedSession[] = [];

  constructor(options: JuyBoardOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.connection = options.imei;
    this.subscriptions = [`JUY/S2D/${options.imei}/+/SERVER`];
    this.#asking = new Asking(this.#options.answerTimeoutMs);
    const limits = { ...PORT_LIMITS, ...options.limits };
    this.tariff = new BoardTariff(this.#options.timeZone);
    this.ports = Array.from({ length: options.ports }, (_, it) => new Port(it + 1, limits, this.tariff));
  }

  get loggedIn(): boolean {
    return this.#loggedIn;
  }

  /** Questions and settlements that nobody has answered yet. */
  get unanswered(): number {
    return this.#asking.open;
  }

  /** Settlements that the board gave up after its last try: the platform has to settle those by itself. */
  get dropped(): readonly string[] {
    return this.#asking.dropped;
  }

  start(nowMs: number): Outgoing[] {
    this.#loggedIn = false;
    const login = encodeLogin({
      imei: this.connection,
      ports: this.ports.length,
      hardware: 'JUY_B2_Q800M_1_0',
      software: 'JUY_B2_COMM_V1.7',
      simNumber: `8986${this.connection.slice(-15)}0`,
      signal: SIGNAL,
      restartReason: 0,
    });
    return this.#asking.ask('login', this.#message(login), Number.POSITIVE_INFINITY, nowMs);
  }

  plug(port: number, battery: Battery): void {
    this.#port(port).plug(battery);
  }

  /** The plug is pulled; the board notices by itself some time later. */
  unplug(port: number, nowMs: number): Outgoing[] {
    this.#port(port).unplug(nowMs);
    return this.tick(nowMs);
  }

  /** A card is held to the port. A board that is not logged in, and a port that works, take none. */
  card(port: number, card: number, nowMs: number): Outgoing[] {
    if (!this.#loggedIn || this.#port(port).session) return NOTHING;
    this.#cardAnswers.delete(port);
    return this.#asking.ask(`card:${port}`, this.#message(encodeCard(port, card, 2)), 2, nowMs);
  }

  /** What the platform said to the last card at this port, other than to start: the code that the board speaks. */
  cardAnswer(port: number): number | undefined {
    return this.#cardAnswers.get(port);
  }

  /** Whether the last card at this port still waits for the platform. */
  cardWaiting(port: number): boolean {
    return this.#asking.waits(`card:${port}`);
  }

  /** A free key, turned at the board: it starts with no network, and is reported afterwards. */
  freeKey(port: number, nowMs: number): Outgoing[] {
    const socket = this.#port(port);
    if (socket.session || socket.fault) return NOTHING;
    const order = this.#localOrder++;
    socket.begin({ order, card: 0, mode: 'until-full', parameter: 0 }, nowMs);
    return this.#insist(`local-start:${order}`, encodeLocalStart(port, order, 3, 0), 2, nowMs);
  }

  receive(_topic: string, payload: Uint8Array, nowMs: number): Outgoing[] {
    const downlink = decodeDownlink(payload);
    return downlink ? this.#obey(downlink, nowMs) : NOTHING;
  }

  tick(nowMs: number): Outgoing[] {
    for (const port of this.ports) port.advance(nowMs);
    this.#cutOverload();
    const ended = this.ports.filter((port) => port.session?.stopReason !== undefined);
    const settlements = ended.flatMap((port) => this.#settle(port, nowMs));
    const due = this.#options.reportsByItself && this.#loggedIn && nowMs >= this.#nextReportMs;
    return [
      ...settlements,
      ...this.#asking.again(nowMs, this.#loggedIn),
      ...(due ? this.report(nowMs) : NOTHING),
    ];
  }

  /** A heartbeat, and the live data of the ports that work. */
  report(nowMs: number): Outgoing[] {
    this.#nextReportMs = nowMs + this.#reportEveryMs;
    const states = this.ports.map((port) => (port.fault ? FAULT_STATES[port.fault] : port.session ? 1 : 0));
    const heartbeat = this.#message(encodeHeartbeat(SIGNAL, BOARD_TEMPERATURE_C, states));
    const live = liveData(this.ports, this.tariff, BOARD_TEMPERATURE_C, nowMs);
    return live === undefined ? [heartbeat] : [heartbeat, this.#message(live)];
  }

  /** What survives a power cut: the settlements nobody has answered, and those of the sessions that a cut would end now. */
  get memory(): readonly KeptSettlement[] {
    const unanswered = this.#asking.questions.filter(({ key }) => key.startsWith(SETTLEMENT));
    const running = this.ports.flatMap(({ number, session }) => {
      if (!session) return [];
      const { report } = this.#close(number, session);
      return [{ key: `${SETTLEMENT}${session.order}`, message: this.#message(encodeSettlement(report)) }];
    });
    return [...unanswered, ...running].map(({ key, message }) => ({
      key,
      frameHex: Buffer.from(message.payload).toString('hex'),
    }));
  }

  /** Power is back: what was kept is said after the login, oldest first. */
  restore(kept: readonly KeptSettlement[]): void {
    for (const { key, frameHex } of kept) {
      this.#asking.ask(key, this.#message(Buffer.from(frameHex, 'hex')), SETTLEMENT_RESENDS, 0);
    }
  }

  /** The sessions that ended since this was last asked. */
  takeClosed(): ClosedSession[] {
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }

  #obey(downlink: Downlink, nowMs: number): Outgoing[] {
    switch (downlink.kind) {
      case 'login-answer':
        return downlink.accepted ? this.#welcome(downlink.heartbeatS, nowMs) : NOTHING;
      case 'start':
        this.#asking.answered(`card:${downlink.port}`);
        return this.ports[downlink.port - 1] ? this.#begin(downlink, nowMs) : NOTHING;
      case 'stop':
        return this.ports[downlink.port - 1] ? this.#stop(downlink.port, downlink.order, nowMs) : NOTHING;
      case 'settlement-answer':
        this.#asking.answered(`${SETTLEMENT}${downlink.order}`);
        return NOTHING;
      case 'local-start-answer':
        this.#asking.answered(`local-start:${downlink.order}`);
        return NOTHING;
      case 'card-answer':
        this.#asking.answered(`card:${downlink.port}`);
        this.#cardAnswers.set(downlink.port, downlink.result);
        return NOTHING;
      case 'put-table':
      case 'read-table': {
        const answer = answerTable(downlink, this.tariff, this.#options.tables);
        return answer === undefined ? NOTHING : [this.#message(answer)];
      }
      case 'heartbeat-answer':
        return NOTHING;
    }
  }

  #welcome(heartbeatS: number, nowMs: number): Outgoing[] {
    this.#asking.answered('login');
    if (this.#loggedIn) return NOTHING;
    this.#loggedIn = true;
    this.#reportEveryMs = Math.max(10, heartbeatS) * 1000;
    this.#nextReportMs = nowMs + this.#reportEveryMs;
    // What ended while the board was away goes first, oldest first.
    const kept = this.#asking.resume(nowMs);
    return this.#options.reportsByItself ? [...kept, ...this.report(nowMs)] : kept;
  }

  #begin(request: StartRequest, nowMs: number): Outgoing[] {
    const port = this.#port(request.port);
    const result = port.session ? 1 : port.fault || this.#totalW() > NO_NEW_START_ABOVE_W ? 2 : 0;
    if (result === 0) port.begin(request, nowMs);
    return [this.#message(encodeStartAnswer(request, result))];
  }

  #stop(portNumber: number, order: number, nowMs: number): Outgoing[] {
    const port = this.#port(portNumber);
    port.advance(nowMs, true);
    const result = !port.session ? 1 : port.session.order === order ? 0 : 2;
    const answer = this.#message(encodeStopAnswer(portNumber, order, result));
    if (result !== 0 || !port.session) return [answer];
    port.session.stopReason ??= STOP.manual;
    return [answer, ...this.#settle(port, nowMs)];
  }

  #settle(port: Port, nowMs: number): Outgoing[] {
    const session = port.end();
    if (!session) return NOTHING;
    const { closed, report } = this.#close(port.number, session);
    this.#closed.push(closed);
    return this.#insist(SETTLEMENT + session.order, encodeSettlement(report), SETTLEMENT_RESENDS, nowMs);
  }

  #close(port: number, session: NonNullable<Port['session']>) {
    return settlementOf(port, session, this.#options.settlementUnitWh, this.tariff);
  }

  /** Sent at once when somebody listens, else kept for the next login. */
  #insist(key: string, bytes: Uint8Array, resends: number, nowMs: number): Outgoing[] {
    const sent = this.#asking.ask(key, this.#message(bytes), resends, nowMs);
    return this.#loggedIn ? sent : NOTHING;
  }

  #cutOverload(): void {
    const newestFirst = this.ports
      .flatMap((port) => (port.session && port.session.stopReason === undefined ? [port.session] : []))
      .toSorted((a, b) => b.startedAtMs - a.startedAtMs);
    let totalW = this.#totalW();
    for (const session of newestFirst) {
      if (totalW <= CUT_ABOVE_W) return;
      session.stopReason = STOP.overPower;
      totalW -= session.powerW;
    }
  }

  #totalW(): number {
    return this.ports.reduce((sum, port) => sum + (port.session?.powerW ?? 0), 0);
  }

  #port(number: number): Port {
    const port = this.ports[number - 1];
    if (!port) throw new Error(`Board ${this.connection} has no port ${number}`);
    return port;
  }

  #message(bytes: Uint8Array): Outgoing {
    const command = (bytes[4] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return { topic: `JUY/D2S/${this.connection}/${command}/DEV`, payload: bytes };
  }
}

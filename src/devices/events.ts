import type { StopReason } from '../../contract/shapes/receipt.ts';
import type { BoardParameters, PriceTable } from './board-tables.ts';

/**
 * What devices say, in one vocabulary: the output of every family's codec. Nothing behind it knows a vendor.
 *
 * `identity` is the event's own identity within its device: the same fact delivered twice has the same identity,
 * whatever the time of arrival, so it can be the key under which the event is journalled. A family that has no
 * number of its own for an event derives one from the content, and says so where it does.
 */
export type DeviceEvent =
  | Swipe
  | DoorPassed
  | BoardSwipe
  | BoardAlarm
  | BoardGap
  | CardAtPort
  | SessionStartAnswer
  | SessionStopAnswer
  | Settlement
  | LocalStart
  | MeterFrame
  | BoardState
  | BoardLogin
  | TableAnswer
  | BoardPrices
  | BoardParametersTold
  | BayChange
  | CorridorSighting
  | SmokeChange
  | GatePass
  | CommandAcknowledgement
  | Health;

interface Common {
  /** The device it is about; behind a gateway this is the board, not the gateway that carried the message. */
  readonly deviceId: string;
  readonly identity: string;
  /** The device's own clock, where it has one and sends it. Shown and checked for validity, never priced by. */
  readonly occurredAtMs?: number;
}

/** A card shown to an online reader, which waits for the cloud's answer. */
export interface Swipe extends Common {
  readonly type: 'swipe';
  readonly card: CardNumber;
}

/** Somebody went through the door that the swipe named `swipeIdentity` had unlocked. */
export interface DoorPassed extends Common {
  readonly type: 'door-passed';
  readonly swipeIdentity: string;
}

/** A board that holds its own card list has decided by itself, and tells. */
export interface BoardSwipe extends Common {
  readonly type: 'board-swipe';
  readonly card: CardNumber;
  readonly door: number;
  readonly direction: 'in' | 'out';
  readonly granted: boolean;
  /** The board's own reason code. */
  readonly reasonCode: number;
}

/** Anything else a door board reports: door opened, forced, fire input, power on. Codes as the family has them. */
export interface BoardAlarm extends Common {
  readonly type: 'board-alarm';
  readonly door: number;
  readonly alarm: 'fire' | 'forced-open' | 'open-too-long' | 'threat' | 'other';
  readonly reasonCode: number;
}

/** The board's ring buffer lost events: a gap to report, not to hide. */
export interface BoardGap extends Common {
  readonly type: 'board-gap';
}

/** A card held to a charging port. The port, not the cloud, says which. */
export interface CardAtPort extends Common {
  readonly type: 'card-at-port';
  readonly port: number;
  readonly card: CardNumber;
  readonly action: 'balance' | 'start' | 'free-key';
}

export interface SessionStartAnswer extends Common {
  readonly type: 'session-start-answer';
  readonly port: number;
  readonly order: number;
  readonly result: 'started' | 'already-charging' | 'port-fault' | 'refused';
}

export interface SessionStopAnswer extends Common {
  readonly type: 'session-stop-answer';
  readonly port: number;
  readonly order: number;
  readonly result: 'stopped' | 'was-idle' | 'order-mismatch' | 'refused';
}

/** The board's own settlement of one session. Facts and claims are kept apart: money is the board's claim. */
export interface Settlement extends Common {
  readonly type: 'settlement';
  readonly port: number;
  readonly order: number;
  readonly durationS: number;
  readonly energyWh: number;
  /** What the board says it costs, in fen. */
  readonly claimedFen: number;
  readonly stopReason: StopReason;
  readonly powerAtStopW: number;
  /** The board's time and price bands, as it sent them. */
  readonly bands: readonly { readonly durationS: number; readonly priceFenPerHour: number }[];
}

/** A session that the board started alone (offline card, coin, free key) and reports afterwards. */
export interface LocalStart extends Common {
  readonly type: 'local-start';
  readonly port: number;
  readonly order: number;
  readonly startedBy: 'offline-card' | 'coin' | 'free-key' | 'unknown';
  readonly spentFen: number;
  readonly leftFen: number;
  readonly card: CardNumber;
}

/** One frame with the live data of every busy port of a board. */
export interface MeterFrame extends Common {
  readonly type: 'meter-frame';
  readonly voltageDeciV: number;
  readonly boardTemperatureC: number;
  readonly ports: readonly PortReading[];
}

export interface PortReading {
  readonly port: number;
  readonly powerW: number;
  /** Seconds since the session began, by the board. */
  readonly chargingS: number;
  /** Energy of this session so far, by the board. */
  readonly energyWh: number;
  readonly claimedFen: number;
  readonly portTemperatureC: number;
}

export type PortState = 'idle' | 'in-use' | 'fuse-blown' | 'relay-stuck' | 'disabled' | 'unknown';

/** A heartbeat. Only the newest matters. */
export interface BoardState extends Common {
  readonly type: 'board-state';
  readonly signal: number;
  readonly boardTemperatureC: number;
  /** Index 0 is port 1. */
  readonly ports: readonly PortState[];
}

export interface BoardLogin extends Common {
  readonly type: 'board-login';
  readonly ports: number;
  readonly hardware: string;
  readonly software: string;
  readonly simNumber: string;
  readonly restartReason: 'power-on' | 'software' | 'unknown';
}

/** A board has heard that it was given a table; whether it took it, its table says when it is read. */
export interface TableAnswer extends Common {
  readonly type: 'table-answer';
  readonly table: 'prices' | 'parameters';
}

/** The prices that a board has, as it tells on request. */
export interface BoardPrices extends Common {
  readonly type: 'board-prices';
  readonly prices: PriceTable;
}

/** What a board is set to, as it tells on request. */
export interface BoardParametersTold extends Common {
  readonly type: 'board-parameters';
  readonly parameters: BoardParameters;
}

export interface BayChange extends Common {
  readonly type: 'bay-change';
  readonly bays: readonly { readonly bay: number; readonly occupied: boolean }[];
}

/** What stands in a corridor, as its sensor sees it. `vehicles` 0 means: clear. */
export interface CorridorSighting extends Common {
  readonly type: 'corridor-sighting';
  readonly vehicles: number;
  /** 0 to 1, as the sensor states it. */
  readonly confidence: number;
}

export interface SmokeChange extends Common {
  readonly type: 'smoke-change';
  readonly level: 'alarm' | 'clear';
}

export interface GatePass extends Common {
  readonly type: 'gate-pass';
  readonly direction: 'in' | 'out';
  readonly vehicle: 'e-bike' | 'bicycle' | 'car' | 'emergency' | 'other';
}

/** A device says what became of a command that carried an id. */
export interface CommandAcknowledgement extends Common {
  readonly type: 'command-acknowledgement';
  readonly commandId: string;
  readonly result: 'done' | 'refused' | 'expired';
  readonly detail?: string;
}

/** Alive, and nothing more. Only the newest matters. */
export interface Health extends Common {
  readonly type: 'health';
  readonly detail: string;
}

/** One printed or read form of a card's number. The same card has several; see card-number.ts. */
export interface CardNumber {
  /**
   * uid: the card's own bytes, read left to right as one number.
   * board: the number this device type reports and stores (u32), whatever bytes it kept.
   */
  readonly form: 'uid' | 'board';
  /** Decimal digits, no leading zeros. */
  readonly number: string;
}

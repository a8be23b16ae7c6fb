import type { BoardParameters, PriceTable } from './board-tables.ts';
import type { CardNumber } from './events.ts';

/** What devices are told, in one vocabulary: the input of every family's codec. */
export type DeviceCommand =
  | Unlock
  | RefuseSwipe
  | HoldDoorOpen
  | ReleaseDoor
  | PutCard
  | DeleteCard
  | StartSession
  | StopSession
  | AnswerLogin
  | AnswerHeartbeat
  | AnswerSettlement
  | AnswerLocalStart
  | AnswerBalance
  | PutPrices
  | ReadPrices
  | PutParameters
  | ReadParameters;

interface Tracked {
  /** Names the command in its acknowledgement; a device carries out one id at most once. */
  readonly commandId: string;
  /** After this moment (server time) the command must not be carried out, nor sent again. */
  readonly expiresAtMs: number;
}

/** Opens one door once. A board that needs a card for it gets the one that may open it. */
export interface Unlock extends Tracked {
  readonly type: 'unlock';
  readonly door: number;
  readonly card?: CardNumber;
  /** The swipe it answers, where there was one. */
  readonly swipeIdentity?: string;
}

/** Tells a waiting reader why the door stays shut. Nobody acknowledges it. */
export interface RefuseSwipe {
  readonly type: 'refuse-swipe';
  readonly swipeIdentity: string;
  readonly reason: string;
}

/** Evacuation: the door stays open until released. */
export interface HoldDoorOpen extends Tracked {
  readonly type: 'hold-door-open';
  readonly door: number;
}

export interface ReleaseDoor extends Tracked {
  readonly type: 'release-door';
  readonly door: number;
}

/** Writes one card into the list of a board that decides by itself. Dates are inclusive, in the estate's zone. */
export interface PutCard extends Tracked {
  readonly type: 'put-card';
  readonly card: CardNumber;
  /** YYYY-MM-DD */
  readonly startDate: string;
  /** YYYY-MM-DD */
  readonly endDate: string;
  /** Doors this card opens; the board's other doors stay shut for it. */
  readonly doors: readonly number[];
}

export interface DeleteCard extends Tracked {
  readonly type: 'delete-card';
  readonly card: CardNumber;
}

export interface StartSession extends Tracked {
  readonly type: 'start-session';
  readonly port: number;
  readonly order: number;
  readonly startedBy: 'scan' | 'card' | 'admin';
  readonly card?: CardNumber;
  /** The port stops by itself at this energy: the most that the hold can pay for. */
  readonly energyLimitWh: number;
  readonly availableFen: number;
}

export interface StopSession extends Tracked {
  readonly type: 'stop-session';
  readonly port: number;
  readonly order: number;
}

export interface AnswerLogin {
  readonly type: 'answer-login';
  readonly heartbeatS: number;
  readonly accepted: boolean;
}

export interface AnswerHeartbeat {
  readonly type: 'answer-heartbeat';
}

export interface AnswerSettlement {
  readonly type: 'answer-settlement';
  readonly port: number;
  readonly order: number;
}

export interface AnswerLocalStart {
  readonly type: 'answer-local-start';
  readonly port: number;
  readonly order: number;
}

export interface AnswerBalance {
  readonly type: 'answer-balance';
  readonly port: number;
  readonly card: CardNumber;
  readonly balanceFen: number;
  readonly result: 'ok' | 'unknown' | 'frozen' | 'too-little-money' | 'in-use';
}

/** What a board shows and claims by; see board-tables.ts. */
export interface PutPrices extends Tracked {
  readonly type: 'put-prices';
  readonly prices: PriceTable;
}

/** The board answers with the prices that it has. */
export interface ReadPrices extends Tracked {
  readonly type: 'read-prices';
}

export interface PutParameters extends Tracked {
  readonly type: 'put-parameters';
  readonly parameters: BoardParameters;
}

export interface ReadParameters extends Tracked {
  readonly type: 'read-parameters';
}

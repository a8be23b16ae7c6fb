/** A card as a board keeps it. A number instead of true or false would name a time profile; these boards have none. */
export interface StoredCard {
  readonly number: number;
  /** YYYY-MM-DD, inclusive, by the board's own wall clock. */
  readonly startDate: string;
  readonly endDate: string;
  readonly doors: Readonly<Record<string, boolean>>;
}

export type DoorControl = 'normally open' | 'normally closed' | 'controlled';

/** A card at a door, or a door opened for one: the only kinds of event that this board makes. */
export interface BoardEvent {
  readonly index: number;
  readonly granted: boolean;
  readonly door: number;
  readonly direction: 1 | 2;
  readonly card: number;
  readonly timestampMs: number;
  readonly reason: number;
}

/** What a board keeps through a power cut: its list, and how far it has counted its events. */
export interface BoardMemory {
  readonly lastIndex: number;
  readonly cards: readonly StoredCard[];
}

/** Reason codes of the vendor's table that this board gives. */
const REASON = {
  swipe: 1,
  noRights: 6,
  doorNormallyClosed: 11,
  remoteOpen: 44,
} as const;

/** A UT0311 board: it keeps its own card list, decides by itself, and remembers what happened. */
export class UhppotedBoard {
  readonly deviceId: number;
  readonly #cards: Map<number, StoredCard>;
  readonly #controls = new Map<number, DoorControl>();
  #lastIndex: number;

  constructor(deviceId: number, memory: BoardMemory) {
    this.deviceId = deviceId;
    this.#lastIndex = memory.lastIndex;
    this.#cards = new Map(memory.cards.map((card) => [card.number, card]));
  }

  /** What must survive a power cut. */
  get memory(): BoardMemory {
    return { lastIndex: this.#lastIndex, cards: this.cards };
  }

  get cards(): readonly StoredCard[] {
    return [...this.#cards.values()];
  }

  put(card: StoredCard): void {
    this.#cards.set(card.number, card);
  }

  delete(number: number): boolean {
    return this.#cards.delete(number);
  }

  card(number: number): StoredCard | undefined {
    return this.#cards.get(number);
  }

  control(door: number): DoorControl {
    return this.#controls.get(door) ?? 'controlled';
  }

  setControl(door: number, control: DoorControl): void {
    this.#controls.set(door, control);
  }

  /** The board's own decision, taken without asking anybody. */
  swipe(door: number, direction: 1 | 2, card: number, today: string, nowMs: number): BoardEvent {
    const reason = this.#judge(door, card, today);
    const granted = reason === REASON.swipe;
    return this.#event({ granted, door, direction, card, reason }, nowMs);
  }

  #judge(door: number, card: number, today: string): number {
    if (this.control(door) === 'normally open') return REASON.swipe;
    if (this.control(door) === 'normally closed') return REASON.doorNormallyClosed;
    return this.mayOpen(door, card, today) ? REASON.swipe : REASON.noRights;
  }

  mayOpen(door: number, card: number, today: string): boolean {
    const stored = this.#cards.get(card);
    return stored?.doors[String(door)] === true && stored.startDate <= today && today <= stored.endDate;
  }

  remoteOpen(door: number, card: number, nowMs: number): BoardEvent {
    return this.#event({ granted: true, door, direction: 1, card, reason: REASON.remoteOpen }, nowMs);
  }

  #event(event: Omit<BoardEvent, 'index' | 'timestampMs'>, nowMs: number): BoardEvent {
    this.#lastIndex += 1;
    return { ...event, index: this.#lastIndex, timestampMs: nowMs };
  }
}

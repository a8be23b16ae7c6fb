import { isRecord, jsonMessage, type Outgoing, readJsonObject, type VirtualDevice } from './device.ts';
import type { BoardEvent, DoorControl, StoredCard, UhppotedBoard } from './uhppoted-board.ts';
import { wallClock } from './wall-clock.ts';

export interface UhppotedGatewayOptions {
  readonly thing: string;
  readonly timeZone: string;
  /** What the boards print behind their wall clock. In Shanghai that is CST, which is not US Central time. */
  readonly zoneAbbreviation: string;
  readonly boards: readonly UhppotedBoard[];
  /**
   * Fate of each event on the live feed: lost, or late by so many milliseconds. The other feed never loses one.
   */
  readonly liveFate?: (event: BoardEvent) => 'lost' | number;
}

const BATCH = 32;
const BATCH_EVERY_MS = 30_000;
const ALIVE_EVERY_MS = 60_000;
const CONTROLS: readonly string[] = ['normally open', 'normally closed', 'controlled'];

interface Request {
  readonly clientId: string;
  readonly requestId: string;
  readonly replyTo: string;
  readonly fields: Record<string, unknown>;
}

type Answer = { readonly response: Record<string, unknown> } | { readonly error: string };

/** uhppoted-mqtt with the door boards behind it: two event feeds, requests and replies. */
export class UhppotedGateway implements VirtualDevice {
  readonly connection: string;
  readonly subscriptions: readonly string[];
  readonly #options: UhppotedGatewayOptions;
  readonly #root: string;
  #late: { atMs: number; message: Outgoing }[] = [];
  #backlog: Outgoing[] = [];
  #nextBatchMs = Number.POSITIVE_INFINITY;
  #nextAliveMs = Number.POSITIVE_INFINITY;

  constructor(options: UhppotedGatewayOptions) {
    this.#options = options;
    this.connection = options.thing;
    this.#root = `uhppoted/${options.thing}`;
    this.subscriptions = [`${this.#root}/requests/#`];
  }

  start(nowMs: number): Outgoing[] {
    this.#nextBatchMs = nowMs + BATCH_EVERY_MS;
    this.#nextAliveMs = nowMs + ALIVE_EVERY_MS;
    return [this.#alive(nowMs)];
  }

  board(deviceId: number): UhppotedBoard | undefined {
    return this.#options.boards.find((board) => board.deviceId === deviceId);
  }

  /** A card is shown at a door; the board decides at once, and tells afterwards. */
  swipe(deviceId: number, door: number, direction: 1 | 2, card: number, nowMs: number) {
    const board = this.board(deviceId);
    if (!board) throw new Error(`Gateway ${this.connection} has no board ${deviceId}`);
    const event = board.swipe(door, direction, card, this.#today(nowMs), nowMs);
    return { granted: event.granted, messages: this.#tell(board, event, nowMs) };
  }

  receive(topic: string, payload: Uint8Array, nowMs: number): Outgoing[] {
    const request = parseRequest(payload, `${this.#root}/replies`);
    if (!request) return [];
    const name = topic.slice(`${this.#root}/requests/`.length);
    const method = METHODS[name];
    if (!method) return [this.#reply(request, name, { error: `unknown method ${name}` })];
    const board = this.board(Number(request.fields['device-id']));
    if (!board) return [this.#reply(request, method.name, { error: 'no such device' })];
    const { answer, event } = method.run(board, request.fields, this.#today(nowMs), nowMs);
    return [this.#reply(request, method.name, answer), ...(event ? this.#tell(board, event, nowMs) : [])];
  }

  tick(nowMs: number): Outgoing[] {
    const due = this.#late.filter((entry) => entry.atMs <= nowMs).map((entry) => entry.message);
    this.#late = this.#late.filter((entry) => entry.atMs > nowMs);
    if (nowMs >= this.#nextBatchMs) {
      this.#nextBatchMs = nowMs + BATCH_EVERY_MS;
      due.push(...this.#backlog.splice(0, BATCH));
    }
    if (nowMs >= this.#nextAliveMs) {
      this.#nextAliveMs = nowMs + ALIVE_EVERY_MS;
      due.push(this.#alive(nowMs));
    }
    return due;
  }

  #today(nowMs: number): string {
    return wallClock(nowMs, this.#options.timeZone).slice(0, 10);
  }

  #tell(board: UhppotedBoard, event: BoardEvent, nowMs: number): Outgoing[] {
    const body = { message: { event: this.#eventBody(board, event) } };
    this.#backlog.push(jsonMessage(`${this.#root}/events`, body));
    const live = jsonMessage(`${this.#root}/events/live`, body);
    const fate = this.#options.liveFate?.(event) ?? 0;
    if (fate === 'lost') return [];
    if (fate === 0) return [live];
    this.#late.push({ atMs: nowMs + fate, message: live });
    return [];
  }

  #eventBody(board: UhppotedBoard, event: BoardEvent): Record<string, unknown> {
    return {
      'device-id': board.deviceId,
      'event-id': event.index,
      'event-type': 1,
      'event-type-text': 'card swipe',
      'access-granted': event.granted,
      'door-id': event.door,
      direction: event.direction,
      'direction-text': event.direction === 1 ? 'in' : 'out',
      'card-number': event.card,
      timestamp: `${wallClock(event.timestampMs, this.#options.timeZone)} ${this.#options.zoneAbbreviation}`,
      'event-reason': event.reason,
      'event-reason-text': '',
    };
  }

  #reply(request: Request, method: string, answer: Answer): Outgoing {
    const head = {
      'server-id': 'uhppoted',
      'client-id': request.clientId,
      'request-id': request.requestId,
      method,
    };
    // What went wrong travels in an envelope of its own, with the same head.
    const message =
      'error' in answer
        ? { error: { ...head, error: { 'error-code': 400, message: answer.error } } }
        : { reply: { ...head, response: answer.response } };
    return jsonMessage(request.replyTo, { message });
  }

  #alive(nowMs: number): Outgoing {
    const timestamp = wallClock(nowMs, this.#options.timeZone);
    return jsonMessage(`${this.#root}/system`, { message: { system: { alive: { timestamp } } } });
  }
}

interface Method {
  readonly name: string;
  readonly run: (
    board: UhppotedBoard,
    fields: Record<string, unknown>,
    today: string,
    nowMs: number,
  ) => { readonly answer: Answer; readonly event?: BoardEvent };
}

const METHODS: Record<string, Method> = {
  'device/card:put': {
    name: 'put-card',
    run: (board, fields) => {
      const card = parseCard(fields['card']);
      if (!card) return { answer: { error: 'invalid card' } };
      board.put(card);
      return { answer: { response: { 'device-id': board.deviceId, card: cardBody(card) } } };
    },
  },
  'device/card:delete': {
    name: 'delete-card',
    run: (board, fields) => {
      const deleted = board.delete(Number(fields['card-number']));
      return {
        answer: { response: { 'device-id': board.deviceId, 'card-number': fields['card-number'], deleted } },
      };
    },
  },
  'device/cards:get': {
    name: 'get-cards',
    run: (board) => ({
      answer: { response: { 'device-id': board.deviceId, cards: board.cards.map((card) => card.number) } },
    }),
  },
  'device/card:get': {
    name: 'get-card',
    run: (board, fields) => {
      const card = board.card(Number(fields['card-number']));
      return { answer: card ? { response: { card: cardBody(card) } } : { error: 'no such card' } };
    },
  },
  'device/door/lock:open': {
    name: 'open-door',
    run: (board, fields, today, nowMs) => {
      const [door, card] = [Number(fields['door']), Number(fields['card-number'])];
      // The gateway opens only for a card that may open that door by itself.
      if (!board.mayOpen(door, card, today)) return { answer: { error: 'card may not open this door' } };
      const answer = { response: { 'device-id': board.deviceId, door, opened: true } };
      return { answer, event: board.remoteOpen(door, card, nowMs) };
    },
  },
  'device/door/control:set': {
    name: 'set-door-control',
    run: (board, fields) => {
      const [door, control] = [Number(fields['door']), fields['control']];
      if (!isControl(control)) return { answer: { error: 'invalid control' } };
      board.setControl(door, control);
      return { answer: { response: { 'device-id': board.deviceId, door, control } } };
    },
  },
};

function isControl(value: unknown): value is DoorControl {
  return typeof value === 'string' && CONTROLS.includes(value);
}

function parseRequest(payload: Uint8Array, defaultReplies: string): Request | undefined {
  const message = readJsonObject(payload)?.['message'];
  const fields = isRecord(message) ? message['request'] : undefined;
  if (!isRecord(fields)) return undefined;
  const clientId = String(fields['client-id'] ?? '');
  const replyTo = fields['reply-to'];
  return {
    clientId,
    requestId: String(fields['request-id'] ?? ''),
    replyTo: typeof replyTo === 'string' ? replyTo : `${defaultReplies}/${clientId}`,
    fields,
  };
}

function parseCard(value: unknown): StoredCard | undefined {
  if (!isRecord(value)) return undefined;
  const { 'card-number': number, 'start-date': startDate, 'end-date': endDate, doors } = value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > 0xffff_ffff)
    return undefined;
  if (typeof startDate !== 'string' || typeof endDate !== 'string' || !isRecord(doors)) return undefined;
  const allowed = Object.entries(doors).map(([door, may]) => [door, may === true] as const);
  return { number, startDate, endDate, doors: Object.fromEntries(allowed) };
}

function cardBody(card: StoredCard): Record<string, unknown> {
  return {
    'card-number': card.number,
    'start-date': card.startDate,
    'end-date': card.endDate,
    doors: card.doors,
  };
}

import { type Outgoing, readJsonObject, type VirtualDevice } from './device.ts';
import { JsonThing, kindOf, type ThingOptions } from './json-thing.ts';

export interface ReaderOptions extends ThingOptions {
  /** How long the bolt stays back after an unlock. */
  readonly openMs?: number;
}

export type SwipeOutcome =
  | { readonly unlocked: true }
  | { readonly unlocked: false; readonly reason: string };

type AckResult = 'done' | 'refused' | 'expired';

/** Remembered answers; a real reader has room for a few as well. */
const REMEMBERED = 256;
const DOOR = 1;

/** An online reader with its lock: it asks the cloud for each swipe and opens only on a fresh command. */
export class Reader implements VirtualDevice {
  readonly connection: string;
  readonly subscriptions: readonly string[];
  readonly #thing: JsonThing;
  readonly #openMs: number;
  readonly #carriedOut = new Map<string, AckResult>();
  readonly #outcomes = new Map<string, SwipeOutcome>();
  #unlockedUntilMs = 0;
  #heldOpen = false;

  constructor(options: ReaderOptions) {
    this.connection = options.thing;
    this.#thing = new JsonThing(options);
    this.subscriptions = [this.#thing.downTopics];
    this.#openMs = options.openMs ?? 8000;
  }

  get heldOpen(): boolean {
    return this.#heldOpen;
  }

  start(nowMs: number): Outgoing[] {
    return this.#thing.health(nowMs);
  }

  /** A card is shown. `cardUid` is its own bytes in hexadecimal. */
  swipe(cardUid: string, nowMs: number): { readonly swipeId: string; readonly messages: Outgoing[] } {
    const swipeId = this.#thing.nextId();
    return { swipeId, messages: [this.#thing.say('swipe', { card: cardUid }, nowMs, swipeId)] };
  }

  /** What the cloud said to a swipe; undefined while it has said nothing. */
  outcome(swipeId: string): SwipeOutcome | undefined {
    return this.#outcomes.get(swipeId);
  }

  isOpen(nowMs: number): boolean {
    return this.#heldOpen || nowMs < this.#unlockedUntilMs;
  }

  /** Somebody walks through, if the door is open. */
  pass(swipeId: string, nowMs: number): Outgoing[] {
    return this.isOpen(nowMs) ? [this.#thing.say('door-passed', { swipe: swipeId }, nowMs)] : [];
  }

  receive(topic: string, payload: Uint8Array, nowMs: number): Outgoing[] {
    const message = readJsonObject(payload);
    if (!message) return [];
    const kind = kindOf(topic);
    if (kind === 'refuse') {
      this.#remember(message['swipe'], { unlocked: false, reason: String(message['reason']) });
      return [];
    }
    if (typeof message['command'] !== 'string' || typeof message['expiresAtMs'] !== 'number') return [];
    return this.#command(kind, message['command'], message['expiresAtMs'], message, nowMs);
  }

  /** As after a repair: it counts anew, and remembers nothing of what it was told. */
  countAnew(messages: number): void {
    this.#thing.countAnew(messages);
    this.#carriedOut.clear();
    this.#outcomes.clear();
  }

  tick(nowMs: number): Outgoing[] {
    return this.#thing.healthIfDue(nowMs);
  }

  #command(
    kind: string,
    command: string,
    expiresAtMs: number,
    message: Record<string, unknown>,
    nowMs: number,
  ): Outgoing[] {
    const before = this.#carriedOut.get(command);
    const result = before ?? (nowMs > expiresAtMs ? 'expired' : this.#carryOut(kind, message, nowMs));
    // What was not carried out may be told again under its name, and is tried again.
    if (result === 'done') this.#carriedOut.set(command, result);
    forgetOldest(this.#carriedOut);
    if (kind === 'unlock' && !before && result !== 'done') {
      this.#remember(message['swipe'], { unlocked: false, reason: result });
    }
    return [this.#thing.say('ack', { command, result }, nowMs)];
  }

  #carryOut(kind: string, message: Record<string, unknown>, nowMs: number): AckResult {
    if (message['door'] !== DOOR) return 'refused';
    switch (kind) {
      case 'unlock':
        this.#unlockedUntilMs = nowMs + this.#openMs;
        this.#remember(message['swipe'], { unlocked: true });
        return 'done';
      case 'hold-open':
        this.#heldOpen = true;
        return 'done';
      case 'release':
        this.#heldOpen = false;
        return 'done';
      default:
        return 'refused';
    }
  }

  #remember(swipe: unknown, outcome: SwipeOutcome): void {
    if (typeof swipe !== 'string') return;
    this.#outcomes.set(swipe, outcome);
    forgetOldest(this.#outcomes);
  }
}

function forgetOldest(memory: Map<string, unknown>): void {
  for (const key of memory.keys()) {
    if (memory.size <= REMEMBERED) return;
    memory.delete(key);
  }
}

import { limits } from '../../../src/charging/session.ts';
import type { Envelope } from '../../../src/devices/envelope.ts';
import type { Outgoing, VirtualDevice } from '../../devices/device.ts';
import { decodeDownlink } from '../../devices/juy-frames.ts';
import type { Random } from '../../random.ts';
import type { Faults } from './faults.ts';
import type { Schedule } from './schedule.ts';
import { broken, type FrameFacts, factsOf, wrongMeter } from './tamper.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** When the watchdog of a session looks, counted from its start: the moment at which a late truth meets the estimate. */
const watchdogMs = limits.longestSessionMs + limits.settlementGraceMs;

export interface NetworkParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly random: Random;
  /** The broker has a message for its rules. */
  readonly toCloud: (envelope: Envelope) => void;
  /** What a device said, whatever becomes of it: for those who check against the truth. */
  readonly onSaid: (message: Outgoing) => void;
  /** A settlement that a wrong meter has falsified. */
  readonly onTampered: (facts: FrameFacts, connection: string) => void;
}

/** One device and its connection. */
export interface Line {
  device: VirtualDevice;
  online: boolean;
  /** How far the device's clock is off. */
  skewMs: number;
}

/** Carries messages between devices and the broker, as badly as real networks do. */
export class Network {
  readonly #parts: NetworkParts;
  readonly #lines = new Map<string, Line>();
  /** Settlements that the network keeps back, with all their repetitions; once each in the end, or never. */
  readonly #heldBack = new Set<string>();
  /** By port: until when no stop gets through to it. */
  readonly #stopsLost = new Map<string, number>();

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  get lines(): IterableIterator<Line> {
    return this.#lines.values();
  }

  add(line: Line): Line {
    this.#lines.set(line.device.connection, line);
    return line;
  }

  /** Something is done to a device now; what it says goes out, by its own clock. */
  act(line: Line, deed: (nowMs: number) => readonly Outgoing[]): void {
    const messages = deed(this.#parts.schedule.now() + line.skewMs);
    if (!line.online || messages.length === 0) return;
    // What is said at once arrives at once, in the same millisecond.
    const delayMs = this.#parts.random.int(20, 200);
    for (const message of messages) {
      this.#parts.onSaid(message);
      this.#up(line.device.connection, message, delayMs);
    }
  }

  /** From a device to the broker. */
  #up(connection: string, message: Outgoing, usualMs: number): void {
    const { faults, random } = this.#parts;
    const juy = message.topic.startsWith('JUY/');
    const facts = juy ? factsOf(message.payload) : undefined;
    let { payload } = message;
    if (facts?.kind === 'settlement' && faults.strikes('meter-wrong')) {
      payload = wrongMeter(payload, random);
      this.#parts.onTampered(facts, connection);
    }
    if (facts?.kind === 'settlement' && this.#holdsBack(connection, { ...message, payload }, facts)) return;
    if (juy && faults.strikes('frame-broken')) payload = broken(payload, random);
    if (faults.strikes('message-lost')) return;
    const sent = { topic: message.topic, payload };
    this.#carry(connection, sent, this.#troubleMs(facts) ?? usualMs);
    if (faults.strikes('duplicate-soon')) this.#carry(connection, sent, random.int(10, 9000));
    if (faults.strikes('duplicate-hours-later'))
      this.#carry(connection, sent, random.int(5 * MINUTE_MS, 5 * HOUR_MS));
  }

  /** A settlement that is lost with all its repetitions, or arrives when its session is being closed without it. */
  #holdsBack(connection: string, message: Outgoing, facts: FrameFacts): boolean {
    const { faults, random, schedule } = this.#parts;
    const session = `${connection}-${facts.order}`;
    if (this.#heldBack.has(session)) return true;
    if (!faults.strikes('settlement-held-back')) return false;
    this.#heldBack.add(session);
    if (random.chance(0.25)) return true;
    const watchedAtMs = schedule.now() - facts.seconds * 1000 + watchdogMs;
    const sweepAtMs = Math.ceil(watchedAtMs / MINUTE_MS) * MINUTE_MS;
    const atMs = random.chance(0.7)
      ? sweepAtMs + random.int(-30, 120)
      : sweepAtMs + random.int(-MINUTE_MS, HOUR_MS);
    this.#carry(connection, message, Math.max(0, atMs - schedule.now()));
    return true;
  }

  /** The delay of a message that something happens to. */
  #troubleMs(facts: FrameFacts | undefined): number | undefined {
    const { faults, random, schedule } = this.#parts;
    if (facts?.kind === 'start-answer' && faults.strikes('start-answer-late')) {
      // About when the sweep gives the start up.
      const givenUpMs = Math.ceil((schedule.now() + limits.startAnswerMs) / MINUTE_MS) * MINUTE_MS;
      return givenUpMs - schedule.now() + (random.chance(0.6) ? random.int(-30, 120) : random.int(0, 90_000));
    }
    if (faults.strikes('message-held-for-minutes')) return random.int(MINUTE_MS, 90 * MINUTE_MS);
    if (faults.strikes('message-reordered')) return random.int(500, 20_000);
    return undefined;
  }

  #carry(connection: string, { topic, payload }: Outgoing, delayMs: number): void {
    const { schedule, toCloud } = this.#parts;
    const byLogin = topic.startsWith('JUY/');
    schedule.after(delayMs, `arrives ${topic}`, () =>
      toCloud({
        data: Buffer.from(payload).toString('base64'),
        topic,
        client: connection,
        principal: byLogin ? connection : thumbprint,
        receivedAtMs: schedule.now(),
      }),
    );
  }

  /** Somebody is about to ask for the end of a session: it may be that for a while no stop gets through. */
  mayLoseStops(connection: string, port: number): void {
    const { faults, random, schedule } = this.#parts;
    if (!faults.strikes('stops-lost')) return;
    this.#stopsLost.set(`${connection}-${port}`, schedule.now() + random.int(1, 40) * MINUTE_MS);
  }

  losesStops(connection: string, port: number): boolean {
    return (this.#stopsLost.get(`${connection}-${port}`) ?? 0) > this.#parts.schedule.now();
  }

  /** From the broker to a device. A message past its expiry is dropped on the way, and so is one for a device away. */
  down(topic: string, payload: Uint8Array, expiresInS: number | undefined): void {
    const line = this.#lines.get(topic.split('/')[topic.startsWith('JUY/') ? 2 : 1] ?? '');
    if (line === undefined) return;
    const { faults, random, schedule } = this.#parts;
    if (faults.strikes('command-lost')) return;
    const command = topic.startsWith('JUY/') ? decodeDownlink(payload) : undefined;
    if (command?.kind === 'stop' && this.losesStops(line.device.connection, command.port)) return;
    const expiresAtMs = schedule.now() + (expiresInS ?? 3600) * 1000;
    const carry = (delayMs: number) =>
      schedule.after(delayMs, `reaches the device ${topic}`, () => {
        if (!line.online || schedule.now() > expiresAtMs) return;
        this.act(line, (nowMs) => line.device.receive(topic, payload, nowMs));
      });
    carry(faults.strikes('command-overtaken') ? random.int(500, 8000) : random.int(20, 200));
    if (faults.strikes('command-twice')) carry(random.int(20, 12_000));
  }
}

const thumbprint = 'a'.repeat(64);

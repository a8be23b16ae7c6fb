import type { Envelope } from '../../../src/devices/envelope.ts';
import { type Route, takeIn } from '../../../src/intake/intake.ts';
import { accessRoutes } from '../../../src/intake/routes/access.ts';
import { alarmRoutes } from '../../../src/intake/routes/alarm.ts';
import { chargingRoutes } from '../../../src/intake/routes/charging.ts';
import { telemetryRoutes } from '../../../src/intake/routes/telemetry.ts';
import type { Random } from '../../random.ts';
import type { Faults } from './faults.ts';
import type { Functions } from './functions.ts';
import type { Outcome } from './invocation.ts';
import { type DeadLetter, Queue } from './queue.ts';
import type { Schedule } from './schedule.ts';

export interface CloudParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly random: Random;
  readonly functions: Functions;
  /** The cloud is done with a message: it must have left a trace. */
  readonly onTaken: (envelope: Envelope) => void;
  readonly onDeadLetter: (letter: DeadLetter) => void;
  /** A planted bug: failures are reported as successes. */
  readonly swallowsFailures: boolean;
}

const directRoutes: Readonly<Record<string, readonly Route[]>> = {
  'on-access': accessRoutes,
  'on-charging': chargingRoutes,
  'on-alarm': alarmRoutes,
};

/** Before the second and the third attempt of a call that nobody waits for. */
const asyncRetryMs = [60_000, 120_000];
const HOUR_MS = 3_600_000;

/** Rules and lanes: what becomes of a message that the broker has accepted. */
export class Cloud {
  readonly #parts: CloudParts;
  readonly #bulk: Queue;
  #handed = 0;
  #open = 0;

  constructor(parts: CloudParts) {
    this.#parts = parts;
    this.#bulk = new Queue({
      ...parts,
      take: (backend, envelope) => takeIn(backend, telemetryRoutes, envelope),
      onDone: (envelope) => this.#taken(envelope),
      onDead: (envelope, error) => this.#dead('bulk', envelope, error),
    });
  }

  /** Messages handed over so far, repetitions by the cloud itself included. */
  get handed(): number {
    return this.#handed;
  }

  /** Messages whose end is not decided. */
  get open(): number {
    return this.#open;
  }

  /** Answers whether a rule takes messages of this topic. */
  arrive(envelope: Envelope): boolean {
    const lane = laneOf(envelope.topic);
    if (lane === undefined) return false;
    this.#deliver(lane, envelope);
    const { faults, schedule, random } = this.#parts;
    // Queues and asynchronous calls deliver at least once.
    if (faults.strikes('delivered-twice-by-cloud')) {
      const delayMs = random.chance(0.6) ? random.int(0, 40) : random.int(1000, 2 * HOUR_MS);
      schedule.after(delayMs, `the cloud delivers again ${envelope.topic}`, () =>
        this.#deliver(lane, envelope),
      );
    }
    return true;
  }

  #deliver(lane: string, envelope: Envelope): void {
    const { faults, schedule, random } = this.#parts;
    this.#handed += 1;
    this.#open += 1;
    const delayMs = faults.strikes('late-in-lane') ? random.int(1000, 90_000) : random.int(1, 20);
    schedule.after(delayMs, '', () => {
      if (lane === 'bulk') this.#bulk.push(envelope);
      else void this.#directly(lane, envelope);
    });
  }

  async #directly(name: string, envelope: Envelope): Promise<void> {
    const { functions, schedule } = this.#parts;
    let outcome: Outcome<void> | undefined;
    for (const waitMs of [...asyncRetryMs, undefined]) {
      outcome = await functions.invoke(name, (backend) =>
        takeIn(backend, directRoutes[name] ?? [], envelope),
      );
      if (outcome.ok || this.#parts.swallowsFailures) return this.#taken(envelope);
      if (waitMs !== undefined) await schedule.sleep(waitMs, `${name} is called again for ${envelope.topic}`);
    }
    if (outcome?.ok === false) this.#dead(name, envelope, outcome.error);
  }

  #taken(envelope: Envelope): void {
    this.#open -= 1;
    this.#parts.onTaken(envelope);
  }

  #dead(lane: string, envelope: Envelope, error: unknown): void {
    this.#open -= 1;
    const redrive = () => this.#deliver(lane, envelope);
    this.#parts.onDeadLetter({ what: envelope.topic, error, redrive });
  }
}

/** The topic rules of infra/, as a table; a topic without a rule goes nowhere. */
function laneOf(topic: string): string | undefined {
  return lanes.find(([pattern]) => pattern.test(topic))?.[1];
}

const lanes: readonly (readonly [RegExp, string])[] = [
  [/^pengyou\/[^/]+\/up\/(swipe|door-passed)$/, 'on-access'],
  [/^uhppoted\/[^/]+\/events\/live$/, 'on-access'],
  [/^pengyou\/[^/]+\/up\/(smoke|corridor)$/, 'on-alarm'],
  [/^JUY\/D2S\/[^/]+\/(0[xX])?(82|88|8[fF])\/DEV$/, 'bulk'],
  [/^JUY\/D2S\/[^/]+\/[^/]+\/DEV$/, 'on-charging'],
  [/^uhppoted\/[^/]+\/(events|system|replies\/.*)$/, 'bulk'],
  [/^pengyou\/[^/]+\/up\/[^/]+$/, 'bulk'],
];

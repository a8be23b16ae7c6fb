import type { Outgoing, VirtualDevice } from './device.ts';
import { JsonThing, type ThingOptions } from './json-thing.ts';

export type GateVehicle = 'e-bike' | 'bicycle' | 'car' | 'emergency' | 'other';

const SURE = 0.98;

/** A device that only tells: bays, corridors, smoke, gates. Every kind reports that it is alive. */
abstract class Sensor implements VirtualDevice {
  readonly connection: string;
  readonly subscriptions: readonly string[] = [];
  protected readonly thing: JsonThing;

  constructor(options: ThingOptions) {
    this.connection = options.thing;
    this.thing = new JsonThing(options);
  }

  start(nowMs: number): Outgoing[] {
    return this.thing.health(nowMs);
  }

  receive(): Outgoing[] {
    return [];
  }

  countAnew(messages: number): void {
    this.thing.countAnew(messages);
  }

  tick(nowMs: number): Outgoing[] {
    return this.thing.healthIfDue(nowMs);
  }
}

/** Sees which bays of one facility are taken; tells only what changed. */
export class BaySensor extends Sensor {
  readonly #occupied = new Set<number>();

  change(bay: number, occupied: boolean, nowMs: number): Outgoing[] {
    if (this.#occupied.has(bay) === occupied) return [];
    if (occupied) this.#occupied.add(bay);
    else this.#occupied.delete(bay);
    return [this.thing.say('bay', { bays: [{ bay, occupied }] }, nowMs)];
  }
}

/** Counts the vehicles left in one corridor. */
export class CorridorSensor extends Sensor {
  #vehicles = 0;

  /** Says what it sees when it comes up: what was left there before may be gone. */
  override start(nowMs: number): Outgoing[] {
    return [...super.start(nowMs), ...this.see(this.#vehicles, SURE, nowMs)];
  }

  see(vehicles: number, confidence: number, nowMs: number): Outgoing[] {
    this.#vehicles = vehicles;
    return [this.thing.say('corridor', { vehicles, confidence }, nowMs)];
  }
}

export class SmokeDetector extends Sensor {
  #alarm = false;

  /** Says how it stands when it comes up: an alarm from before may be over. */
  override start(nowMs: number): Outgoing[] {
    return [...super.start(nowMs), ...this.set(this.#alarm, nowMs)];
  }

  set(alarm: boolean, nowMs: number): Outgoing[] {
    this.#alarm = alarm;
    return [this.thing.say('smoke', { level: alarm ? 'alarm' : 'clear' }, nowMs)];
  }
}

export class Gate extends Sensor {
  passed(direction: 'in' | 'out', vehicle: GateVehicle, nowMs: number): Outgoing[] {
    return [this.thing.say('gate', { direction, vehicle }, nowMs)];
  }
}

import type { DeviceConnection } from './connection.ts';

/** The cloud, as far as a replay moves it: it stands still in every moment until all that it does is done. */
export interface SteppedCloud {
  readonly clock: { now(): number; set(ms: number): void };
  idle(): Promise<void>;
  tick(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const QUIET_ROUNDS_AT_MOST = 50;

/** A world whose time only goes on when everything that its present moment set off has come to rest. */
export class SteppedWorld {
  readonly #cloud: SteppedCloud;
  readonly #dayEnds: () => Promise<void>;
  #sweptAtMs = 0;

  /** `dayEnds` is called before the clock goes on to another day of UTC. */
  constructor(cloud: SteppedCloud, dayEnds: () => Promise<void>) {
    this.#cloud = cloud;
    this.#dayEnds = dayEnds;
  }

  async moveTo(atMs: number): Promise<void> {
    const day = (ms: number) => Math.floor(ms / DAY_MS);
    if (day(atMs) !== day(this.#cloud.clock.now())) await this.#dayEnds();
    this.#cloud.clock.set(atMs);
  }

  /** Returns when nothing is under way any more: neither in the cloud nor on the lines to these devices. */
  async quiet(devices: ReadonlySet<{ readonly link: DeviceConnection }>): Promise<void> {
    for (let round = 0; round < QUIET_ROUNDS_AT_MOST; round += 1) {
      const before = traffic(devices);
      await this.#cloud.idle();
      await Promise.all([...devices].map(({ link }) => link.flush()));
      const sending = [...devices].some(({ link }) => link.unacknowledged > 0);
      if (!sending && traffic(devices) === before) return;
    }
    throw new Error(`The world does not come to rest at ${new Date(this.#cloud.clock.now()).toISOString()}`);
  }

  /** Lets the cloud look for what has fallen due: as often as it matters, not every minute of a year. */
  async sweep(atMs: number): Promise<void> {
    if (atMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = atMs;
    await this.#cloud.tick();
    await this.#cloud.idle();
  }
}

/** How many messages these lines have carried. */
export function traffic(devices: Iterable<{ readonly link: DeviceConnection }>): number {
  return [...devices].reduce((sum, { link }) => sum + link.traffic, 0);
}

import type { ChargeMode } from './juy-frames.ts';

/** A charge that runs at a port, as the board keeps it. */
export interface PortCharge {
  readonly order: number;
  readonly card: number;
  readonly mode: ChargeMode;
  readonly parameter: number;
  readonly startedAtMs: number;
  seconds: number;
  energyWh: number;
  powerW: number;
  band: number;
  readonly bandSeconds: number[];
  /** By the board's price classes, sharp first. */
  readonly classWh: number[];
  everDrew: boolean;
  lowPowerS: number;
  fullWait: { sinceS: number; powerW: number } | undefined;
  stopReason: number | undefined;
}

import type { ChargingMode } from './juy-frames.ts';

/** A session that runs at a port, as the board keeps it. */
export interface PortSession {
  readonly order: number;
  readonly card: number;
  readonly mode: ChargingMode;
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

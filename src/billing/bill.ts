import type { Remark } from '../../contract/shapes/receipt.ts';

/** What a meter showed: energy of this session so far, and the power then, where the board told it. */
export interface Reading {
  readonly atMs: number;
  readonly energyWh: number;
  readonly powerW?: number | undefined;
}

/** Everything, beside the tariff, that a session's price depends on. */
export interface SessionToPrice {
  /** In the order of time; energy never falls; the first is the start at 0 Wh, the last the end. */
  readonly readings: readonly Reading[];
  /** When the bike was taken away, where that is known and matters. */
  readonly removedAtMs?: number | undefined;
  /** A package that pays: its first so many Wh, or, without `energyWh`, the whole session. */
  readonly allowance?: { readonly purchaseId: string; readonly energyWh?: number | undefined } | undefined;
  /** By local day (YYYY-MM-DD), in grains: what the same credential's earlier sessions cost, for the cap of a day. */
  readonly spentBefore?: Readonly<Record<string, number>> | undefined;
}

/** A stretch of one session under one price, or a fee that is due once. */
export interface Slice {
  readonly kind: 'energy' | 'time' | 'start-fee' | 'minimum' | 'up-to-minimum' | 'overstay' | 'cap';
  readonly fromMs: number;
  readonly toMs: number;
  readonly energyWh: number;
  readonly priceMilliYuan: number;
  readonly per: 'kWh' | 'hour' | 'once';
  /** Price times quantity, exact; 0 where it is free; negative for what a cap takes off. */
  readonly amountGrains: number;
  /** Whether both ends were read from the meter; otherwise the energy at the boundary is interpolated. */
  readonly measured: boolean;
  /** Why a stretch that has a price costs nothing. */
  readonly free?: 'free-minutes' | 'minimum' | 'package' | undefined;
}

export interface Line {
  readonly line: 'electricity' | 'service';
  /** The sum of the slices, rounded once, half up, to the fen. */
  readonly amountFen: number;
  readonly slices: readonly Slice[];
}

export interface Bill {
  readonly lines: readonly Line[];
  readonly totalFen: number;
  /** What was noticed while pricing, by name. */
  readonly remarks: readonly PriceRemark[];
  /** By local day, in grains and after caps: what counts towards the cap of that day. Empty without such a cap. */
  readonly spent: Readonly<Record<string, number>>;
}

export type PriceRemark = Extract<Remark, 'power-beyond-bands' | `capped-${string}`>;

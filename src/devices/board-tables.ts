/**
 * What a charging board shows and claims money by: two tables that it is told, and tells on request. They are never
 * billed by. Prices are in milli-yuan for one kWh, or in fen for one hour, as boards have them.
 */

export const priceClassNames = ['sharp', 'peak', 'flat', 'valley', 'deep'] as const;

/** Prices by half hours of the day. A board has one such table, for whatever day it is. */
export interface PriceTable {
  /**
   * off: by time alone, in power bands; peak-valley: energy and service for the kWh; energy-and-time: energy for the
   * kWh, service by time in power bands. The bands are in the parameters.
   */
  readonly mode: 'off' | 'peak-valley' | 'energy-and-time';
  /** Five, in the order of `priceClassNames`. */
  readonly classes: readonly PriceClass[];
  /** 48, from local midnight: each the place of its class among the five. */
  readonly halfHours: readonly number[];
}

export interface PriceClass {
  readonly energyMilliYuanPerKWh: number;
  readonly serviceMilliYuanPerKWh: number;
}

/** Up to, and with, so many watts an hour costs so much. */
export interface PowerBand {
  readonly upToW: number;
  readonly priceFenPerHour: number;
}

/**
 * Everything else that a board is set to. It is written whole or not at all, so it is read before: what is not ours to
 * set goes back as it came. Fields without a unit have none in the vendor's document either.
 */
export interface BoardParameters {
  readonly billing: 'by-hour' | 'by-discount';
  readonly coinMinutes: number;
  readonly cardMinutes: number;
  readonly cardMoney: number;
  /** Eight, rising. */
  readonly bands: readonly PowerBand[];
  readonly floatPowerW: number;
  readonly floatMinutes: number;
  readonly free: number;
  readonly temperatureWarningC: number;
  readonly smokeAlarm: number;
  readonly volume: number;
  readonly energy: number;
  /** Bit 0: does not stop when full. */
  readonly switches: number;
  readonly plugInWaitS: number;
  readonly unplugWaitS: number;
  readonly cardType: number;
  readonly removalPowerW: number;
  /** Eleven bytes without a name, in hex. */
  readonly reserved: string;
}

import type { PortSession } from './juy-session.ts';
import { type BoardTable, PARAMETERS_BYTES, PRICES_BYTES } from './juy-table-downlinks.ts';
import { wallClock } from './wall-clock.ts';

export const PRICE_CLASSES = 5;
const HALF_HOURS = 48;
const QUARTER_MS = 900_000;
const BANDS = 8;
const LIMITS_AT = 7;
const BAND_PRICES_AT = LIMITS_AT + 2 * BANDS;

/** The parameter table that was read from a real board, and the defaults that the vendor's document names. */
function factoryParameters(): Buffer {
  const table = Buffer.alloc(PARAMETERS_BYTES);
  table.writeUInt16LE(240, 1);
  [200, 300, 500, 800, 1000, 1500, 2000, 2500].forEach((watts, band) => {
    table.writeUInt16LE(watts, LIMITS_AT + 2 * band);
  });
  [20, 25, 30, 60, 90, 100, 155, 255].forEach((fen, band) => {
    table.writeUInt16LE(fen, BAND_PRICES_AT + 2 * band);
  });
  table[39] = 15;
  table.writeUInt16LE(120, 40);
  table[43] = 90;
  table[45] = 8;
  table.writeUInt16LE(120, 51);
  table.writeUInt16LE(120, 53);
  return table;
}

/** What a session costs by the board's own rules, as it accounts for it. */
export interface BoardClaim {
  readonly fen: number;
  /** The pairs of a settlement: (seconds, fen an hour), or in peak-valley mode (energy units, fen). */
  readonly pairs: readonly (readonly [number, number])[];
}

/**
 * What a board claims money by: its power bands, until it is told prices by the half hour. It drops every fraction as
 * it goes, class by class, which is one of the reasons why its numbers differ from an exact bill.
 */
export class BoardTariff {
  readonly #timeZone: string;
  readonly #halfHours = new Map<number, number>();
  readonly #tables: Record<BoardTable, Buffer> = {
    prices: Buffer.alloc(PRICES_BYTES),
    parameters: factoryParameters(),
  };

  /** The zone of the board's own clock. How a real board's clock is set is not documented. */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** Writes a table as it came. */
  take(table: BoardTable, data: Uint8Array): void {
    this.#tables[table] = Buffer.from(data);
  }

  tell(table: BoardTable): Buffer {
    return Buffer.from(this.#tables[table]);
  }

  /** 0 bands alone, 1 by the half hour, 2 energy by the half hour and service by bands. */
  get mode(): number {
    return this.#tables.prices.readUInt8(0);
  }

  /** Sharp, peak, flat, valley or deep, by the board's clock. */
  classAt(atMs: number): number {
    return this.#tables.prices.readUInt8(2 + 4 * PRICE_CLASSES + this.#halfHourAt(atMs));
  }

  /** Energy and service together, in milli-yuan for the kWh. */
  classPrice(priceClass: number): number {
    const at = 1 + 4 * priceClass;
    const { prices } = this.#tables;
    return prices.readUInt16LE(at) + (this.mode === 1 ? prices.readUInt16LE(at + 2) : 0);
  }

  bandOf(watts: number): number {
    for (let band = 0; band < BANDS; band += 1) if (watts <= this.#parameter(LIMITS_AT, band)) return band;
    return BANDS - 1;
  }

  bandPriceFen(band: number): number {
    return this.#parameter(BAND_PRICES_AT, band);
  }

  /** Of the energy of one class, in milli-yuan, as live data show it. */
  classMilliYuan(session: PortSession, priceClass: number): number {
    const wholeWh = Math.floor((session.classWh[priceClass] ?? 0) + METER_TOLERANCE_WH);
    return Math.floor((wholeWh * this.classPrice(priceClass)) / 1000);
  }

  /** What the session costs so far, fractions of a fen dropped. */
  claimedFen(session: PortSession): number {
    const bandsFen = Math.floor(
      session.bandSeconds.reduce((sum, seconds, band) => sum + seconds * this.bandPriceFen(band), 0) / 3600,
    );
    if (this.mode === 0) return bandsFen;
    const classFen = session.classWh.reduce(
      (sum, _, it) => sum + Math.floor(this.classMilliYuan(session, it) / 10),
      0,
    );
    return this.mode === 1 ? classFen : classFen + bandsFen;
  }

  claim(session: PortSession, unitWh: number): BoardClaim {
    const fen = this.claimedFen(session);
    if (this.mode !== 1) {
      const pairs = session.bandSeconds.flatMap((seconds, band) =>
        seconds > 0 ? [[Math.round(seconds), this.bandPriceFen(band)] as const] : [],
      );
      return { fen, pairs };
    }
    const pairs = session.classWh.map(
      (energyWh, it) =>
        [wholeUnits(energyWh, unitWh), Math.floor(this.classMilliYuan(session, it) / 10)] as const,
    );
    return { fen, pairs };
  }

  /** Every offset is a whole number of quarter hours: within one, the half hour is the same. */
  #halfHourAt(atMs: number): number {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const known = this.#halfHours.get(quarter);
    if (known !== undefined) return known;
    const [hour = 0, minute = 0] = wallClock(atMs, this.#timeZone).slice(11).split(':').map(Number);
    const halfHour = (hour * 2 + Math.floor(minute / 30)) % HALF_HOURS;
    this.#halfHours.set(quarter, halfHour);
    return halfHour;
  }

  #parameter(at: number, band: number): number {
    return this.#tables.parameters.readUInt16LE(at + 2 * band);
  }
}

/** Sums of many small steps: a millionth of a Wh must not cost a whole unit. */
const METER_TOLERANCE_WH = 1e-6;

export function wholeUnits(energyWh: number, unitWh: number): number {
  return Math.floor((energyWh + METER_TOLERANCE_WH) / unitWh);
}

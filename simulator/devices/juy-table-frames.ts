import { frame } from './juy-frames.ts';
import type { BoardTable, TableDownlink } from './juy-table-downlinks.ts';
import type { BoardTariff } from './juy-tariff.ts';

const WRITTEN: Record<BoardTable, number> = { parameters: 0x8a, prices: 0x8d };
const READ: Record<BoardTable, number> = { parameters: 0x89, prices: 0x8e };

/** The board has heard a table. The vendor does not say what stands in this answer: here, nothing. */
function encodeTableAnswer(table: BoardTable): Buffer {
  return frame(WRITTEN[table], Buffer.alloc(0));
}

/** A table, as the board has it. */
function encodeTable(table: BoardTable, data: Buffer): Buffer {
  return frame(READ[table], data);
}

/** What a board does with tables that it is told: takes them, answers and keeps its own, or says nothing. */
export type TableManners = 'take' | 'refuse' | 'ignore';

export function answerTable(
  downlink: TableDownlink,
  tariff: BoardTariff,
  manners: TableManners,
): Buffer | undefined {
  if (manners === 'ignore') return undefined;
  const { table } = downlink;
  if (downlink.kind === 'read-table') return encodeTable(table, tariff.tell(table));
  if (manners === 'take') tariff.take(table, downlink.data);
  return encodeTableAnswer(table);
}

export interface PeakValleyPort {
  readonly port: number;
  readonly priceClass: number;
  readonly powerW: number;
  readonly seconds: number;
  readonly moneyMilliYuan: number;
  /** Five: Wh and milli-yuan. */
  readonly classes: readonly (readonly [number, number])[];
  readonly temperatureC: number;
}

/** 0x8F: every port that works, where prices go by the half hour; instead of 0x88. */
export function encodeLivePeakValley(
  voltageDeciV: number,
  temperatureC: number,
  priceMilliYuan: number,
  ports: readonly PeakValleyPort[],
): Buffer {
  const u16 = (value: number) => {
    const most = Math.min(Math.round(value), 0xffff);
    return [most & 0xff, most >> 8];
  };
  const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
  const rows = ports.flatMap((port) => [
    port.port,
    port.priceClass,
    ...u16(port.powerW),
    ...u32(port.seconds),
    ...u16(port.moneyMilliYuan),
    ...port.classes.flatMap(([energyWh, milliYuan]) => [...u16(energyWh), ...u16(milliYuan)]),
    port.temperatureC,
  ]);
  const head = [ports.length, ...u16(voltageDeciV), temperatureC, ...u16(priceMilliYuan)];
  return frame(0x8f, Buffer.from([...head, ...rows]));
}

import { createHash } from 'node:crypto';
import type { BoardParameters, PowerBand, PriceClass, PriceTable } from '../../board-tables.ts';
import type { DeviceEvent } from '../../events.ts';
import { DataReader, type DataWriter, JUY_COMMAND } from './frame.ts';
import type { Uplink, UplinkRefusal, UplinkSource } from './uplink.ts';

/**
 * The two tables of a JUY board: prices by half hours (0x8D written, 0x8E read) and parameters with the power bands
 * (0x8A written, 0x89 read).
 *
 * Source: JUY MQTT/TCP protocol V1.2 (2024-10-10), restated in docs/devices/juy.md, which gives the tables but not
 * what a board answers. So any frame under the command of a write is taken for its answer, whatever its DATA; and
 * since RESULT means nothing in an uplink, an answer cannot say whether the table was taken. Reading it again can: the
 * answer to a read is taken to be the table, exactly as it is written. A read asks as the vendor's one sample does,
 * with a single 0.
 */
export const JUY_TABLES: ReadonlyMap<number, Uplink> = new Map([
  [JUY_COMMAND.putPrices, { expectedBytes: (data) => data.length, read: tableAnswer('prices') }],
  [JUY_COMMAND.readPrices, { expectedBytes: () => PRICES_BYTES, read: readPrices }],
  [JUY_COMMAND.putParameters, { expectedBytes: (data) => data.length, read: tableAnswer('parameters') }],
  [JUY_COMMAND.readParameters, { expectedBytes: () => PARAMETERS_BYTES, read: readParameters }],
] satisfies [number, Uplink][]);

const CLASSES = 5;
const HALF_HOURS = 48;
const BANDS = 8;
const RESERVED_BYTES = 11;
const PRICES_BYTES = 1 + CLASSES * 4 + 1 + HALF_HOURS;
const PARAMETERS_BYTES = 7 + BANDS * 4 + 18 + RESERVED_BYTES;

const MODES: readonly PriceTable['mode'][] = ['off', 'peak-valley', 'energy-and-time'];
const BILLINGS: readonly BoardParameters['billing'][] = ['by-hour', 'by-discount'];

export function pricesData(data: DataWriter, { mode, classes, halfHours }: PriceTable): Uint8Array {
  if (classes.length !== CLASSES || halfHours.length !== HALF_HOURS)
    throw new RangeError(`A JUY board has ${CLASSES} prices and ${HALF_HOURS} half hours`);
  if (halfHours.some((priceClass) => priceClass >= CLASSES))
    throw new RangeError('A half hour has one of the five prices');
  data.u8('mode', MODES.indexOf(mode));
  for (const { energyMilliYuanPerKWh, serviceMilliYuanPerKWh } of classes)
    data.u16('energy price', energyMilliYuanPerKWh).u16('service price', serviceMilliYuanPerKWh);
  // Loss: unused.
  data.zeros(1);
  for (const priceClass of halfHours) data.u8('class', priceClass);
  return data.done();
}

export function parametersData(data: DataWriter, table: BoardParameters): Uint8Array {
  if (table.bands.length !== BANDS) throw new RangeError(`A JUY board has ${BANDS} power bands`);
  const reserved = Buffer.from(table.reserved, 'hex');
  if (reserved.length !== RESERVED_BYTES) throw new RangeError(`${RESERVED_BYTES} bytes are reserved`);
  data
    .u8('billing mode', BILLINGS.indexOf(table.billing))
    .u16('coin minutes', table.coinMinutes)
    .u16('card minutes', table.cardMinutes)
    .u16('card money', table.cardMoney);
  for (const { upToW } of table.bands) data.u16('band limit', upToW);
  for (const { priceFenPerHour } of table.bands) data.u16('band price', priceFenPerHour);
  data
    .u8('float power', table.floatPowerW)
    .u16('float minutes', table.floatMinutes)
    .u8('free', table.free)
    .u8('temperature warning', table.temperatureWarningC)
    .u8('smoke alarm', table.smokeAlarm)
    .u8('volume', table.volume)
    .u32('energy', table.energy)
    .u8('switches', table.switches)
    .u16('plug-in wait', table.plugInWaitS)
    .u16('unplug wait', table.unplugWaitS)
    .u8('card type', table.cardType)
    .u8('removal power', table.removalPowerW);
  for (const byte of reserved) data.u8('reserved', byte);
  return data.done();
}

function tableAnswer(table: 'prices' | 'parameters'): Uplink['read'] {
  return (_data, source) => ({
    type: 'table-answer',
    deviceId: source.imei,
    // It names nothing of what it answers: each arrival is an answer of its own.
    identity: `${table}-answer:${source.receivedAtMs}`,
    table,
  });
}

function readPrices(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const mode = MODES[reader.u8()];
  if (mode === undefined) return { refused: 'bad-payload', detail: 'no such mode of prices' };
  const classes = Array.from(
    { length: CLASSES },
    (): PriceClass => ({ energyMilliYuanPerKWh: reader.u16(), serviceMilliYuanPerKWh: reader.u16() }),
  );
  reader.skip(1);
  const halfHours = Array.from({ length: HALF_HOURS }, () => reader.u8());
  if (halfHours.some((priceClass) => priceClass >= CLASSES))
    return { refused: 'bad-payload', detail: 'a half hour has none of the five prices' };
  return {
    type: 'board-prices',
    deviceId: source.imei,
    identity: named('prices', data, source),
    prices: { mode, classes, halfHours },
  };
}

function readParameters(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const billing = BILLINGS[reader.u8()];
  if (billing === undefined) return { refused: 'bad-payload', detail: 'no such billing mode' };
  const [coinMinutes, cardMinutes, cardMoney] = [reader.u16(), reader.u16(), reader.u16()];
  const limits = Array.from({ length: BANDS }, () => reader.u16());
  const bands = limits.map((upToW): PowerBand => ({ upToW, priceFenPerHour: reader.u16() }));
  const parameters: BoardParameters = {
    billing,
    coinMinutes,
    cardMinutes,
    cardMoney,
    bands,
    floatPowerW: reader.u8(),
    floatMinutes: reader.u16(),
    free: reader.u8(),
    temperatureWarningC: reader.u8(),
    smokeAlarm: reader.u8(),
    volume: reader.u8(),
    energy: reader.u32(),
    switches: reader.u8(),
    plugInWaitS: reader.u16(),
    unplugWaitS: reader.u16(),
    cardType: reader.u8(),
    removalPowerW: reader.u8(),
    reserved: Buffer.from(Array.from({ length: RESERVED_BYTES }, () => reader.u8())).toString('hex'),
  };
  const identity = named('parameters', data, source);
  return { type: 'board-parameters', deviceId: source.imei, identity, parameters };
}

/** A table that is told has no number: its content and the time of arrival are its name. */
function named(table: string, data: Uint8Array, { receivedAtMs }: UplinkSource): string {
  return `${table}:${receivedAtMs}:${createHash('sha256').update(data).digest('hex').slice(0, 16)}`;
}

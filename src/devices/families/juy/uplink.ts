import { createHash } from 'node:crypto';
import type { StopReason } from '../../../../contract/shapes/receipt.ts';
import type {
  CardNumber,
  DeviceEvent,
  LocalStart,
  PortReading,
  PortState,
  SessionStartAnswer,
  SessionStopAnswer,
  Settlement,
} from '../../events.ts';
import type { DecodeRefusal } from '../../family.ts';
import { DataReader, JUY_COMMAND } from './frame.ts';

/**
 * What JUY boards say, command by command.
 *
 * Source: JUY MQTT/TCP protocol V1.2 (2024-10-10), restated in docs/devices/juy.md. A JUY board sends no clock and no
 * message number, so no event has `occurredAtMs`, and identities are made of order numbers, content or time of arrival.
 */
export interface Uplink {
  /** Bytes that DATA must have exactly; a count inside DATA may decide. */
  expectedBytes(data: Uint8Array): number;
  read(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal;
}

export interface UplinkSource {
  readonly imei: string;
  readonly receivedAtMs: number;
  readonly settlementUnitWh: number;
}

export interface UplinkRefusal {
  readonly refused: DecodeRefusal;
  readonly detail: string;
}

/**
 * By the frame's command; tables are in tables.ts. Absent on purpose: answers to commands that we do not send (0x8B,
 * 0x8C, 0xF5), and the identity 0xC0 of newer boards, whose content the document does not give.
 */
export const JUY_UPLINKS: ReadonlyMap<number, Uplink> = new Map([
  [JUY_COMMAND.login, { expectedBytes: () => 70, read: readLogin }],
  [JUY_COMMAND.heartbeat, { expectedBytes: (data) => 3 + countAt(data, 2), read: readHeartbeat }],
  [JUY_COMMAND.start, { expectedBytes: () => 7, read: readStartAnswer }],
  [JUY_COMMAND.stop, { expectedBytes: () => 6, read: readStopAnswer }],
  [JUY_COMMAND.settlement, { expectedBytes: (data) => 33 + 4 * countAt(data, 24), read: readSettlement }],
  [JUY_COMMAND.localStart, { expectedBytes: () => 18, read: readLocalStart }],
  [JUY_COMMAND.onlineCard, { expectedBytes: () => 6, read: readOnlineCard }],
  [JUY_COMMAND.liveData, { expectedBytes: (data) => 4 + 17 * countAt(data, 0), read: readLiveData }],
  [
    JUY_COMMAND.livePeakValley,
    { expectedBytes: (data) => 6 + 31 * countAt(data, 0), read: readLivePeakValley },
  ],
] satisfies [number, Uplink][]);

const PORT_STATES: readonly PortState[] = ['idle', 'in-use', 'fuse-blown', 'relay-stuck', 'disabled'];
const START_RESULTS: readonly SessionStartAnswer['result'][] = ['started', 'already-charging', 'port-fault'];
const STOP_RESULTS: readonly SessionStopAnswer['result'][] = ['stopped', 'was-idle', 'order-mismatch'];
const CARD_ACTIONS = [undefined, 'balance', 'start', 'free-key'] as const;
const LOCAL_STARTERS: readonly LocalStart['startedBy'][] = ['unknown', 'offline-card', 'coin', 'free-key'];
const STOP_REASONS: readonly StopReason[] = [
  'full',
  'time-used-up',
  'money-used-up',
  'manual',
  'energy-used-up',
  'port-over-power',
  'no-charger-found',
  'over-temperature',
  'smoke',
  'smart-stop',
];
/** Sharp, peak, flat, valley, deep. */
const PRICE_CLASSES = 5;

function readLogin(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const imei = reader.ascii(15);
  if (imei !== source.imei) return { refused: 'device-mismatch', detail: `login names ${imei}` };
  const ports = reader.u8();
  const hardware = reader.ascii(16);
  const software = reader.ascii(16);
  const simNumber = reader.ascii(20);
  // 0–32 is a signal, 100 and above a protocol version: nothing here depends on either.
  reader.skip(1);
  const restartReason = (['power-on', 'software'] as const)[reader.u8()] ?? 'unknown';
  const identity = `login:${source.receivedAtMs}`;
  return {
    type: 'board-login',
    deviceId: imei,
    identity,
    ports,
    hardware,
    software,
    simNumber,
    restartReason,
  };
}

function readHeartbeat(data: Uint8Array, source: UplinkSource): DeviceEvent {
  const reader = new DataReader(data);
  return {
    type: 'board-state',
    deviceId: source.imei,
    identity: `state:${source.receivedAtMs}`,
    signal: reader.u8(),
    boardTemperatureC: reader.u8(),
    ports: Array.from({ length: reader.u8() }, () => PORT_STATES[reader.u8()] ?? 'unknown'),
  };
}

function readStartAnswer(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const port = reader.u8();
  if (port === 0) return noSuchPort();
  const order = reader.u32();
  reader.skip(1);
  // A result that the document does not name is no start: whoever paid must not pay for a guess.
  const result = START_RESULTS[reader.u8()] ?? 'refused';
  return {
    type: 'session-start-answer',
    deviceId: source.imei,
    identity: `start-answer:${order}`,
    port,
    order,
    result,
  };
}

function readStopAnswer(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const port = reader.u8();
  if (port === 0) return noSuchPort();
  const order = reader.u32();
  const result = STOP_RESULTS[reader.u8()] ?? 'refused';
  return {
    type: 'session-stop-answer',
    deviceId: source.imei,
    identity: `stop-answer:${order}`,
    port,
    order,
    result,
  };
}

function readSettlement(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const port = reader.u8();
  if (port === 0) return noSuchPort();
  const order = reader.u32();
  const durationS = reader.u32();
  // 0.01 kWh by the document's table, 0.001 kWh by its change log: a property of the board model, so it is passed in.
  const energyWh = reader.u32() * source.settlementUnitWh;
  const claimedFen = reader.u32();
  const stopReason = STOP_REASONS[reader.u8()] ?? 'unknown';
  const powerAtStopW = reader.u16();
  // The card is the one that we named in the start, or 0: nothing new.
  reader.skip(4);
  const bands = readBands(reader, durationS);
  return {
    type: 'settlement',
    deviceId: source.imei,
    identity: `settlement:${order}`,
    port,
    order,
    durationS,
    energyWh,
    claimedFen,
    stopReason,
    powerAtStopW,
    bands,
  };
}

/**
 * In peak-valley mode a settlement has five pairs of (energy, money) where it otherwise has pairs of (seconds, price),
 * and the document does not say how to tell five of the one from five of the other. Five pairs are therefore read as
 * time bands only where their seconds add up to the session's own; otherwise they are left unread, because energy shown
 * as seconds would be worse than nothing. The frame's totals mean the same in both modes, and no bill is made of bands.
 */
function readBands(reader: DataReader, durationS: number): Settlement['bands'] {
  const bands = Array.from({ length: reader.u8() }, () => ({
    durationS: reader.u16(),
    priceFenPerHour: reader.u16(),
  }));
  if (bands.length !== PRICE_CLASSES) return bands;
  const bandsS = bands.reduce((sum, band) => sum + band.durationS, 0);
  return bandsS === durationS ? bands : [];
}

function readLocalStart(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const port = reader.u8();
  if (port === 0) return noSuchPort();
  const order = reader.u32();
  const startedBy = LOCAL_STARTERS[reader.u8()] ?? 'unknown';
  // The document gives no unit for these two; 0.01 yuan is the unit of every other money field of a board's session.
  const spentFen = reader.u32();
  const leftFen = reader.u32();
  // 0 where there was none, as with a coin.
  const card = boardCard(reader.u32());
  const identity = `local-start:${order}`;
  return {
    type: 'local-start',
    deviceId: source.imei,
    identity,
    port,
    order,
    startedBy,
    spentFen,
    leftFen,
    card,
  };
}

function readOnlineCard(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const port = reader.u8();
  if (port === 0) return noSuchPort();
  const card = boardCard(reader.u32());
  const code = reader.u8();
  const action = CARD_ACTIONS[code];
  if (action === undefined) return { refused: 'bad-payload', detail: `card action ${code} is unknown` };
  // The board numbers no card request: whoever decides on it looks at the port's own state to see a repetition. The
  // card is no part of its name: a name stands in the journal in clear, and a port sees one card at a time.
  const identity = `card:${port}:${action}:${source.receivedAtMs}`;
  return { type: 'card-at-port', deviceId: source.imei, identity, port, card, action };
}

function readLiveData(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const busy = reader.u8();
  const voltageDeciV = reader.u16();
  const boardTemperatureC = reader.u8();
  const ports = Array.from({ length: busy }, (): PortReading => {
    const port = reader.u8();
    // Band and price: the highest band reached so far, which is the board's way of billing and not ours.
    reader.skip(3);
    const powerW = reader.u16();
    const chargingS = reader.u32();
    const claimedFen = reader.u16();
    const energyWh = reader.u32() * 10;
    return { port, powerW, chargingS, energyWh, claimedFen, portTemperatureC: reader.u8() };
  });
  return meterFrame(data, source, { voltageDeciV, boardTemperatureC, ports });
}

function readLivePeakValley(data: Uint8Array, source: UplinkSource): DeviceEvent | UplinkRefusal {
  const reader = new DataReader(data);
  const busy = reader.u8();
  // The document names no unit for the voltage of this frame: taken as in 0x88.
  const voltageDeciV = reader.u16();
  const boardTemperatureC = reader.u8();
  reader.skip(2);
  const ports = Array.from({ length: busy }, (): PortReading => {
    const port = reader.u8();
    reader.skip(1);
    const powerW = reader.u16();
    const chargingS = reader.u32();
    // Thousandths of a yuan here, hundredths in 0x88. A claim that is only shown: half a fen goes up.
    const claimedFen = Math.round(reader.u16() / 10);
    let energyWh = 0;
    for (let priceClass = 0; priceClass < PRICE_CLASSES; priceClass++) {
      energyWh += reader.u16();
      reader.skip(2);
    }
    return { port, powerW, chargingS, energyWh, claimedFen, portTemperatureC: reader.u8() };
  });
  return meterFrame(data, source, { voltageDeciV, boardTemperatureC, ports });
}

function meterFrame(
  data: Uint8Array,
  source: UplinkSource,
  reading: { voltageDeciV: number; boardTemperatureC: number; ports: PortReading[] },
): DeviceEvent | UplinkRefusal {
  if (reading.ports.some((entry) => entry.port === 0)) return noSuchPort();
  if (new Set(reading.ports.map((entry) => entry.port)).size !== reading.ports.length) {
    return { refused: 'bad-payload', detail: 'one port is reported twice' };
  }
  // A frame has no number of its own. The same content sent again is the same reading: the charging seconds and
  // energies of busy ports never repeat in an honest frame.
  const identity = `frame:${createHash('sha256').update(data).digest('hex').slice(0, 16)}`;
  return { type: 'meter-frame', deviceId: source.imei, identity, ...reading };
}

function countAt(data: Uint8Array, offset: number): number {
  return data[offset] ?? 0;
}

function boardCard(number: number): CardNumber {
  return { form: 'board', number: String(number) };
}

function noSuchPort(): UplinkRefusal {
  return { refused: 'bad-payload', detail: 'ports are counted from 1' };
}

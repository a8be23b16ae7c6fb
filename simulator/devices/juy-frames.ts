import { TABLE_DOWNLINKS, type TableDownlink } from './juy-table-downlinks.ts';

/**
 * The device's side of the JUY protocol, written from the vendor's tables alone: what a board sends and what it
 * understands. It shares no code with the cloud's codec, so that each checks the other.
 */
const MAGIC = Buffer.from([0x5a, 0xa5]);
const FRAME_OVERHEAD = 2 + 2 + 1 + 1 + 1;

/** The board's own RESULT byte in what it sends; the protocol ignores it in uplinks. */
const UPLINK_RESULT = 0;

export type Downlink =
  | TableDownlink
  | { readonly kind: 'login-answer'; readonly heartbeatS: number; readonly accepted: boolean }
  | { readonly kind: 'heartbeat-answer' }
  | StartRequest
  | { readonly kind: 'stop'; readonly port: number; readonly order: number }
  | { readonly kind: 'settlement-answer'; readonly port: number; readonly order: number }
  | { readonly kind: 'local-start-answer'; readonly port: number; readonly order: number }
  | {
      readonly kind: 'card-answer';
      readonly port: number;
      readonly card: number;
      readonly balanceFen: number;
      readonly result: number;
    };

export interface StartRequest {
  readonly kind: 'start';
  readonly port: number;
  readonly order: number;
  readonly startKind: number;
  readonly card: number;
  readonly mode: ChargingMode;
  /** Seconds, fen or 0.01 kWh, by mode. */
  readonly parameter: number;
  readonly availableFen: number;
}

export type ChargingMode = 'until-full' | 'amount' | 'time' | 'energy' | 'other';

const CHARGING_MODES: Record<number, ChargingMode> = {
  1: 'until-full',
  2: 'amount',
  3: 'time',
  4: 'energy',
  5: 'other',
};

export interface SettlementReport {
  readonly port: number;
  readonly order: number;
  readonly seconds: number;
  /** In the unit of this board model: 10 Wh or 1 Wh. */
  readonly energyUnits: number;
  readonly moneyFen: number;
  readonly stopReason: number;
  readonly powerW: number;
  readonly card: number;
  readonly bands: readonly { readonly seconds: number; readonly priceFenPerHour: number }[];
}

export interface LivePort {
  readonly port: number;
  /** The highest reached; it never falls while the session lasts. */
  readonly band: number;
  readonly priceFen: number;
  readonly powerW: number;
  readonly seconds: number;
  readonly moneyFen: number;
  readonly energyCentiKWh: number;
  readonly temperatureC: number;
}

/** Wraps DATA into a frame: LEN counts CMD to SUM, SUM adds all bytes from LEN to the end of DATA. */
export function frame(command: number, data: Uint8Array, result = UPLINK_RESULT): Buffer {
  const bytes = Buffer.alloc(FRAME_OVERHEAD + data.length);
  MAGIC.copy(bytes);
  bytes.writeUInt16LE(data.length + 3, 2);
  bytes[4] = command;
  bytes[5] = result;
  bytes.set(data, 6);
  bytes[bytes.length - 1] = checksum(bytes.subarray(2, -1));
  return bytes;
}

function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

/** The DATA of a frame that checks out, or undefined: a board answers nothing to a broken frame. */
function open(bytes: Buffer): { command: number; data: Buffer } | undefined {
  if (bytes.length < FRAME_OVERHEAD || !bytes.subarray(0, 2).equals(MAGIC)) return undefined;
  if (bytes.readUInt16LE(2) !== bytes.length - 4) return undefined;
  if (bytes[bytes.length - 1] !== checksum(bytes.subarray(2, -1))) return undefined;
  return { command: bytes.readUInt8(4), data: bytes.subarray(6, -1) };
}

/** What the server asks or answers; undefined for a broken frame or a command this board does not know. */
export function decodeDownlink(payload: Uint8Array): Downlink | undefined {
  const opened = open(Buffer.from(payload));
  const read = opened && DOWNLINKS[opened.command];
  return read && opened.data.length >= read.bytes ? read.decode(opened.data) : undefined;
}

interface DownlinkReader {
  readonly bytes: number;
  readonly decode: (data: Buffer) => Downlink | undefined;
}

const portAndOrder = (kind: 'stop' | 'settlement-answer' | 'local-start-answer'): DownlinkReader => ({
  bytes: 5,
  decode: (data) => ({ kind, port: data.readUInt8(0), order: data.readUInt32LE(1) }),
});

const DOWNLINKS: Record<number, DownlinkReader> = {
  ...TABLE_DOWNLINKS,
  0x81: {
    bytes: 9,
    // 0xF0 asks for the IMEI inside the frame, which exists on TCP only; over MQTT it means accepted.
    decode: (data) => ({
      kind: 'login-answer',
      heartbeatS: data.readUInt8(7),
      accepted: data.readUInt8(8) === 0 || data.readUInt8(8) === 0xf0,
    }),
  },
  0x82: { bytes: 1, decode: () => ({ kind: 'heartbeat-answer' }) },
  0x83: { bytes: 19, decode: decodeStart },
  0x84: portAndOrder('stop'),
  0x85: portAndOrder('settlement-answer'),
  0x86: portAndOrder('local-start-answer'),
  0x87: {
    bytes: 10,
    decode: (data) => ({
      kind: 'card-answer',
      port: data.readUInt8(0),
      card: data.readUInt32LE(1),
      balanceFen: data.readUInt32LE(5),
      result: data.readUInt8(9),
    }),
  },
};

function decodeStart(data: Buffer): StartRequest | undefined {
  const mode = CHARGING_MODES[data.readUInt8(10)];
  if (!mode) return undefined;
  return {
    kind: 'start',
    port: data.readUInt8(0),
    order: data.readUInt32LE(1),
    startKind: data.readUInt8(5),
    card: data.readUInt32LE(6),
    mode,
    parameter: data.readUInt32LE(11),
    availableFen: data.readUInt32LE(15),
  };
}

export interface LoginFields {
  readonly imei: string;
  readonly ports: number;
  readonly hardware: string;
  readonly software: string;
  readonly simNumber: string;
  readonly signal: number;
  readonly restartReason: number;
}

/** 0x81: who the board is. It repeats this, and does nothing else, until it is answered. */
export function encodeLogin(login: LoginFields): Buffer {
  return frame(
    0x81,
    Buffer.concat([
      text(login.imei, 15),
      Buffer.from([login.ports]),
      text(login.hardware, 16),
      text(login.software, 16),
      text(login.simNumber, 20),
      Buffer.from([login.signal, login.restartReason]),
    ]),
  );
}

/** 0x82: state of every port, index 0 for port 1. */
export function encodeHeartbeat(signal: number, temperatureC: number, portStates: readonly number[]): Buffer {
  return frame(0x82, Buffer.from([signal, temperatureC, portStates.length, ...portStates]));
}

/** Answer to 0x83: 0 started, 1 already charging, 2 port fault. */
export function encodeStartAnswer(request: StartRequest, result: 0 | 1 | 2): Buffer {
  return frame(
    0x83,
    Buffer.concat([u8(request.port), u32(request.order), u8(request.startKind), u8(result)]),
  );
}

/** Answer to 0x84: 0 stopped, 1 was idle, 2 the order does not match. */
export function encodeStopAnswer(port: number, order: number, result: 0 | 1 | 2): Buffer {
  return frame(0x84, Buffer.concat([u8(port), u32(order), u8(result)]));
}

/** 0x85: the settlement of one session. */
export function encodeSettlement(report: SettlementReport): Buffer {
  return frame(
    0x85,
    Buffer.concat([
      u8(report.port),
      u32(report.order),
      u32(report.seconds),
      u32(report.energyUnits),
      u32(report.moneyFen),
      u8(report.stopReason),
      u16(report.powerW),
      u32(report.card),
      u8(report.bands.length),
      ...report.bands.flatMap((band) => [u16(band.seconds), u16(band.priceFenPerHour)]),
      Buffer.alloc(8),
    ]),
  );
}

/** 0x86: a session that the board began by itself. Kind: 1 offline card, 2 coin, 3 free key. */
export function encodeLocalStart(port: number, order: number, startKind: number, spentFen: number): Buffer {
  return frame(0x86, Buffer.concat([u8(port), u32(order), u8(startKind), u32(spentFen), u32(0), u32(0)]));
}

/** 0x87: a card held to a port. Action: 1 balance, 2 start, 3 free key. */
export function encodeCard(port: number, card: number, action: 1 | 2 | 3): Buffer {
  return frame(0x87, Buffer.concat([u8(port), u32(card), u8(action)]));
}

/** 0x88: every port that works, in one frame. */
export function encodeLive(voltageDeciV: number, temperatureC: number, ports: readonly LivePort[]): Buffer {
  const head = Buffer.concat([u8(ports.length), u16(voltageDeciV), u8(temperatureC)]);
  const rows = ports.flatMap((port) => [
    u8(port.port),
    u8(port.band),
    u16(port.priceFen),
    u16(port.powerW),
    u32(port.seconds),
    u16(port.moneyFen),
    u32(port.energyCentiKWh),
    u8(port.temperatureC),
  ]);
  return frame(0x88, Buffer.concat([head, ...rows]));
}

function text(value: string, bytes: number): Buffer {
  return Buffer.from(value.padEnd(bytes, '0').slice(0, bytes), 'ascii');
}

function u8(value: number): Buffer {
  return Buffer.from([value]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(Math.min(value, 0xffff));
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/**
 * Framing of the JUY boards: `5A A5 | LEN u16 | CMD u8 | RESULT u8 | DATA | SUM u8`, little-endian.
 *
 * Source: JUY MQTT/TCP protocol V1.2 (2024-10-10), restated in docs/devices/juy.md. On MQTT the topic carries the
 * IMEI, so the form with the IMEI inside the frame (TCP only) is not read here.
 */

/** Commands by the number that stands in the frame; the names are those of docs/devices/juy.md. */
export const JUY_COMMAND = {
  login: 0x81,
  heartbeat: 0x82,
  start: 0x83,
  stop: 0x84,
  settlement: 0x85,
  localStart: 0x86,
  onlineCard: 0x87,
  liveData: 0x88,
  readParameters: 0x89,
  putParameters: 0x8a,
  putPrices: 0x8d,
  readPrices: 0x8e,
  livePeakValley: 0x8f,
} as const;

export type ParsedFrame =
  | { readonly ok: true; readonly command: number; readonly data: Uint8Array }
  | {
      readonly ok: false;
      readonly reason: 'bad-length' | 'bad-checksum' | 'bad-frame';
      readonly detail: string;
    };

const HEADER_BYTES = 4;
/** CMD, RESULT and SUM: what LEN counts beside DATA. */
const COUNTED_BESIDE_DATA_BYTES = 3;

/**
 * One frame, whole and alone, or the reason why it is refused. Most samples in the vendor's own document have a wrong
 * length or sum, so nothing is read from a frame before both are right. Whether a board ever puts two frames into one
 * message is not documented; such a message is refused by its length.
 *
 * RESULT means nothing in an uplink and is not looked at.
 */
export function parseFrame(bytes: Uint8Array): ParsedFrame {
  if (bytes.length < HEADER_BYTES + COUNTED_BESIDE_DATA_BYTES) {
    return { ok: false, reason: 'bad-length', detail: `${bytes.length} bytes are no frame` };
  }
  if (bytes[0] !== 0x5a || bytes[1] !== 0xa5) {
    return { ok: false, reason: 'bad-frame', detail: 'does not begin with 5A A5' };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stated = view.getUint16(2, true);
  const actual = bytes.length - HEADER_BYTES;
  if (stated !== actual) {
    return { ok: false, reason: 'bad-length', detail: `states ${stated} bytes, has ${actual}` };
  }
  const sum = sumOf(bytes.subarray(2, -1));
  const statedSum = view.getUint8(bytes.length - 1);
  if (sum !== statedSum) {
    return {
      ok: false,
      reason: 'bad-checksum',
      detail: `states sum ${hexByte(statedSum)}, has ${hexByte(sum)}`,
    };
  }
  return { ok: true, command: view.getUint8(4), data: bytes.subarray(6, -1) };
}

/**
 * A frame for a board.
 *
 * RESULT is 0 in every one. The protocol's legend calls 1 success and 0 failure, but all downlinks of the vendor's
 * document that check out carry 0, the answer that accepts a login among them; so a board that took 0 for a failure
 * could not work with its vendor's own server. What the server's answer says stands in DATA.
 */
export function buildFrame(command: number, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + COUNTED_BESIDE_DATA_BYTES + data.length);
  const view = new DataView(frame.buffer);
  frame.set([0x5a, 0xa5]);
  view.setUint16(2, COUNTED_BESIDE_DATA_BYTES + data.length, true);
  view.setUint8(4, command);
  frame.set(data, 6);
  view.setUint8(frame.length - 1, sumOf(frame.subarray(2, -1)));
  return frame;
}

/** Two upper-case hex digits: the form of a command in our topics. */
export function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}

/** Reads DATA from left to right. Its length is checked before: reading past the end is a mistake of ours and throws. */
export class DataReader {
  readonly #view: DataView;
  #offset = 0;

  constructor(data: Uint8Array) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A fixed field of ASCII. Padding at its end is dropped; anything else unprintable shows as a dot. */
  ascii(bytes: number): string {
    const codes = Array.from({ length: bytes }, () => this.u8());
    const text = codes.map((code) =>
      code >= 0x20 && code <= 0x7e ? String.fromCharCode(code) : code === 0 ? '\0' : '.',
    );
    return text
      .join('')
      .replace(/[\0 ]+$/, '')
      .replaceAll('\0', '.');
  }

  skip(bytes: number): void {
    this.#advance(bytes);
  }

  #advance(bytes: number): number {
    const at = this.#offset;
    this.#offset += bytes;
    return at;
  }
}

/** Writes DATA from left to right. A value that does not fit its field throws a RangeError instead of being cut. */
export class DataWriter {
  readonly #bytes: number[] = [];

  u8(name: string, value: number): this {
    return this.#write(name, value, 1);
  }

  u16(name: string, value: number): this {
    return this.#write(name, value, 2);
  }

  u32(name: string, value: number): this {
    return this.#write(name, value, 4);
  }

  zeros(bytes: number): this {
    for (let written = 0; written < bytes; written++) this.#bytes.push(0);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #write(name: string, value: number, bytes: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 256 ** bytes) {
      throw new RangeError(`${name} ${value} does not fit ${bytes} bytes of a JUY frame`);
    }
    for (let at = 0; at < bytes; at++) this.#bytes.push(Math.floor(value / 256 ** at) % 256);
    return this;
  }
}

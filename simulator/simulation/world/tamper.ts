import { frame } from '../../devices/juy-frames.ts';
import type { Random } from '../../random.ts';

const DATA_AT = 6;
const SETTLEMENT = 0x85;
const START_ANSWER = 0x83;
const ORDER_AT = 1;
const SECONDS_AT = 5;
const ENERGY_AT = 9;

/** What the network needs to know of a JUY frame to treat it badly. */
export interface FrameFacts {
  readonly kind: 'settlement' | 'start-answer' | 'other';
  readonly order: number;
  readonly seconds: number;
}

export function factsOf(payload: Uint8Array): FrameFacts {
  const bytes = Buffer.from(payload);
  const data = bytes.subarray(DATA_AT, -1);
  const kind = bytes[4] === SETTLEMENT ? 'settlement' : bytes[4] === START_ANSWER ? 'start-answer' : 'other';
  if (kind === 'other') return { kind, order: 0, seconds: 0 };
  return {
    kind,
    order: data.readUInt32LE(ORDER_AT),
    seconds: kind === 'settlement' ? data.readUInt32LE(SECONDS_AT) : 0,
  };
}

/** A settlement by a meter that is wrong: its odometer instead of the session, or less than it had shown before. */
export function wrongMeter(payload: Uint8Array, random: Random): Uint8Array {
  const data = Buffer.from(payload.subarray(DATA_AT, -1));
  const units = data.readUInt32LE(ENERGY_AT);
  data.writeUInt32LE(
    random.chance(0.4) ? units + 8_000_000 : Math.floor(units * random.fraction()),
    ENERGY_AT,
  );
  return frame(SETTLEMENT, data);
}

/** The same account, of a session that lasted so long. */
export function settledAfter(payload: Uint8Array, seconds: number): Uint8Array {
  const data = Buffer.from(payload.subarray(DATA_AT, -1));
  data.writeUInt32LE(seconds, SECONDS_AT);
  return frame(SETTLEMENT, data);
}

/** One bit is wrong. */
export function broken(payload: Uint8Array, random: Random): Uint8Array {
  const bytes = Buffer.from(payload);
  const at = random.int(0, bytes.length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
  return bytes;
}

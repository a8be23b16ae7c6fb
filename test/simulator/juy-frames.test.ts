import { describe, expect, it } from 'vitest';
import {
  decodeDownlink,
  encodeCard,
  encodeHeartbeat,
  encodeLive,
  encodeLocalStart,
  encodeLogin,
  encodeSettlement,
  encodeStartAnswer,
  encodeStopAnswer,
  frame,
} from '../../simulator/devices/juy-frames.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe("the vendor's frames that check out", () => {
  it('says a login as a real board was heard to say it', () => {
    const login = encodeLogin({
      imei: '861197062934387',
      ports: 10,
      hardware: 'JUY_B2_Q800M_1_0',
      software: 'JUY_B2_COMM_V1.7',
      simNumber: '898604E81023C0963731',
      signal: 27,
      restartReason: 0,
    });
    expect(hex(login)).toBe(
      '5AA5490081003836313139373036323933343338370A4A55595F42325F513830304D5F315F304A55595F42325F434F4D4D5F56312E3738393836303445383130323343303936333733311B005F',
    );
  });

  it('understands the login answer that asks for the new format', () => {
    expect(decodeDownlink(bytes('5AA50C0081000000000000000000F07D'))).toEqual({
      kind: 'login-answer',
      heartbeatS: 0,
      accepted: true,
    });
  });

  it('understands the remote stop of order 1 on port 2', () => {
    expect(decodeDownlink(bytes('5AA50800840002010000008F'))).toEqual({ kind: 'stop', port: 2, order: 1 });
  });

  it('builds the parameter query byte for byte', () => {
    expect(hex(frame(0x89, Uint8Array.of(0)))).toBe('5AA504008900008D');
  });
});

describe('what a board says', () => {
  it('lays out each uplink as the table does', () => {
    expect(hex(encodeHeartbeat(24, 31, [0, 1, 2]))).toBe(hex(frame(0x82, bytes('18 1F 03 00 01 02'))));
    expect(hex(encodeCard(3, 0x047c9a22, 2))).toBe(hex(frame(0x87, bytes('03 229A7C04 02'))));
    expect(hex(encodeStopAnswer(2, 258, 2))).toBe(hex(frame(0x84, bytes('02 02010000 02'))));
    expect(hex(encodeLocalStart(1, 7, 3, 0))).toBe(
      hex(frame(0x86, bytes('01 07000000 03 00000000 00000000 00000000'))),
    );
    const start = { port: 4, order: 9, startKind: 2, card: 0, parameter: 0, availableFen: 0 };
    expect(hex(encodeStartAnswer({ ...start, kind: 'start', mode: 'energy' }, 1))).toBe(
      hex(frame(0x83, bytes('04 09000000 02 01'))),
    );
  });

  it('lays out a settlement with two bands', () => {
    const settlement = encodeSettlement({
      ...{ port: 2, order: 1, seconds: 1000, energyUnits: 12, moneyFen: 7, stopReason: 3 },
      ...{ powerW: 210, card: 0 },
      bands: [
        { seconds: 500, priceFenPerHour: 25 },
        { seconds: 500, priceFenPerHour: 30 },
      ],
    });
    const data =
      '02 01000000 E8030000 0C000000 07000000 03 D200 00000000 02 F401 1900 F401 1E00 0000000000000000';
    expect(hex(settlement)).toBe(hex(frame(0x85, bytes(data))));
  });

  it('lays out live data of a busy port', () => {
    const busy = { port: 1, band: 2, priceFen: 30, powerW: 300, seconds: 60, moneyFen: 1 };
    const live = encodeLive(2215, 31, [{ ...busy, energyCentiKWh: 5, temperatureC: 34 }]);
    expect(hex(live)).toBe(hex(frame(0x88, bytes('01 A708 1F 01 02 1E00 2C01 3C000000 0100 05000000 22'))));
  });
});

describe('what a board hears', () => {
  it('reads a start with its limit', () => {
    const data = bytes('03 2A000000 02 229A7C04 04 47010000 2C010000');
    expect(decodeDownlink(frame(0x83, data))).toEqual({
      ...{ kind: 'start', port: 3, order: 42, startKind: 2, card: 0x047c9a22 },
      ...{ mode: 'energy', parameter: 327, availableFen: 300 },
    });
  });

  it('is deaf to broken frames and to commands it does not know', () => {
    const stop = bytes('5AA50800840002010000008F');
    for (let index = 0; index < stop.length; index += 1) {
      const broken = Buffer.from(stop);
      broken.writeUInt8(broken.readUInt8(index) ^ 0x10, index);
      expect(decodeDownlink(broken)).toBeUndefined();
    }
    expect(decodeDownlink(stop.subarray(0, 6))).toBeUndefined();
    expect(decodeDownlink(frame(0x83, new Uint8Array(3)))).toBeUndefined();
    expect(decodeDownlink(frame(0xf5, new Uint8Array(3)))).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { Battery } from '../../simulator/devices/battery.ts';
import { JuyBoard, type JuyBoardOptions } from '../../simulator/devices/juy-board.ts';
import { frame } from '../../simulator/devices/juy-frames.ts';
import { juy } from '../../src/devices/families/juy/codec.ts';

const IMEI = '861317069234387';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 2026-11-23 05:00 in Shanghai, an hour before the peak. */
const FROM_MS = Date.UTC(2026, 10, 22, 21);
const BIKE: Battery = { needWh: 2000, chargerW: 187, taperS: 1200 };

/** Sharp and flat unused; peak 0.617 from 06:00 to 22:00, valley 0.307; service 0.300. */
const pricesData = (mode: number) =>
  Buffer.concat([
    Buffer.from([mode]),
    ...[617, 617, 617, 307, 617].map((price) => Buffer.from(Uint16Array.of(price, 300).buffer)),
    Buffer.from([0]),
    Buffer.from([...Array(12).fill(3), ...Array(32).fill(1), ...Array(4).fill(3)]),
  ]);
const startData = (order: number) => {
  const data = Buffer.alloc(19);
  data[0] = 1;
  data.writeUInt32LE(order, 1);
  data[5] = 1;
  data[10] = 4;
  data.writeUInt32LE(1000, 11);
  return data;
};

function board(options: Partial<JuyBoardOptions> = {}): JuyBoard {
  const one = new JuyBoard({ imei: IMEI, ports: 10, reportsByItself: false, ...options });
  one.start(FROM_MS);
  tell(one, frame(0x81, Buffer.from([0, 0, 0, 0, 0, 0, 0, 240, 0])));
  return one;
}

function tell(one: JuyBoard, payload: Uint8Array, nowMs = FROM_MS) {
  return one.receive(`JUY/S2D/${IMEI}/00/SERVER`, payload, nowMs);
}

/** What the cloud understands of what a board says. */
function understood(messages: readonly { topic: string; payload: Uint8Array }[], receivedAtMs: number) {
  return messages.flatMap((message) => {
    const decoded = juy.decode(
      { ...message, receivedAtMs },
      { timeZone: 'Asia/Shanghai', settlementUnitWh: 10 },
    );
    if (!decoded.ok) throw new Error(decoded.detail);
    return decoded.events;
  });
}

const commands = (messages: readonly { payload: Uint8Array }[]) => messages.map(({ payload }) => payload[4]);

describe('tables', () => {
  it('are taken, answered, and told as they were written', () => {
    const one = board();
    expect(commands(tell(one, frame(0x8d, pricesData(1))))).toEqual([0x8d]);
    const [told] = tell(one, frame(0x8e, Buffer.from([0])));
    expect(told?.payload).toEqual(frame(0x8e, pricesData(1)));
    const parameters = one.tariff.tell('parameters');
    parameters.writeUInt16LE(33, 23);
    expect(commands(tell(one, frame(0x8a, parameters)))).toEqual([0x8a]);
    expect(one.tariff.bandPriceFen(0)).toBe(33);
    expect(commands(tell(one, frame(0x89, Buffer.from([0]))))).toEqual([0x89]);
  });

  it('are answered but not taken by a board that refuses, and not even answered by one that ignores', () => {
    const refusing = board({ tables: 'refuse' });
    expect(commands(tell(refusing, frame(0x8d, pricesData(1))))).toEqual([0x8d]);
    expect(refusing.tariff.mode).toBe(0);
    const ignoring = board({ tables: 'ignore' });
    for (const command of [0x8d, 0x8e]) expect(tell(ignoring, frame(command, pricesData(1)))).toEqual([]);
  });

  it('that are cut short are no tables', () => {
    const one = board();
    expect(tell(one, frame(0x8d, pricesData(1).subarray(1)))).toEqual([]);
    expect(one.tariff.mode).toBe(0);
  });
});

describe('what a board claims', () => {
  /** Two hours: one in the valley, one in the peak. */
  function charged(mode: number) {
    const one = board();
    tell(one, frame(0x8d, pricesData(mode)));
    one.plug(1, BIKE);
    tell(one, frame(0x83, startData(7)));
    one.tick(FROM_MS + 2 * HOUR);
    const session = one.ports[0]?.session;
    if (session === undefined) throw new Error('Nothing runs');
    return { one, session, live: one.report(FROM_MS + 2 * HOUR) };
  }

  it('goes by its classes, each cut down on its own, and live data say so', () => {
    const { one, session, live } = charged(1);
    const [valleyWh = 0, peakWh = 0] = [session.classWh[3], session.classWh[1]].map((wh) =>
      Math.floor(wh ?? 0),
    );
    expect(valleyWh).toBeGreaterThan(0);
    expect(peakWh).toBeGreaterThan(0);
    const fenOf = (wh: number, price: number) => Math.floor(Math.floor((wh * price) / 1000) / 10);
    const expected = fenOf(valleyWh, 607) + fenOf(peakWh, 917);
    expect(one.tariff.claimedFen(session)).toBe(expected);
    // What it drops class by class, an exact bill does not: that is one of the reasons why they differ.
    expect(expected).toBeLessThanOrEqual(Math.floor((session.energyWh * 917) / 10_000));
    expect(commands(live)).toEqual([0x82, 0x8f]);
    expect(understood(live, FROM_MS)[1]).toMatchObject({
      type: 'meter-frame',
      ports: [{ port: 1, chargingS: 7200, energyWh: valleyWh + peakWh }],
    });
    const [, settlement] = understood(stop(one), FROM_MS);
    expect(settlement).toMatchObject({ type: 'settlement', claimedFen: expected, bands: [] });
  });

  it('goes by energy and by the time in its power bands', () => {
    const { one, session, live } = charged(2);
    const fenOf = (wh: number, price: number) => Math.floor(Math.floor((Math.floor(wh) * price) / 1000) / 10);
    const bandsFen = Math.floor(
      session.bandSeconds.reduce((sum, seconds, band) => sum + seconds * one.tariff.bandPriceFen(band), 0) /
        3600,
    );
    expect(one.tariff.claimedFen(session)).toBe(
      fenOf(session.classWh[3] ?? 0, 307) + fenOf(session.classWh[1] ?? 0, 617) + bandsFen,
    );
    expect(commands(live)).toEqual([0x82, 0x88]);
  });

  it('goes by the bands alone as long as nobody has told it prices', () => {
    const { session, one } = charged(0);
    expect(one.tariff.claimedFen(session)).toBeGreaterThan(0);
    expect(
      one.tariff
        .claim(session, 10)
        .pairs.map(([seconds]) => seconds)
        .reduce((a, b) => a + b, 0),
    ).toBe(7200);
  });

  function stop(one: JuyBoard) {
    const data = Buffer.alloc(5);
    data[0] = 1;
    data.writeUInt32LE(7, 1);
    return tell(one, frame(0x84, data), FROM_MS + 2 * HOUR);
  }
});

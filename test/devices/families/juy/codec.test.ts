import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceCommand } from '../../../../src/devices/commands.ts';
import { juy } from '../../../../src/devices/families/juy/codec.ts';
import { buildFrame, parseFrame } from '../../../../src/devices/families/juy/frame.ts';
import { UnsupportedCommand } from '../../../../src/devices/family.ts';
import { bytesOf, DOCUMENTED, framed, IMEI } from './frames.ts';

const CONTEXT = { timeZone: 'Asia/Shanghai', settlementUnitWh: 10 };
const TOPIC = `JUY/D2S/${IMEI}/85/DEV`;
const COMMANDS = [0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8d, 0x8e, 0x8f, 0xc0];

function decode(payload: Uint8Array, topic = TOPIC) {
  return juy.decode({ topic, payload, receivedAtMs: 1 }, CONTEXT);
}

function encoded(command: DeviceCommand, deviceId = IMEI): { topic: string; hex: string } {
  const { topic, payload } = juy.encode(command, { deviceId });
  return { topic, hex: Buffer.from(payload).toString('hex').toUpperCase() };
}

describe('topics', () => {
  test.each(['85', '0x85', '0X8f', '8f', '8F', 'c0'])('%s is a command’s spelling', (command) => {
    expect(juy.sender(`JUY/D2S/${IMEI}/${command}/DEV`)).toBe(IMEI);
  });

  test.each([
    `JUY/S2D/${IMEI}/85/DEV`,
    `JUY/D2S/${IMEI}/85/SERVER`,
    `JUY/D2S/${IMEI}/085/DEV`,
    `JUY/D2S/${IMEI}/8G/DEV`,
    `JUY/D2S/${IMEI}//DEV`,
    `JUY/D2S/86119706293438/85/DEV`,
    `JUY/D2S/8611970629343878/85/DEV`,
    `JUY/D2S/86119706293438７/85/DEV`,
    `JUY/D2S/${IMEI}/85/DEV/more`,
    `x/JUY/D2S/${IMEI}/85/DEV`,
    `JUY/D2S/${IMEI}/85/DEV\n`,
    '',
  ])('%j is foreign', (topic) => {
    expect(juy.sender(topic)).toBeUndefined();
    expect(decode(bytesOf(DOCUMENTED.login), topic)).toMatchObject({ ok: false, reason: 'unknown-topic' });
  });

  test('the frame, not the topic, says the command', () => {
    const decoded = decode(bytesOf('5AA50900 84 00 02 01000000 02 92'), `JUY/D2S/${IMEI}/0x82/DEV`);
    expect(decoded).toMatchObject({ ok: true, events: [{ type: 'session-stop-answer' }] });
  });
});

describe('framing', () => {
  test.each(Object.entries(DOCUMENTED))(
    'the documented frame %s checks out, and is built again byte by byte',
    (_, hex) => {
      const parsed = parseFrame(bytesOf(hex));
      if (!parsed.ok) throw new Error(parsed.detail);
      expect(Buffer.from(buildFrame(parsed.command, parsed.data)).toString('hex').toUpperCase()).toBe(hex);
    },
  );

  test('wrong length, wrong sum and foreign bytes are told apart', () => {
    const reasonOf = (hex: string) => decode(bytesOf(hex));
    expect(reasonOf('5AA50900 84 00 02 01000000 02 93')).toMatchObject({ reason: 'bad-checksum' });
    expect(reasonOf('5AA50800 84 00 02 01000000 02 92')).toMatchObject({ reason: 'bad-length' });
    expect(reasonOf('5AA50900 84 00 02 01000000 02 92 00')).toMatchObject({ reason: 'bad-length' });
    expect(reasonOf('A55A0900 84 00 02 01000000 02 92')).toMatchObject({ reason: 'bad-frame' });
    expect(reasonOf('')).toMatchObject({ reason: 'bad-length' });
    expect(reasonOf('5AA50000')).toMatchObject({ reason: 'bad-length' });
  });

  test('a frame with the IMEI inside, as on TCP, is not half read', () => {
    const withImei = framed(0x84, Uint8Array.from([...Buffer.from(IMEI), 2, 1, 0, 0, 0, 2]));
    expect(decode(withImei)).toMatchObject({ ok: false, reason: 'bad-length' });
  });

  test('one byte of DATA too few or too many is refused', () => {
    const settlement = bytesOf(`02 ${'01'.repeat(23)} 01 F4011900 0000000000000000`);
    expect(decode(framed(0x85, settlement))).toMatchObject({ ok: true });
    expect(decode(framed(0x85, settlement.slice(0, -1)))).toMatchObject({ reason: 'bad-length' });
    expect(decode(framed(0x85, Uint8Array.from([...settlement, 0])))).toMatchObject({ reason: 'bad-length' });
    expect(decode(framed(0x85, new Uint8Array(0)))).toMatchObject({ reason: 'bad-length' });
  });

  test('no bytes make decode throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => typeof decode(bytes).ok === 'boolean'),
    );
  });

  test('no DATA of any length makes decode throw, and what is read has the length that its command requires', () => {
    const anyData = fc.uint8Array({ maxLength: 120 });
    fc.assert(
      fc.property(fc.constantFrom(...COMMANDS), anyData, (command, data) => {
        const decoded = decode(framed(command, data));
        return decoded.ok ? decoded.events.length === 1 : decoded.reason !== 'bad-checksum';
      }),
    );
  });

  test('every change of a single bit is refused', () => {
    const settlement = bytesOf(
      '5AA52C00 85 00 02 E9030000 E8030000 0C000000 0A000000 00 2600 229A7C04 02 F4011900 F4011E00 0000000000000000 25',
    );
    for (let bit = 0; bit < settlement.length * 8; bit++) {
      const changed = settlement.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const decoded = decode(changed);
      expect(decoded.ok ? 'taken' : decoded.reason, `bit ${bit}`).toMatch(/^bad-(length|checksum|frame)$/);
    }
  });
});

describe('what boards are told', () => {
  const tracked = { commandId: 'c-1', expiresAtMs: 1 };
  const card = { form: 'board', number: '75274786' } as const;
  const cases: [string, DeviceCommand, string, string][] = [
    // The vendor's own frame.
    ['stop', { ...tracked, type: 'stop-session', port: 2, order: 1 }, '84', DOCUMENTED.stopPort2Order1],
    [
      'start by card, 1.62 kWh at most: the last 9 Wh do not fill a unit',
      { ...tracked, ...start(2, 1001), startedBy: 'card', card, energyLimitWh: 1629, availableFen: 500 },
      '83',
      // Port 2, order 1001, kind 2, card, mode 4, 162 = A2, 500 fen = 01F4.
      '5AA51600 83 00 02 E9030000 02 229A7C04 04 A2000000 F4010000 60',
    ],
    [
      'start by phone',
      { ...tracked, ...start(12, 4_294_967_295), startedBy: 'scan', energyLimitWh: 10, availableFen: 0 },
      '83',
      // Sum: 16+83+0C+FF+FF+FF+FF+01+04+01 = 4A7.
      '5AA51600 83 00 0C FFFFFFFF 01 00000000 04 01000000 00000000 A7',
    ],
    // Sum: 0C+81+3C = C9.
    [
      'login',
      { type: 'answer-login', heartbeatS: 60, accepted: true },
      '81',
      '5AA50C00 81 00 00000000000000 3C 00 C9',
    ],
    // Sum: 0C+81+FA+01 = 188.
    [
      'no login',
      { type: 'answer-login', heartbeatS: 250, accepted: false },
      '81',
      '5AA50C00 81 00 00000000000000 FA 01 88',
    ],
    // Sum: 04+82 = 86.
    ['heartbeat', { type: 'answer-heartbeat' }, '82', '5AA50400 82 00 00 86'],
    // Sum: 08+85+02+E9+03 = 17B.
    [
      'settlement',
      { type: 'answer-settlement', port: 2, order: 1001 },
      '85',
      '5AA50800 85 00 02 E9030000 7B',
    ],
    // Sum: 08+86+01+70+11+01 = 111.
    [
      'local start',
      { type: 'answer-local-start', port: 1, order: 70_000 },
      '86',
      '5AA50800 86 00 01 70110100 11',
    ],
    [
      'balance',
      { type: 'answer-balance', port: 7, card, balanceFen: 1234, result: 'ok' },
      '87',
      // Sum: 0D+87+07+22+9A+7C+04+D2+04 = 2AD.
      '5AA50D00 87 00 07 229A7C04 D2040000 00 AD',
    ],
    [
      'a debt, which a board cannot show',
      { type: 'answer-balance', port: 7, card, balanceFen: -50, result: 'too-little-money' },
      '87',
      '5AA50D00 87 00 07 229A7C04 00000000 05 DC',
    ],
    // The highest card number that there is. Sum: 0D+87+07+4*FF = 497.
    [
      'a card with the highest number',
      {
        type: 'answer-balance',
        port: 7,
        card: { form: 'board', number: '4294967295' },
        balanceFen: 0,
        result: 'ok',
      },
      '87',
      '5AA50D00 87 00 07 FFFFFFFF 00000000 00 97',
    ],
    // Sum: 0C+81+0A = 97.
    [
      'login, with the shortest heartbeat',
      { type: 'answer-login', heartbeatS: 10, accepted: true },
      '81',
      '5AA50C00 81 00 00000000000000 0A 00 97',
    ],
  ];

  test.each([
    ['ok', 0],
    ['unknown', 1],
    ['frozen', 2],
    ['too-little-money', 5],
    ['in-use', 6],
  ] as const)('a card that is %s has the code %i in the board’s document', (result, code) => {
    const { payload } = juy.encode(
      { type: 'answer-balance', port: 7, card, balanceFen: 0, result },
      { deviceId: IMEI },
    );
    expect(payload.at(-2)).toBe(code);
  });

  function start(port: number, order: number) {
    return { type: 'start-session', port, order } as const;
  }

  test.each(cases)('%s', (_, command, topicCommand, hex) => {
    expect(encoded(command)).toEqual({
      topic: `JUY/S2D/${IMEI}/${topicCommand}/SERVER`,
      hex: hex.replaceAll(' ', ''),
    });
  });

  test('a start can be read back field by field, whatever its values', () => {
    const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const values = fc.tuple(
      fc.integer({ min: 1, max: 255 }),
      u32,
      u32,
      fc.integer({ min: 10, max: 4e10 }),
      u32,
    );
    fc.assert(
      fc.property(values, ([port, order, number, energyLimitWh, availableFen]) => {
        const { payload } = juy.encode(
          {
            ...{ ...tracked, ...start(port, order), startedBy: 'admin', energyLimitWh, availableFen },
            card: { form: 'board', number: String(number) },
          },
          { deviceId: IMEI },
        );
        const view = new DataView(payload.buffer, payload.byteOffset);
        expect(payload.length).toBe(view.getUint16(2, true) + 4);
        expect([view.getUint8(6), view.getUint32(7, true), view.getUint8(11)]).toEqual([port, order, 3]);
        expect([view.getUint32(12, true), view.getUint8(16)]).toEqual([number, 4]);
        const limitWh = view.getUint32(17, true) * 10;
        expect(limitWh <= energyLimitWh && energyLimitWh - limitWh < 10).toBe(true);
        expect(view.getUint32(21, true)).toBe(availableFen);
        expect(payload.subarray(2, -1).reduce((sum, byte) => sum + byte, 0) % 256).toBe(payload.at(-1));
      }),
    );
  });

  test('a value that does not fit is our mistake, not a cut number', () => {
    const legal = {
      ...tracked,
      ...start(1, 1),
      startedBy: 'scan',
      energyLimitWh: 1000,
      availableFen: 100,
    } as const;
    const wrong: DeviceCommand[] = [
      { ...legal, port: 0 },
      { ...legal, port: 256 },
      { ...legal, order: -1 },
      { ...legal, order: 2 ** 32 },
      { ...legal, energyLimitWh: 9 },
      { ...legal, energyLimitWh: Number.NaN },
      { ...legal, availableFen: 1.5 },
      { ...legal, card: { form: 'uid', number: '75274786' } },
      { ...legal, card: { form: 'board', number: '4294967296' } },
      { ...legal, card: { form: 'board', number: '' } },
      { ...legal, card: { form: 'board', number: '0x1F' } },
      { type: 'answer-login', heartbeatS: 9, accepted: true },
      { type: 'answer-login', heartbeatS: 251, accepted: true },
    ];
    for (const command of wrong) expect(() => encoded(command), JSON.stringify(command)).toThrow(RangeError);
    expect(() => encoded(legal, '86119706293438/')).toThrow(RangeError);
    expect(() => encoded({ ...legal, port: 256 })).toThrow(/^port 256 does not fit 1 bytes/);
    expect(() => encoded({ ...legal, order: -1 })).toThrow(/^order -1 does not fit 4 bytes/);
    expect(() => encoded({ ...legal, energyLimitWh: 1e12 })).toThrow(/^energy limit /);
    expect(() => encoded({ ...legal, availableFen: 1.5 })).toThrow(/^available money 1.5 /);
    const balance = { type: 'answer-balance', port: 7, card, result: 'ok' } as const;
    expect(() => encoded({ ...balance, balanceFen: 2 ** 32 })).toThrow(/^balance 4294967296 /);
    expect(() => encoded({ type: 'answer-login', heartbeatS: 10.5, accepted: true })).toThrow(
      /^heartbeat 10.5 /,
    );
    expect(encoded(legal).hex).toMatch(/^5AA5/);
  });

  test('a door command is none of a charging board', () => {
    expect(() => encoded({ ...tracked, type: 'unlock', door: 1 })).toThrow(UnsupportedCommand);
  });
});

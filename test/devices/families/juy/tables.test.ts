import { describe, expect, test } from 'vitest';
import type { BoardParameters, PriceTable } from '../../../../src/devices/board-tables.ts';
import type { DeviceCommand } from '../../../../src/devices/commands.ts';
import { juy } from '../../../../src/devices/families/juy/codec.ts';
import { bytesOf, DOCUMENTED, framed, IMEI } from './frames.ts';

const tracked = { commandId: 'c-1', expiresAtMs: 1 };
const RECEIVED_AT_MS = 1_795_420_800_123;

/** Peak from 06:00 to 22:00 at 0.617, valley at 0.307; service 0.300; a sharp price of 1.200 that no half hour has. */
const prices: PriceTable = {
  mode: 'peak-valley',
  classes: [1200, 617, 617, 307, 307].map((energyMilliYuanPerKWh) => ({
    energyMilliYuanPerKWh,
    serviceMilliYuanPerKWh: 300,
  })),
  halfHours: Array.from({ length: 48 }, (_, halfHour) => (halfHour >= 12 && halfHour < 44 ? 1 : 3)),
};
const PRICES_DATA = [
  '01',
  // 1200, 617, 617, 307, 307, each with 300.
  'B0042C01 69022C01 69022C01 33012C01 33012C01',
  '00',
  '03'.repeat(12) + '01'.repeat(32) + '03'.repeat(4),
].join('');

/** The bands are those that were read from a real board. */
const parameters: BoardParameters = {
  billing: 'by-hour',
  coinMinutes: 240,
  cardMinutes: 240,
  cardMoney: 100,
  bands: [
    [200, 20],
    [300, 25],
    [500, 30],
    [800, 60],
    [1000, 90],
    [1500, 100],
    [2000, 155],
    [2500, 255],
  ].map(([upToW = 0, priceFenPerHour = 0]) => ({ upToW, priceFenPerHour })),
  floatPowerW: 15,
  floatMinutes: 120,
  free: 0,
  temperatureWarningC: 90,
  smokeAlarm: 0,
  volume: 8,
  energy: 100_000,
  switches: 1,
  plugInWaitS: 120,
  unplugWaitS: 120,
  cardType: 4,
  removalPowerW: 2,
  reserved: '0102030405060708090a0b',
};
const PARAMETERS_DATA = [
  '00 F000 F000 6400',
  'C800 2C01 F401 2003 E803 DC05 D007 C409',
  '1400 1900 1E00 3C00 5A00 6400 9B00 FF00',
  '0F 7800 00 5A 00 08 A0860100 01 7800 7800 04 02',
  '0102030405060708090A0B',
].join('');

describe('what boards are told', () => {
  const cases: [string, DeviceCommand, string, string][] = [
    // 73 bytes are counted: 49h. The sums are worked out apart from our code.
    ['prices', { ...tracked, type: 'put-prices', prices }, '8D', `5AA5 4900 8D 00 ${PRICES_DATA} FA`],
    [
      'parameters, whole',
      { ...tracked, type: 'put-parameters', parameters },
      '8A',
      `5AA5 4700 8A 00 ${PARAMETERS_DATA} BA`,
    ],
    // The vendor's own frame.
    [
      'a question for the parameters',
      { ...tracked, type: 'read-parameters' },
      '89',
      DOCUMENTED.queryParameters,
    ],
    // Sum: 04+8E = 92.
    ['a question for the prices', { ...tracked, type: 'read-prices' }, '8E', '5AA5 0400 8E 00 00 92'],
  ];

  test.each(cases)('%s', (_, command, topicCommand, hex) => {
    const { topic, payload } = juy.encode(command, { deviceId: IMEI });
    expect(topic).toBe(`JUY/S2D/${IMEI}/${topicCommand}/SERVER`);
    expect(Buffer.from(payload).toString('hex').toUpperCase()).toBe(hex.replaceAll(' ', ''));
  });

  test('a table that does not fit is our mistake, not a cut table', () => {
    const [first] = prices.classes;
    const wrong: DeviceCommand[] = [
      { ...tracked, type: 'put-prices', prices: { ...prices, classes: prices.classes.slice(1) } },
      { ...tracked, type: 'put-prices', prices: { ...prices, halfHours: prices.halfHours.slice(1) } },
      { ...tracked, type: 'put-prices', prices: { ...prices, halfHours: [...Array(47).fill(4), 5] } },
      {
        ...tracked,
        type: 'put-prices',
        prices: { ...prices, classes: Array(5).fill({ ...first, energyMilliYuanPerKWh: 65_536 }) },
      },
      { ...tracked, type: 'put-parameters', parameters: { ...parameters, bands: [] } },
      { ...tracked, type: 'put-parameters', parameters: { ...parameters, reserved: '00' } },
      { ...tracked, type: 'put-parameters', parameters: { ...parameters, volume: -1 } },
    ];
    for (const command of wrong)
      expect(() => juy.encode(command, { deviceId: IMEI }), JSON.stringify(command)).toThrow(RangeError);
  });

  test.each<[name: string, prices: Partial<PriceTable> | undefined, parameters?: Partial<BoardParameters>]>([
    ['energy price', { classes: Array(5).fill({ energyMilliYuanPerKWh: -1, serviceMilliYuanPerKWh: 0 }) }],
    ['service price', { classes: Array(5).fill({ energyMilliYuanPerKWh: 0, serviceMilliYuanPerKWh: -1 }) }],
    ['class', { halfHours: Array(48).fill(-1) }],
    ['coin minutes', undefined, { coinMinutes: -1 }],
    ['card minutes', undefined, { cardMinutes: -1 }],
    ['card money', undefined, { cardMoney: -1 }],
    ['band limit', undefined, { bands: Array(8).fill({ upToW: -1, priceFenPerHour: 0 }) }],
    ['band price', undefined, { bands: Array(8).fill({ upToW: 0, priceFenPerHour: -1 }) }],
    ['float power', undefined, { floatPowerW: -1 }],
    ['float minutes', undefined, { floatMinutes: -1 }],
    ['free', undefined, { free: -1 }],
    ['temperature warning', undefined, { temperatureWarningC: -1 }],
    ['smoke alarm', undefined, { smokeAlarm: -1 }],
    ['volume', undefined, { volume: -1 }],
    ['energy', undefined, { energy: -1 }],
    ['switches', undefined, { switches: -1 }],
    ['plug-in wait', undefined, { plugInWaitS: -1 }],
    ['unplug wait', undefined, { unplugWaitS: -1 }],
    ['card type', undefined, { cardType: -1 }],
    ['removal power', undefined, { removalPowerW: -1 }],
  ])('of a table the value that does not fit is named: %s', (name, wrongPrices, wrongParameters) => {
    const command: DeviceCommand =
      wrongPrices === undefined
        ? { ...tracked, type: 'put-parameters', parameters: { ...parameters, ...wrongParameters } }
        : { ...tracked, type: 'put-prices', prices: { ...prices, ...wrongPrices } };
    expect(() => juy.encode(command, { deviceId: IMEI })).toThrow(new RegExp(`^${name} -1 does not fit`));
  });
});

describe('what boards answer', () => {
  test('any frame under the command of a write is its answer, and no RESULT says more', () => {
    for (const [command, table] of [
      [0x8d, 'prices'],
      [0x8a, 'parameters'],
    ] as const) {
      for (const [data, result] of [
        ['', 0],
        ['00', 1],
        ['01', 0xff],
      ] as const) {
        expect(eventOf(framed(command, bytesOf(data), result))).toEqual({
          type: 'table-answer',
          deviceId: IMEI,
          identity: `${table}-answer:${RECEIVED_AT_MS}`,
          table,
        });
      }
    }
  });

  test('the tables, field by field', () => {
    expect(eventOf(framed(0x8e, bytesOf(PRICES_DATA)))).toEqual({
      type: 'board-prices',
      deviceId: IMEI,
      identity: `prices:${RECEIVED_AT_MS}:32299255e32e6424`,
      prices,
    });
    expect(eventOf(framed(0x89, bytesOf(PARAMETERS_DATA)))).toEqual({
      type: 'board-parameters',
      deviceId: IMEI,
      identity: `parameters:${RECEIVED_AT_MS}:af507a03ca232641`,
      parameters,
    });
  });

  test.each([
    ['off', '00'],
    ['peak-valley', '01'],
    ['energy-and-time', '02'],
  ] as const)(
    'prices in mode %s have the code %s, told and heard, and each half hour one of five',
    (mode, code) => {
      const table: PriceTable = { ...prices, mode, halfHours: Array(48).fill(4) };
      const { payload } = juy.encode({ ...tracked, type: 'put-prices', prices: table }, { deviceId: IMEI });
      const data = payload.slice(6, -1);
      expect(Buffer.from(data).toString('hex')).toMatch(new RegExp(`^${code}.*(04){48}$`));
      expect(eventOf(framed(0x8e, data))).toMatchObject({ prices: table });
    },
  );

  test.each([
    ['by-hour', '00'],
    ['by-discount', '01'],
  ] as const)('parameters with billing %s have the code %s, told and heard', (billing, code) => {
    const table: BoardParameters = { ...parameters, billing };
    const command: DeviceCommand = { ...tracked, type: 'put-parameters', parameters: table };
    const data = juy.encode(command, { deviceId: IMEI }).payload.slice(6, -1);
    expect(Buffer.from(data).toString('hex').slice(0, 2)).toBe(code);
    expect(eventOf(framed(0x89, data))).toMatchObject({ parameters: table });
  });

  test('a table of another length, a mode and a class that there are not, are refused and not guessed', () => {
    const reasonOf = (command: number, hex: string) => decode(framed(command, bytesOf(hex)));
    expect(reasonOf(0x8e, `${PRICES_DATA}00`)).toMatchObject({ ok: false, reason: 'bad-length' });
    expect(reasonOf(0x89, PARAMETERS_DATA.slice(0, -2))).toMatchObject({ ok: false, reason: 'bad-length' });
    expect(reasonOf(0x8e, PRICES_DATA.replace(/^01/, '03'))).toMatchObject({ reason: 'bad-payload' });
    expect(reasonOf(0x8e, PRICES_DATA.replace(/03$/, '05'))).toMatchObject({ reason: 'bad-payload' });
    expect(reasonOf(0x89, PARAMETERS_DATA.replace(/^00/, '02'))).toMatchObject({ reason: 'bad-payload' });
  });
});

function decode(payload: Uint8Array) {
  return juy.decode(
    { topic: `JUY/D2S/${IMEI}/8D/DEV`, payload, receivedAtMs: RECEIVED_AT_MS },
    { timeZone: 'Asia/Shanghai', settlementUnitWh: 10 },
  );
}

function eventOf(payload: Uint8Array): unknown {
  const decoded = decode(payload);
  if (!decoded.ok) throw new Error(`${decoded.reason}: ${decoded.detail}`);
  return decoded.events[0];
}

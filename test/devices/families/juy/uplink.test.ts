import { expect, test } from 'vitest';
import { juy } from '../../../../src/devices/families/juy/codec.ts';
import type { Decoded } from '../../../../src/devices/family.ts';
import { bytesOf, DOCUMENTED, framed, IMEI } from './frames.ts';

const CONTEXT = { timeZone: 'Asia/Shanghai', settlementUnitWh: 10 };
const RECEIVED_AT_MS = 1_795_420_800_123;

function decode(hex: string, { topic = `JUY/D2S/${IMEI}/85/DEV`, settlementUnitWh = 10 } = {}): Decoded {
  const message = { topic, payload: bytesOf(hex), receivedAtMs: RECEIVED_AT_MS };
  return juy.decode(message, { ...CONTEXT, settlementUnitWh });
}

function eventOf(decoded: Decoded): unknown {
  if (!decoded.ok) throw new Error(`${decoded.reason}: ${decoded.detail}`);
  expect(decoded.events).toHaveLength(1);
  return decoded.events[0];
}

test('the login of a real board', () => {
  expect(eventOf(decode(DOCUMENTED.login))).toEqual({
    type: 'board-login',
    deviceId: IMEI,
    identity: `login:${RECEIVED_AT_MS}`,
    ports: 10,
    hardware: 'JUY_B2_Q800M_1_0',
    software: 'JUY_B2_COMM_V1.7',
    simNumber: '898604E81023C0963731',
    restartReason: 'power-on',
  });
});

test('a login that names another board than its topic is refused', () => {
  const decoded = decode(DOCUMENTED.login, { topic: 'JUY/D2S/861197062934388/81/DEV' });
  expect(decoded).toMatchObject({ ok: false, reason: 'device-mismatch' });
});

test('padding at the end of a text field is dropped, and unprintable bytes show as dots', () => {
  const data = bytesOf(DOCUMENTED.login).slice(6, -1);
  data.set(bytesOf('4A 55 59 00 01 FF 20 20 00 00 00 00 00 00 00 00'), 16);
  expect(eventOf(juyDecode(framed(0x81, data)))).toMatchObject({ hardware: 'JUY...' });
  data.set(bytesOf('20 21 7E 1F 7F 00 41 20 00 00 00 00 00 00 00 00'), 16);
  expect(eventOf(juyDecode(framed(0x81, data)))).toMatchObject({ hardware: ' !~...A' });
});

test.each([
  [0, 'power-on'],
  [1, 'software'],
  [2, 'unknown'],
])('a board that logs in for reason %i says %s', (code, restartReason) => {
  const data = bytesOf(DOCUMENTED.login).slice(6, -1);
  data[69] = code;
  expect(eventOf(juyDecode(framed(0x81, data)))).toMatchObject({ restartReason });
});

test('a heartbeat with every port state, and one that the document does not name', () => {
  // 5A A5 | 18 bytes | 82 00 | signal 27, 41 °C, 12 ports | 0 1 2 3 4 9 0 0 0 0 0 0 | sum
  expect(eventOf(decode('5AA5 1200 82 00 1B 29 0C 000102030409000000000000 F7'))).toEqual({
    type: 'board-state',
    deviceId: IMEI,
    identity: `state:${RECEIVED_AT_MS}`,
    signal: 27,
    boardTemperatureC: 41,
    ports: ['idle', 'in-use', 'fuse-blown', 'relay-stuck', 'disabled', 'unknown', ...Array(6).fill('idle')],
  });
});

test('answers to start and stop, whatever RESULT says', () => {
  // Port 3, order 305419896 = 0x12345678, start kind 2, result 0. Sum: 0A+83+01+03+78+56+34+12+02 = 1A7.
  const started = '5AA5 0A00 83 01 03 78563412 02 00 A7';
  // RESULT FF ("no network") means nothing in an uplink; result 2 is a fault of the port.
  const fault = '5AA5 0A00 83 FF 03 78563412 02 02 A7';
  const order = 305_419_896;
  const answer = {
    type: 'session-start-answer',
    deviceId: IMEI,
    identity: `start-answer:${order}`,
    port: 3,
    order,
  };
  expect(eventOf(decode(started))).toEqual({ ...answer, result: 'started' });
  expect(eventOf(decode(fault))).toEqual({ ...answer, result: 'port-fault' });
  // Port 2, order 1, result 2. Sum: 09+84+02+01+02 = 92.
  expect(eventOf(decode('5AA5 0900 84 00 02 01000000 02 92'))).toEqual({
    type: 'session-stop-answer',
    deviceId: IMEI,
    identity: 'stop-answer:1',
    port: 2,
    order: 1,
    result: 'order-mismatch',
  });
});

test('a start or stop result that the document does not name counts as refused', () => {
  expect(eventOf(juyDecode(framed(0x83, bytesOf('03 78563412 02 07'))))).toMatchObject({ result: 'refused' });
  expect(eventOf(juyDecode(framed(0x84, bytesOf('03 78563412 FF'))))).toMatchObject({ result: 'refused' });
});

// The vendor's disputed example: 500 s at 0.25 yuan/h and 500 s at 0.30 yuan/h, and the board says 0.10 yuan.
const SETTLEMENT =
  '5AA52C00 85 00 02 E9030000 E8030000 0C000000 0A000000 00 2600 229A7C04 02 F4011900 F4011E00 0000000000000000 25';

test('a settlement keeps the board’s facts and its claim apart', () => {
  expect(eventOf(decode(SETTLEMENT))).toEqual({
    type: 'settlement',
    deviceId: IMEI,
    identity: 'settlement:1001',
    port: 2,
    order: 1001,
    durationS: 1000,
    energyWh: 120,
    claimedFen: 10,
    stopReason: 'full',
    powerAtStopW: 38,
    bands: [
      { durationS: 500, priceFenPerHour: 25 },
      { durationS: 500, priceFenPerHour: 30 },
    ],
  });
});

test('the unit of a settlement’s energy is the board model’s', () => {
  expect(eventOf(decode(SETTLEMENT, { settlementUnitWh: 1 }))).toMatchObject({ energyWh: 12 });
});

test('five pairs of energy and money are not shown as seconds and prices', () => {
  // 21600 s, 185 units of energy, 1.60 yuan, stopped by hand; 60/50, 65/55, 60/55 in peak, flat, valley.
  const peakValley =
    '5AA53800 85 00 02 E9030000 60540000 B9000000 A0000000 03 0000 00000000 05 00000000 3C003200 41003700 3C003700 00000000 0000000000000000 19';
  expect(eventOf(decode(peakValley))).toMatchObject({
    durationS: 21_600,
    energyWh: 1850,
    claimedFen: 160,
    stopReason: 'manual',
    bands: [],
  });
});

test('five time bands are kept, because their seconds add up to the session', () => {
  // 600 + 600 + 1200 + 600 + 600 = 3600 s; stop reason 77 is none that the document names.
  const fiveBands =
    '5AA53800 85 00 02 E9030000 100E0000 B9000000 A0000000 4D 0000 00000000 05 58021400 58021900 B0041E00 58023C00 58025A00 0000000000000000 71';
  expect(eventOf(decode(fiveBands))).toMatchObject({
    stopReason: 'unknown',
    bands: [
      { durationS: 600 },
      { durationS: 600 },
      { durationS: 1200 },
      { durationS: 600 },
      { durationS: 600 },
    ],
  });
});

test('starts without network: a card and a coin', () => {
  // Port 1, order 70000, offline card, spent 1.00, left 49.00, card 580549636 (047C9A22 reversed).
  expect(eventOf(decode('5AA51500 86 00 01 70110100 01 64000000 24130000 047C9A22 F6'))).toEqual({
    type: 'local-start',
    deviceId: IMEI,
    identity: 'local-start:70000',
    port: 1,
    order: 70_000,
    startedBy: 'offline-card',
    spentFen: 100,
    leftFen: 4900,
    card: { form: 'board', number: '580549636' },
  });
  // Sum: 15+86+01+71+11+01+02+64 = 185.
  expect(eventOf(decode('5AA51500 86 00 01 71110100 02 64000000 00000000 00000000 85'))).toMatchObject({
    startedBy: 'coin',
    card: { form: 'board', number: '0' },
  });
});

test('a card held to a port', () => {
  // Port 7, card 75274786, action 2. Sum: 09+87+07+22+9A+7C+04+02 = 1D5.
  expect(eventOf(decode('5AA50900 87 00 07 229A7C04 02 D5'))).toEqual({
    type: 'card-at-port',
    deviceId: IMEI,
    identity: `card:7:start:${RECEIVED_AT_MS}`,
    port: 7,
    card: { form: 'board', number: '75274786' },
    action: 'start',
  });
  expect(decode('5AA50900 87 00 07 229A7C04 09 DC')).toMatchObject({ ok: false, reason: 'bad-payload' });
});

test('live data of two busy ports', () => {
  // 230.1 V, 33 °C; port 1: 187 W, 3600 s, 0.20 yuan, 0.19 kWh, 31 °C; port 12: 1093 W, 43200 s, 30.60 yuan, 13.11 kWh.
  const live =
    '5AA52900 88 00 02 FD08 21 01 00 1400 BB00 100E0000 1400 13000000 1F 0C 07 FF00 4504 C0A80000 F40B 1F050000 3A 2D';
  expect(eventOf(decode(live))).toEqual({
    type: 'meter-frame',
    deviceId: IMEI,
    // The journal keeps it as a key: made otherwise, a frame that comes again would count twice.
    identity: 'frame:2ac4faa97417b3ca',
    voltageDeciV: 2301,
    boardTemperatureC: 33,
    ports: [
      { port: 1, powerW: 187, chargingS: 3600, energyWh: 190, claimedFen: 20, portTemperatureC: 31 },
      { port: 12, powerW: 1093, chargingS: 43_200, energyWh: 13_110, claimedFen: 3060, portTemperatureC: 58 },
    ],
  });
});

test('live data: nothing busy is taken, one port twice is not, and the same content has the same identity', () => {
  const none = '5AA50700 88 00 00 FD08 21 B5';
  const twice =
    '5AA52900 88 00 02 FD08 21 01001400BB00100E00001400130000001F 01001400BB00100E00001400130000001F 41';
  const first = eventOf(decode(none));
  expect(first).toMatchObject({ ports: [] });
  expect(eventOf(juyDecode(bytesOf(none), RECEIVED_AT_MS + 60_000))).toEqual(first);
  expect(eventOf(decode('5AA50700 88 00 00 FE08 21 B6'))).not.toMatchObject({
    identity: (first as Named).identity,
  });
  expect(decode(twice)).toMatchObject({ ok: false, reason: 'bad-payload' });
});

interface Named {
  readonly identity: string;
}

test('live data in peak-valley mode: five classes summed, in its finer units', () => {
  // Port 4: 210 W, 7200 s, 0.125 yuan; 0 + 150 + 200 + 70 + 3 Wh.
  const live =
    '5AA52800 8F 00 01 FA08 1E 6902 04 03 D200 201C0000 7D00 00000000 96005C00 C8003C00 46001500 03000100 1D 47';
  expect(eventOf(decode(live))).toMatchObject({
    type: 'meter-frame',
    voltageDeciV: 2298,
    boardTemperatureC: 30,
    ports: [{ port: 4, powerW: 210, chargingS: 7200, energyWh: 423, claimedFen: 13, portTemperatureC: 29 }],
  });
});

test('live data of two ports in peak-valley mode are told apart', () => {
  const port = (number: string, wh: string) => `${number} 03 D200 201C0000 7C00 ${`${wh}0000`.repeat(5)} 1D`;
  expect(
    eventOf(juyDecode(framed(0x8f, bytesOf(`02 FA08 1E 6902 ${port('04', '0100')} ${port('05', '0002')}`)))),
  ).toMatchObject({
    ports: [
      { port: 4, powerW: 210, energyWh: 5, claimedFen: 12, portTemperatureC: 29 },
      { port: 5, powerW: 210, energyWh: 2560, claimedFen: 12, portTemperatureC: 29 },
    ],
  });
});

test('commands that are not taken are named', () => {
  expect(decode('5AA50600 C0 00 4A5559 BE')).toMatchObject({
    ok: false,
    reason: 'unknown-command',
    detail: 'command C0 is not taken',
  });
  expect(decode('5AA50400 8B 00 01 90')).toMatchObject({ ok: false, reason: 'unknown-command' });
  // A question of ours that comes back is no table.
  expect(decode(DOCUMENTED.queryParameters)).toMatchObject({ ok: false, reason: 'bad-length' });
});

test('port 0 is no port', () => {
  for (const [command, data] of [
    [0x83, '00 01000000 01 00'],
    [0x84, '00 01000000 00'],
    [0x86, `00 ${'00'.repeat(17)}`],
    [0x87, '00 229A7C04 02'],
    [0x85, '00'.repeat(33)],
    [0x88, `01 FD08 21 ${'00'.repeat(17)}`],
  ] as const) {
    expect(juyDecode(framed(command, bytesOf(data)))).toMatchObject({ ok: false, reason: 'bad-payload' });
  }
});

function juyDecode(payload: Uint8Array, receivedAtMs = RECEIVED_AT_MS): Decoded {
  return juy.decode({ topic: `JUY/D2S/${IMEI}/0x88/DEV`, payload, receivedAtMs }, CONTEXT);
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pengyou } from '../../../../src/devices/families/pengyou/codec.ts';
import { DOWNLINK_SCHEMAS } from '../../../../src/devices/families/pengyou/downlinks.ts';
import { PAYLOAD_LIMIT_BYTES, UPLINK_SCHEMAS } from '../../../../src/devices/families/pengyou/schemas.ts';
import { UnsupportedCommand } from '../../../../src/devices/family.ts';

const CONTEXT = { timeZone: 'Asia/Shanghai', settlementUnitWh: 10 };
const DEVICE = 'reader-1';
const AT_MS = 1_795_420_800_000;
const KINDS = Object.keys(UPLINK_SCHEMAS);
const SWIPE = { id: 's.1', device: DEVICE, atMs: AT_MS, card: '047C9A22' };

function decode(kind: string, content: unknown) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return decodeBytes(kind, new TextEncoder().encode(text));
}

function decodeBytes(kind: string, payload: Uint8Array) {
  return pengyou.decode({ topic: `pengyou/${DEVICE}/up/${kind}`, payload, receivedAtMs: 1 }, CONTEXT);
}

describe('what devices say', () => {
  const sent = { id: 'e-1', device: DEVICE, atMs: AT_MS };
  const common = { deviceId: DEVICE, identity: 'e-1', occurredAtMs: AT_MS };
  const bays = [
    { bay: 1, occupied: true },
    { bay: 2, occupied: false },
  ];

  test.each([
    ['swipe', { card: '047C9A22' }, { type: 'swipe', card: { form: 'uid', number: '75274786' } }],
    // Seven bytes as one number, beyond what a JavaScript number holds exactly.
    [
      'swipe',
      { card: 'f4a1b2c3d4e5f7' },
      { type: 'swipe', card: { form: 'uid', number: '68857683479160311' } },
    ],
    ['door-passed', { swipe: 's.1' }, { type: 'door-passed', swipeIdentity: 's.1' }],
    ['bay', { bays }, { type: 'bay-change', bays }],
    [
      'corridor',
      { vehicles: 2, confidence: 0.5 },
      { type: 'corridor-sighting', vehicles: 2, confidence: 0.5 },
    ],
    ['smoke', { level: 'alarm' }, { type: 'smoke-change', level: 'alarm' }],
    [
      'gate',
      { direction: 'out', vehicle: 'emergency' },
      { type: 'gate-pass', direction: 'out', vehicle: 'emergency' },
    ],
    ['ack', { command: 'c:1', result: 'done' }, ack({ result: 'done' })],
    [
      'ack',
      { command: 'c:1', result: 'expired', detail: 'late\u202e\n' },
      ack({ result: 'expired', detail: 'late' }),
    ],
    ['corridor', { vehicles: 0, confidence: 0 }, { type: 'corridor-sighting', vehicles: 0, confidence: 0 }],
    ['corridor', { vehicles: 1, confidence: 1 }, { type: 'corridor-sighting', vehicles: 1, confidence: 1 }],
    ['smoke', { level: 'clear' }, { type: 'smoke-change', level: 'clear' }],
    ...(['e-bike', 'bicycle', 'car', 'other'] as const).map((vehicle): [string, object, object] => [
      'gate',
      { direction: 'in', vehicle },
      { type: 'gate-pass', direction: 'in', vehicle },
    ]),
    ['ack', { command: 'c:1', result: 'refused' }, ack({ result: 'refused' })],
    ['health', {}, { type: 'health', detail: '' }],
    ['health', { detail: 'x'.repeat(200) }, { type: 'health', detail: 'x'.repeat(200) }],
    ['health', { detail: '12.1 V', more: { than: 'asked' } }, { type: 'health', detail: '12.1 V' }],
  ])('%s %j', (kind, content, event) => {
    expect(decode(kind, { ...sent, ...content })).toEqual({ ok: true, events: [{ ...common, ...event }] });
  });

  function ack(outcome: object): object {
    return { type: 'command-acknowledgement', commandId: 'c:1', ...outcome };
  }
});

describe('what is refused', () => {
  test('another device’s name, before anything else is looked at', () => {
    expect(decode('swipe', { ...SWIPE, device: 'reader-2' })).toMatchObject({ reason: 'device-mismatch' });
    expect(decode('swipe', { device: 'reader-2' })).toMatchObject({ reason: 'device-mismatch' });
    expect(decode('swipe', { ...SWIPE, device: 'READER-1' })).toMatchObject({ reason: 'device-mismatch' });
  });

  test.each(['open', 'Swipe', 'swipe ', '__proto__', 'constructor', 'toString', '开'])('kind %j', (kind) => {
    expect(decode(kind, SWIPE)).toMatchObject({ ok: false, reason: 'unknown-topic' });
    expect(pengyou.sender(`pengyou/${DEVICE}/up/${kind}`)).toBe(DEVICE);
  });

  test.each([
    'pengyou/reader-1/down/unlock',
    'pengyou/reader-1/up',
    'pengyou/reader-1/up/',
    'pengyou/a/b/up/swipe',
  ])('topic %s is foreign', (topic) => {
    expect(pengyou.sender(topic)).toBeUndefined();
    const payload = Buffer.from(JSON.stringify(SWIPE));
    expect(pengyou.decode({ topic, payload, receivedAtMs: 1 }, CONTEXT)).toMatchObject({
      reason: 'unknown-topic',
    });
  });

  test.each([
    ['nothing', ''],
    ['half an object', '{"id":"s.1"'],
    ['a byte order mark', `\uFEFF${JSON.stringify(SWIPE)}`],
    ['a NUL after the object', `${JSON.stringify(SWIPE)}\0`],
    ['a NUL in a text', `{"id":"s\0.1"}`],
    ['not a number', '{"atMs":NaN}'],
  ])('%s is no JSON', (_, text) => {
    expect(decode('swipe', text)).toMatchObject({ ok: false, reason: 'bad-json' });
  });

  test('bytes that are no UTF-8', () => {
    const good = Buffer.from(JSON.stringify({ ...SWIPE, note: 'x' }));
    good[good.lastIndexOf('x')] = 0xff;
    expect(decodeBytes('swipe', good)).toMatchObject({ reason: 'bad-json' });
    // Half a surrogate pair and an overlong slash are no UTF-8 either.
    expect(decodeBytes('swipe', Buffer.from('22edb08022', 'hex'))).toMatchObject({ reason: 'bad-json' });
    expect(decodeBytes('swipe', Buffer.from('22c0af22', 'hex'))).toMatchObject({ reason: 'bad-json' });
  });

  test.each([
    ['null', 'null'],
    ['a list', [SWIPE]],
    ['a text', '"swipe"'],
    ['no id', { ...SWIPE, id: undefined }],
    ['an empty id', { ...SWIPE, id: '' }],
    ['a long id', { ...SWIPE, id: 'x'.repeat(65) }],
    ['an id with a separator', { ...SWIPE, id: 'a#b' }],
    ['an id with a line end', { ...SWIPE, id: 'a\n' }],
    ['an id in full-width letters', { ...SWIPE, id: 'ａ' }],
    ['an id that is a number', { ...SWIPE, id: 7 }],
    ['a device that is no text', { ...SWIPE, device: [DEVICE] }],
    ['a time as text', { ...SWIPE, atMs: '1795420800000' }],
    ['a time with a fraction', { ...SWIPE, atMs: 0.5 }],
    ['a negative time', { ...SWIPE, atMs: -1 }],
    ['a time that no calendar knows', { ...SWIPE, atMs: 8_640_000_000_000_001 }],
    ['a huge number', `{"id":"s.1","device":"${DEVICE}","atMs":1e400,"card":"047C9A22"}`],
    ['a card of five bytes', { ...SWIPE, card: '047C9A2201' }],
    ['a card with a sign', { ...SWIPE, card: '-47C9A22' }],
    ['a card in full-width digits', { ...SWIPE, card: '０47C9A22' }],
    ['members of the prototype', `{"__proto__":${JSON.stringify(SWIPE)}}`],
  ])('a swipe: %s', (_, content) => {
    expect(decode('swipe', content)).toMatchObject({ ok: false, reason: 'bad-payload' });
  });

  test.each([
    ['bay', { bays: [] }],
    ['bay', { bays: Array.from({ length: 65 }, (_, index) => ({ bay: index + 1, occupied: true })) }],
    ['bay', { bays: [{ bay: 0, occupied: true }] }],
    ['bay', { bays: [{ bay: 1, occupied: 1 }] }],
    [
      'bay',
      {
        bays: [
          { bay: 1, occupied: true },
          { bay: 1, occupied: false },
        ],
      },
    ],
    ['corridor', { vehicles: -1, confidence: 0.5 }],
    ['corridor', { vehicles: 0.5, confidence: 0.5 }],
    ['bay', { bays: [{ bay: 10_000, occupied: true }] }],
    ['corridor', { vehicles: 1, confidence: 1.01 }],
    ['corridor', { vehicles: 1, confidence: -0.01 }],
    ['corridor', { vehicles: 1 }],
    ['smoke', { level: 'ALARM' }],
    ['gate', { direction: 'in', vehicle: 'truck' }],
    ['ack', { command: '', result: 'done' }],
    ['ack', { command: 'c', result: 'maybe' }],
    ['ack', { command: 'c', result: 'done', detail: 'x'.repeat(201) }],
    ['health', { detail: 7 }],
  ])('%s %j', (kind, content) => {
    const sent = { id: 'e-1', device: DEVICE, atMs: AT_MS, ...content };
    expect(decode(kind, sent)).toMatchObject({ ok: false, reason: 'bad-payload' });
  });

  test('bays are numbered to 9999, and 64 of them told at once', () => {
    const bays = Array.from({ length: 64 }, (_, index) => ({ bay: 9999 - index, occupied: true }));
    expect(decode('bay', { ...SWIPE, bays })).toMatchObject({ ok: true, events: [{ bays }] });
  });

  test('the last moment that a calendar knows is one', () => {
    expect(decode('swipe', { ...SWIPE, atMs: 8_640_000_000_000_000 })).toMatchObject({ ok: true });
    expect(decode('swipe', { ...SWIPE, atMs: 0 })).toMatchObject({ ok: true });
  });

  test('with a sentence that tells its maker what is wrong', () => {
    expect(decode('swipe', { ...SWIPE, atMs: -1 })).toMatchObject({ detail: 'atMs is not as documented' });
    expect(decode('bay', { ...SWIPE, bays: [{ bay: 0, occupied: true }] })).toMatchObject({
      detail: 'bays.0.bay is not as documented',
    });
    expect(decode('swipe', '7')).toMatchObject({ detail: 'not the JSON object of this kind' });
    expect(decode('swipe', { device: `reader-2\u202e${'x'.repeat(300)}` })).toMatchObject({
      detail: `the payload names ${`reader-2 ${'x'.repeat(300)}`.slice(0, 200)}`,
    });
  });

  test('8 KiB are taken, one byte more is not', () => {
    const padded = (bytes: number) => JSON.stringify(SWIPE).padEnd(bytes, ' ');
    expect(decode('swipe', padded(PAYLOAD_LIMIT_BYTES))).toMatchObject({ ok: true });
    expect(decode('swipe', padded(PAYLOAD_LIMIT_BYTES + 1))).toMatchObject({
      ok: false,
      reason: 'bad-payload',
    });
  });

  test('depth costs nothing', () => {
    const deep = `${'['.repeat(4000)}${']'.repeat(4000)}`;
    expect(decode('swipe', deep)).toMatchObject({ reason: 'bad-payload' });
    expect(decode('swipe', `{"card":${deep},${JSON.stringify(SWIPE).slice(1)}`)).toMatchObject({ ok: true });
    expect(decode('bay', `{"bays":${deep},${JSON.stringify(SWIPE).slice(1)}`)).toMatchObject({
      reason: 'bad-payload',
    });
  });

  test('no bytes and no JSON make decode throw', () => {
    const kinds = fc.constantFrom(...KINDS, 'x');
    fc.assert(
      fc.property(kinds, fc.uint8Array({ maxLength: 200 }), (kind, bytes) => !decodeBytes(kind, bytes).ok),
    );
    const known = fc.constantFrom(
      'card',
      'swipe',
      'bays',
      'vehicles',
      'confidence',
      'level',
      'result',
      'detail',
    );
    fc.assert(
      fc.property(kinds, fc.dictionary(known, fc.jsonValue()), (kind, members) => {
        const decoded = decode(kind, { id: 'e-1', device: DEVICE, atMs: AT_MS, ...members });
        return typeof decoded.ok === 'boolean';
      }),
    );
  });
});

describe('what devices are told', () => {
  const tracked = { commandId: 'c-1', expiresAtMs: AT_MS };
  const told = { command: 'c-1', expiresAtMs: AT_MS };

  test.each([
    [
      { ...tracked, type: 'unlock', door: 1, swipeIdentity: 's.1' },
      'unlock',
      { ...told, door: 1, swipe: 's.1' },
    ],
    [{ ...tracked, type: 'unlock', door: 2 }, 'unlock', { ...told, door: 2 }],
    [
      { type: 'refuse-swipe', swipeIdentity: 's.1', reason: 'unknown-card' },
      'refuse',
      { swipe: 's.1', reason: 'unknown-card' },
    ],
    [{ ...tracked, type: 'hold-door-open', door: 1 }, 'hold-open', { ...told, door: 1 }],
    [{ ...tracked, type: 'release-door', door: 1 }, 'release', { ...told, door: 1 }],
  ] as const)('%o', (command, kind, content) => {
    const { topic, payload } = pengyou.encode(command, { deviceId: DEVICE });
    expect(topic).toBe(`pengyou/${DEVICE}/down/${kind}`);
    const parsed: unknown = JSON.parse(Buffer.from(payload).toString());
    expect(parsed).toEqual(content);
    expect(DOWNLINK_SCHEMAS[kind].safeParse(parsed).success).toBe(true);
  });

  test.each([
    [0, false],
    [1, true],
    [255, true],
    [256, false],
  ])('a device may have a door %i: %s', (door, may) => {
    for (const kind of ['unlock', 'hold-open', 'release'] as const)
      expect(DOWNLINK_SCHEMAS[kind].safeParse({ ...told, door }).success, kind).toBe(may);
  });

  test.each([
    ['', false],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
  ])('a reader may show the reason %j: %s', (reason, may) => {
    expect(DOWNLINK_SCHEMAS.refuse.safeParse({ swipe: 's.1', reason }).success).toBe(may);
  });

  test('a charging command is none of these devices, and a device’s name is no path', () => {
    expect(() => pengyou.encode({ type: 'answer-heartbeat' }, { deviceId: DEVICE })).toThrow(
      UnsupportedCommand,
    );
    expect(() => pengyou.encode({ ...tracked, type: 'unlock', door: 1 }, { deviceId: 'a/#' })).toThrow(
      RangeError,
    );
  });
});

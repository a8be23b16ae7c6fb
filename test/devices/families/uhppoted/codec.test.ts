import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceCommand, PutCard } from '../../../../src/devices/commands.ts';
import { uhppoted } from '../../../../src/devices/families/uhppoted/codec.ts';
import { UnsupportedCommand } from '../../../../src/devices/family.ts';

import { DOCUMENTED, decode, decodeBytes, event, RECEIVED_AT_MS, ROOT } from './messages.ts';

describe('replies', () => {
  const topic = `${ROOT}/replies/pengyou`;
  const meta = {
    'server-id': 'uhppoted',
    'client-id': 'pengyou',
    'request-id': 'cmd-17',
    method: 'put-card',
  };

  function reply(content: object): unknown {
    return decode({ message: { reply: { ...meta, ...content } } }, topic);
  }

  test('a response is done, under the board’s name', () => {
    expect(reply({ response: { 'device-id': 405_419_896, card: { 'card-number': 8_165_538 } } })).toEqual({
      ok: true,
      events: [
        {
          type: 'command-acknowledgement',
          deviceId: '405419896',
          identity: 'reply:cmd-17:done',
          commandId: 'cmd-17',
          result: 'done',
        },
      ],
    });
  });

  test.each([
    ['a door that opened', { door: 3, opened: true }, { result: 'done' }],
    [
      'a door that did not',
      { door: 3, opened: false },
      { result: 'refused', detail: 'the board did not open the door' },
    ],
    ['a card deleted', { deleted: true }, { result: 'done' }],
    [
      'a card that was not there',
      { deleted: false },
      { result: 'done', detail: 'the card was not in the list' },
    ],
  ])('%s: %j is %j', (_, response, outcome) => {
    const identity = `reply:cmd-17:${outcome.result}`;
    const type = 'command-acknowledgement';
    expect(reply({ response: { 'device-id': 1, ...response } })).toEqual({
      ok: true,
      events: [{ type, deviceId: '1', identity, commandId: 'cmd-17', ...outcome }],
    });
  });

  test('both error and response: the error, of the board', () => {
    expect(reply({ response: { 'device-id': 1 }, error: 'odd' })).toMatchObject({
      events: [{ deviceId: '1', result: 'refused', detail: 'odd' }],
    });
  });

  test.each([
    [{ code: 500, message: 'No reply from \u0000 405419896\n' }, 'No reply from …96'],
    ['card not authorised', 'card not authorised'],
    [{ code: 7 }, 'the gateway gave no readable reason'],
    [null, 'the gateway gave no readable reason'],
  ])('error %j is refused, in the gateway’s name', (error, detail) => {
    expect(reply({ error })).toMatchObject({
      ok: true,
      events: [
        {
          deviceId: 'ziyun-doors',
          identity: 'reply:cmd-17:refused',
          result: 'refused',
          detail: expect.stringMatching(new RegExp(`^${detail.replaceAll(' ', ' +')}$`)),
        },
      ],
    });
  });

  test('an error in the place of the reply is one too', () => {
    const message = { error: { 'request-id': 'cmd-17', error: { message: 'no such device' } } };
    expect(
      uhppoted.decode(
        {
          topic: 'uhppoted/ziyun-doors/replies/pengyou',
          payload: Buffer.from(JSON.stringify({ message })),
          receivedAtMs: 0,
        },
        { timeZone: 'Asia/Shanghai', settlementUnitWh: 10 },
      ),
    ).toMatchObject({
      ok: true,
      events: [{ commandId: 'cmd-17', result: 'refused', detail: 'no such device' }],
    });
  });

  test('a long error is cut', () => {
    const decoded = reply({ error: '长'.repeat(5000) });
    expect(decoded).toMatchObject({ events: [{ detail: '长'.repeat(200) }] });
  });

  test('a reply without outcome, without id, or to somebody else is not ours', () => {
    expect(reply({})).toMatchObject({ ok: false, reason: 'bad-payload' });
    expect(decode({ message: { reply: { response: {} } } }, topic)).toMatchObject({
      ...{ reason: 'bad-payload', detail: 'reply: message is not as documented' },
    });
    expect(decode({ message: { reply: { ...meta, response: {} } } }, `${ROOT}/replies/other`)).toMatchObject({
      reason: 'unknown-topic',
    });
  });
});

describe('system', () => {
  const topic = `${ROOT}/system`;

  test('alive and alert are the gateway’s health', () => {
    const alive = decode({ message: { system: { alive: { subsystem: 'mqttd', message: 'OK' } } } }, topic);
    expect(alive).toEqual({
      ok: true,
      events: [
        { type: 'health', deviceId: 'ziyun-doors', identity: `health:${RECEIVED_AT_MS}`, detail: 'alive' },
      ],
    });
    const alert = decode({ message: { system: { alert: { message: 'no reply from 405419896' } } } }, topic);
    expect(alert).toMatchObject({ events: [{ detail: 'alert: no reply from 405419896' }] });
    expect(decode({ message: { system: {} } }, topic)).toMatchObject({ ok: false, reason: 'bad-payload' });
  });

  test('an alert without words, beside a sign of life, or too long is an alert all the same', () => {
    const told = (system: object) => decode({ message: { system } }, topic);
    expect(told({ alert: {} })).toMatchObject({ events: [{ detail: 'alert:' }] });
    expect(told({ alive: {}, alert: { message: 'x' } })).toMatchObject({ events: [{ detail: 'alert: x' }] });
    expect(told({ alert: { message: 'x'.repeat(300) } })).toMatchObject({
      events: [{ detail: `alert: ${'x'.repeat(193)}` }],
    });
  });

  test('what is not as documented is told by its place', () => {
    expect(decode({ message: { system: { alive: 7 } } }, topic)).toMatchObject({
      ok: false,
      detail: 'system: message.system.alive is not as documented',
    });
  });
});

describe('topics and hostile payloads', () => {
  test.each([
    ['events', true],
    ['events/live', true],
    ['system', true],
    ['replies/pengyou', true],
    ['replies/other', true],
    ['requests/device/card:put', false],
    ['events/live/more', false],
    ['', false],
  ])('%j belongs to the gateway: %s', (feed, known) => {
    expect(uhppoted.sender(`${ROOT}/${feed}`)).toBe(known ? 'ziyun-doors' : undefined);
  });

  test('foreign topics have no sender', () => {
    for (const topic of [
      'uhppoted/events',
      'uhppoted//events',
      'uhppoted/a/b/events',
      'x/uhppoted/a/events',
    ]) {
      expect(uhppoted.sender(topic)).toBeUndefined();
      expect(decode(event(), topic)).toMatchObject({ ok: false, reason: 'unknown-topic' });
    }
  });

  test('bytes that are no JSON text, and too many of them', () => {
    expect(decodeBytes(Uint8Array.of(0xff, 0xfe))).toMatchObject({ reason: 'bad-json' });
    expect(decode(`\uFEFF${JSON.stringify(event())}`)).toMatchObject({ reason: 'bad-json' });
    expect(decode(' '.repeat(128 * 1024 + 1))).toMatchObject({ reason: 'bad-payload' });
    expect(decode('[{"message":'.repeat(10_000))).toMatchObject({ reason: 'bad-json' });
    expect(decode(`${'['.repeat(60_000)}${']'.repeat(60_000)}`)).toMatchObject({ reason: 'bad-payload' });
  });

  test('no bytes and no JSON make decode throw', () => {
    const feeds = fc.constantFrom('events', 'events/live', 'system', 'replies/pengyou', 'replies/', 'x');
    fc.assert(
      fc.property(
        feeds,
        fc.uint8Array({ maxLength: 200 }),
        (feed, bytes) => !decodeBytes(bytes, `${ROOT}/${feed}`).ok,
      ),
    );
    const member = fc.constantFrom('event', 'reply', 'system');
    fc.assert(
      fc.property(feeds, member, fc.jsonValue(), (feed, name, value) => {
        const decoded = decode({ message: { [name]: value } }, `${ROOT}/${feed}`);
        return typeof decoded.ok === 'boolean';
      }),
    );
    const record = fc.record(
      Object.fromEntries(Object.keys(DOCUMENTED).map((key) => [key, fc.oneof(fc.jsonValue(), fc.nat(300))])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(record, (fields) => typeof decode({ message: { event: fields } }).ok === 'boolean'),
    );
  });
});

describe('requests', () => {
  const tracked = { commandId: 'cmd-17', expiresAtMs: 1 };
  const card = { form: 'board', number: '8165538' } as const;
  const address = { deviceId: '405419896', gatewayId: 'ziyun-doors' };
  const base = {
    'client-id': 'pengyou',
    'request-id': 'cmd-17',
    'reply-to': 'uhppoted/ziyun-doors/replies/pengyou',
    'device-id': 405_419_896,
  };
  const highest = { form: 'board', number: '4294967295' } as const;
  const dates = { startDate: '2026-01-01', endDate: '2026-12-31' };
  const put: PutCard = { ...tracked, ...dates, type: 'put-card', card, doors: [1, 3] };

  test.each([
    [{ ...tracked, type: 'unlock', door: 3, card }, 'door/lock:open', { door: 3, 'card-number': 8_165_538 }],
    [
      { ...tracked, type: 'hold-door-open', door: 4 },
      'door/control:set',
      { door: 4, control: 'normally open' },
    ],
    [{ ...tracked, type: 'release-door', door: 4 }, 'door/control:set', { door: 4, control: 'controlled' }],
    [
      { ...tracked, type: 'hold-door-open', door: 1 },
      'door/control:set',
      { door: 1, control: 'normally open' },
    ],
    [
      { ...tracked, type: 'unlock', door: 2, card: highest },
      'door/lock:open',
      { door: 2, 'card-number': 4_294_967_295 },
    ],
    [{ ...tracked, type: 'delete-card', card }, 'card:delete', { 'card-number': 8_165_538 }],
    [
      put,
      'card:put',
      {
        card: {
          'card-number': 8_165_538,
          'start-date': '2026-01-01',
          'end-date': '2026-12-31',
          doors: { '1': true, '2': false, '3': true, '4': false },
        },
      },
    ],
  ] as const)('%o', (command, path, fields) => {
    const { topic, payload } = uhppoted.encode(command, address);
    expect(topic).toBe(`uhppoted/ziyun-doors/requests/device/${path}`);
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      message: { request: { ...base, ...fields } },
    });
  });

  test('a request that would not mean what we mean is our mistake', () => {
    const encode = (command: DeviceCommand, to: object = {}) =>
      uhppoted.encode(command, { ...address, ...to });
    expect(() => encode({ ...tracked, type: 'unlock', door: 3 })).toThrow(RangeError);
    expect(() => encode({ ...put, doors: [5] })).toThrow(RangeError);
    expect(() => encode({ ...put, card: { form: 'board', number: '0' } })).toThrow(RangeError);
    expect(() => encode({ ...put, card: { form: 'board', number: '4294967296' } })).toThrow(RangeError);
    expect(() => encode({ ...put, card: { form: 'uid', number: '8165538' } })).toThrow(RangeError);
    expect(() => encode(put, { gatewayId: 'a/b' })).toThrow(RangeError);
    expect(() => encode({ ...put, doors: [0] })).toThrow(RangeError);
    expect(() => encode({ ...put, card: { form: 'board', number: '' } })).toThrow(RangeError);
    expect(() => encode(put, { deviceId: '0' })).toThrow(RangeError);
    expect(() => encode(put, { deviceId: '4294967296' })).toThrow(RangeError);
    expect(encode(put, { deviceId: '4294967295' }).topic).toContain('card:put');
    expect(() => uhppoted.encode(put, { deviceId: '405419896' })).toThrow(RangeError);
    expect(() => encode({ type: 'answer-heartbeat' })).toThrow(UnsupportedCommand);
  });
});

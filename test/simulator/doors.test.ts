import { describe, expect, it } from 'vitest';
import { type Outgoing, readJsonObject } from '../../simulator/devices/device.ts';
import { Reader } from '../../simulator/devices/reader.ts';
import { BaySensor, CorridorSensor, Gate, SmokeDetector } from '../../simulator/devices/sensors.ts';
import { UhppotedBoard } from '../../simulator/devices/uhppoted-board.ts';
import { UhppotedGateway } from '../../simulator/devices/uhppoted-gateway.ts';

const json = (message: Outgoing | undefined) => message && readJsonObject(message.payload);
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('an online reader', () => {
  const swiped = () => {
    const reader = new Reader({ thing: 'r1', idPrefix: 'run' });
    reader.start(0);
    const { swipeId, messages } = reader.swipe('047C9A22', 1000);
    return { reader, swipeId, messages };
  };
  const unlock = (swipe: string, command = 'c1') => bytes({ command, expiresAtMs: 6000, door: 1, swipe });

  it('asks, opens, and tells who went through', () => {
    const { reader, swipeId, messages } = swiped();
    expect(messages[0]?.topic).toBe('pengyou/r1/up/swipe');
    expect(json(messages[0])).toEqual({ id: swipeId, device: 'r1', atMs: 1000, card: '047C9A22' });
    expect(reader.pass(swipeId, 1500)).toEqual([]);
    const [ack] = reader.receive('pengyou/r1/down/unlock', unlock(swipeId), 2000);
    expect(json(ack)).toMatchObject({ device: 'r1', command: 'c1', result: 'done' });
    expect(reader.outcome(swipeId)).toEqual({ unlocked: true });
    expect(json(reader.pass(swipeId, 3000)[0])).toMatchObject({ swipe: swipeId, atMs: 3000 });
  });

  it('does not open after the expiry', () => {
    const { reader, swipeId } = swiped();
    const [ack] = reader.receive('pengyou/r1/down/unlock', unlock(swipeId), 6001);
    expect(json(ack)).toMatchObject({ result: 'expired' });
    expect(reader.isOpen(6001)).toBe(false);
    expect(reader.outcome(swipeId)).toEqual({ unlocked: false, reason: 'expired' });
  });

  it('carries out one command once, and acknowledges it as often as it is sent', () => {
    const { reader, swipeId } = swiped();
    reader.receive('pengyou/r1/down/unlock', unlock(swipeId), 2000);
    const [again] = reader.receive('pengyou/r1/down/unlock', unlock(swipeId), 60_000);
    expect(json(again)).toMatchObject({ command: 'c1', result: 'done' });
    expect(reader.isOpen(60_000)).toBe(false);
  });

  it('remembers a refusal, holds open and releases, and ignores what it cannot read', () => {
    const { reader, swipeId } = swiped();
    expect(
      reader.receive('pengyou/r1/down/refuse', bytes({ swipe: swipeId, reason: 'unknown-card' }), 1),
    ).toEqual([]);
    expect(reader.outcome(swipeId)).toEqual({ unlocked: false, reason: 'unknown-card' });
    reader.receive('pengyou/r1/down/hold-open', bytes({ command: 'h', expiresAtMs: 9000, door: 1 }), 2);
    expect(reader.isOpen(1_000_000)).toBe(true);
    reader.receive('pengyou/r1/down/release', bytes({ command: 'r', expiresAtMs: 9000, door: 1 }), 3);
    expect(reader.isOpen(1_000_000)).toBe(false);
    const [wrongDoor] = reader.receive(
      'pengyou/r1/down/unlock',
      bytes({ command: 'w', expiresAtMs: 9000, door: 2 }),
      4,
    );
    expect(json(wrongDoor)).toMatchObject({ result: 'refused' });
    expect(reader.receive('pengyou/r1/down/unlock', Buffer.from('{'), 5)).toEqual([]);
  });
});

describe('sensors', () => {
  const options = { thing: 's1', idPrefix: 'run' };

  it('say what they see, with an id each', () => {
    const bays = new BaySensor(options);
    expect(json(bays.change(3, true, 5)[0])).toEqual({
      id: 'run-1',
      device: 's1',
      atMs: 5,
      bays: [{ bay: 3, occupied: true }],
    });
    expect(bays.change(3, true, 6)).toEqual([]);
    expect(json(new CorridorSensor(options).see(1, 0.9, 5)[0])).toMatchObject({
      vehicles: 1,
      confidence: 0.9,
    });
    expect(json(new SmokeDetector(options).set(true, 5)[0])).toMatchObject({ level: 'alarm' });
    expect(json(new Gate(options).passed('in', 'car', 5)[0])).toMatchObject({
      direction: 'in',
      vehicle: 'car',
    });
  });

  it('say how it stands when they come up, where somebody may be waiting to hear it', () => {
    const smoke = new SmokeDetector(options);
    expect(json(smoke.start(5)[1])).toMatchObject({ level: 'clear' });
    smoke.set(true, 6);
    expect(json(smoke.start(7)[1])).toMatchObject({ level: 'alarm' });
    expect(json(new CorridorSensor(options).start(5)[1])).toMatchObject({ vehicles: 0 });
  });

  it('report that they are alive, now and then', () => {
    const gate = new Gate({ ...options, healthEveryMs: 1000 });
    expect(gate.start(0)[0]?.topic).toBe('pengyou/s1/up/health');
    expect(gate.tick(999)).toEqual([]);
    expect(gate.tick(1000)).toHaveLength(1);
  });
});

describe('a door gateway', () => {
  const BOARD = 405419896;
  const CARD = 0x047c9a22;
  // 2026-03-02 18:30:05 in Shanghai.
  const NOW = Date.UTC(2026, 2, 2, 10, 30, 5);

  const gateway = (liveFate?: () => 'lost' | number) => {
    const board = new UhppotedBoard(BOARD, { lastIndex: 49, cards: [] });
    const made = new UhppotedGateway({
      ...{ thing: 'gw', timeZone: 'Asia/Shanghai', zoneAbbreviation: 'CST', boards: [board] },
      ...(liveFate ? { liveFate } : {}),
    });
    made.start(NOW);
    return { board, gateway: made };
  };
  const replyTo = 'uhppoted/gw/replies/pengyou';
  const ask = (made: UhppotedGateway, path: string, fields: object) => {
    const who = { 'client-id': 'pengyou', 'request-id': 'c1', 'reply-to': replyTo, 'device-id': BOARD };
    const request = bytes({ message: { request: { ...who, ...fields } } });
    return made.receive(`uhppoted/gw/requests/${path}`, request, NOW);
  };
  const putCard = (made: UhppotedGateway, doors: object) =>
    ask(made, 'device/card:put', {
      card: { 'card-number': CARD, 'start-date': '2026-01-01', 'end-date': '2026-03-02', doors },
    });

  it('takes a card into its list and lets it in by itself, on the last day too', () => {
    const { gateway: made } = gateway();
    expect(made.swipe(BOARD, 1, 1, CARD, NOW).granted).toBe(false);
    const [reply] = putCard(made, { '1': true, '2': false });
    expect(reply?.topic).toBe('uhppoted/gw/replies/pengyou');
    const answered = { 'request-id': 'c1', 'client-id': 'pengyou', method: 'put-card' };
    expect(json(reply)).toMatchObject({
      message: { reply: { ...answered, response: { 'device-id': BOARD } } },
    });
    const { granted, messages } = made.swipe(BOARD, 1, 1, CARD, NOW);
    expect(granted).toBe(true);
    expect(json(messages[0])).toMatchObject({
      message: {
        event: {
          ...{ 'device-id': BOARD, 'event-id': 51, 'event-type': 1, 'access-granted': true },
          ...{ 'door-id': 1, direction: 1, 'card-number': CARD, 'event-reason': 1 },
          timestamp: '2026-03-02 18:30:05 CST',
        },
      },
    });
    expect(made.swipe(BOARD, 2, 1, CARD, NOW).granted).toBe(false);
    expect(made.swipe(BOARD, 1, 1, CARD, NOW + 86_400_000).granted).toBe(false);
  });

  it('forgets a deleted card, and says false for one it never had', () => {
    const { gateway: made } = gateway();
    putCard(made, { '1': true });
    const remove = () => json(ask(made, 'device/card:delete', { 'card-number': CARD })[0]);
    expect(remove()).toMatchObject({ message: { reply: { response: { deleted: true } } } });
    expect(remove()).toMatchObject({ message: { reply: { response: { deleted: false } } } });
    expect(made.swipe(BOARD, 1, 1, CARD, NOW).granted).toBe(false);
  });

  it('brings every event on the slow feed, also those that the live feed lost or delayed', () => {
    const fates: ('lost' | number)[] = ['lost', 20_000];
    const { gateway: made } = gateway(() => fates.shift() ?? 0);
    expect(made.swipe(BOARD, 1, 1, CARD, NOW).messages).toEqual([]);
    expect(made.swipe(BOARD, 1, 1, CARD, NOW).messages).toEqual([]);
    expect(made.tick(NOW + 20_000).map(({ topic }) => topic)).toEqual(['uhppoted/gw/events/live']);
    const slow = made.tick(NOW + 30_000).map(({ topic }) => topic);
    expect(slow).toEqual(['uhppoted/gw/events', 'uhppoted/gw/events']);
  });

  it('holds a door open, and lets it be controlled again', () => {
    const { gateway: made } = gateway();
    const control = (value: string) =>
      json(ask(made, 'device/door/control:set', { door: 1, control: value })[0]);
    expect(control('normally open')).toMatchObject({
      message: { reply: { response: { control: 'normally open' } } },
    });
    expect(made.swipe(BOARD, 1, 1, CARD, NOW).granted).toBe(true);
    control('controlled');
    expect(made.swipe(BOARD, 1, 1, CARD, NOW).granted).toBe(false);
  });

  it('opens from afar only for a card that may open the door', () => {
    const { gateway: made } = gateway();
    const open = () => ask(made, 'device/door/lock:open', { door: 1, 'card-number': CARD });
    expect(json(open()[0])).toMatchObject({
      message: { error: { 'request-id': 'c1', method: 'open-door' } },
    });
    putCard(made, { '1': true });
    const [reply, event] = open();
    expect(json(reply)).toMatchObject({ message: { reply: { response: { opened: true } } } });
    expect(json(event)).toMatchObject({ message: { event: { 'event-reason': 44 } } });
  });

  it('keeps list and event counter through a power cut', () => {
    const { board, gateway: made } = gateway();
    putCard(made, { '1': true });
    made.swipe(BOARD, 1, 1, CARD, NOW);
    const again = new UhppotedBoard(BOARD, JSON.parse(JSON.stringify(board.memory)));
    expect(again.swipe(1, 1, CARD, '2026-03-02', NOW)).toMatchObject({ granted: true, index: 51 });
  });
});

import { describe, expect, test } from 'vitest';
import { revoke } from '../../src/access/grant.ts';
import { commandsOf, type Entry } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardSwipe, doorBoardId } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardNumber, cardUid, estateId, eveningMs } from '../support/estate.ts';

// What the journal keeps of people at doors, and what doors are told.

const estate = estateOfEachTest();

const dayMs = 86_400_000;
const movementUntilS = eveningMs / 1000 + 90 * 86_400;
const swipe = (device: string, id: string, card = cardUid) => estate.says(device, 'swipe', { id, card });
const doorPassed = (device: string, id: string, swipe: string, atMs = estate.clockMs) =>
  estate.says(device, 'door-passed', { id, atMs, swipe });
const commands = (entry: Entry | undefined) => entry && commandsOf(entry, estate.backend.vault);
const localTime = (atMs: number) => new Date(atMs).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
const boardEvent = (extra: object = {}, atMs = estate.clockMs) =>
  boardSwipe({ timestamp: `${localTime(atMs)} CST`, ...extra });
/** Delivers an event of the board that reached us so long ago. */
const live = (event: object, agoMs = 0) =>
  estate.deliver('uhppoted/gateway/events/live', event, { receivedAtMs: estate.clockMs - agoMs });

describe('the journal keeps of a swipe at a reader', () => {
  test('that opens: whose card, where and which way, for ninety days, and the door is told once', async () => {
    await swipe('reader-in', 's1');
    const [entry] = estate.entries('swipe');
    expect(entry).toMatchObject({ outcome: 'granted', expiresAtS: movementUntilS });
    expect(entry?.refusal).toBeUndefined();
    expect(entry?.facts).toEqual({
      ...{ credentialId: 'c1', householdId: 'h1', direction: 'in', facilityId: 'garage', door: 1 },
    });
    expect(commands(entry)).toEqual([
      {
        to: { family: 'pengyou', deviceId: 'reader-in' },
        command: {
          ...{ type: 'unlock', commandId: 'reader-in.s1', door: 1, swipeIdentity: 's1' },
          expiresAtMs: eveningMs + 10_000,
        },
        acknowledgedAt: keys.commandAcknowledged('reader-in', 'reader-in.s1'),
      },
    ]);
    expect(estate.published).toHaveLength(1);
  });

  test('that does not: where and which way, and nothing that says whose card it was', async () => {
    await swipe('reader-in', 's1', '00000001');
    const [entry] = estate.entries('swipe');
    expect(entry).toMatchObject({ outcome: 'refused', refusal: 'unknown-card', expiresAtS: movementUntilS });
    expect(entry?.facts).toEqual({ direction: 'in', facilityId: 'garage', door: 1 });
    expect(commands(entry)).toEqual([]);
    expect(estate.published).toHaveLength(1);
  });
});

describe('a door passed', () => {
  test('is whose swipe opened the door, and begins a stay under a name of its own', async () => {
    await swipe('reader-in', 's1');
    await doorPassed('reader-in', 'p1', 's1');
    const stay = { stayId: 'reader-in.p1', facilityId: 'garage', enteredAtMs: eveningMs };
    const [entry] = estate.entries('door-passed');
    expect(entry).toMatchObject({ outcome: 'entered', sk: 'EVENT#p1', expiresAtS: movementUntilS });
    expect(entry?.facts).toEqual({
      ...{ facilityId: 'garage', door: 1, direction: 'in', credentialId: 'c1', householdId: 'h1' },
      passed: { outcome: 'entered', stay },
    });
    expect(await estate.item(keys.presence(estateId, 'c1'))).toEqual({
      ...{ pk: 'PRESENCE#ziyun#c1', sk: 'PRESENCE', type: 'presence', version: 1 },
      ...{ estateId, credentialId: 'c1', householdId: 'h1', leftAtMs: {}, open: stay },
    });
  });

  test('of a swipe that never came is refused after a minute, and not before', async () => {
    const receivedAtMs = estate.clockMs;
    const passed = { id: 'p1', atMs: receivedAtMs, swipe: 's1' };
    const told = () => estate.says('reader-in', 'door-passed', passed, { receivedAtMs });
    estate.clockMs += 59_999;
    await expect(told()).rejects.toThrow('s1');
    estate.clockMs += 1;
    await told();
    expect(estate.entries('door-passed')).toMatchObject([
      { outcome: 'refused', refusal: 'door-passed-without-swipe', facts: {}, expiresAtS: movementUntilS },
    ]);
  });

  test('of nobody known on the way out is kept as long as any other', async () => {
    await swipe('reader-out', 's1', '00000001');
    await doorPassed('reader-out', 'p1', 's1');
    const [entry] = estate.entries('door-passed');
    expect(entry).toMatchObject({ outcome: 'passed-unknown', facts: {}, expiresAtS: movementUntilS });
  });

  test('is of the last of the swipes that a reader named alike', async () => {
    await swipe('reader-out', 's1', '00000001');
    estate.clockMs += 1000;
    await swipe('reader-out', 's1');
    const [, again] = estate.entries('swipe');
    const commandId = `reader-out.${again?.sk.slice('EVENT#'.length)}`;
    expect(estate.lastJson('/down/unlock')).toMatchObject({ command: commandId, swipe: 's1' });
    expect(commandId).not.toBe('reader-out.s1');
    estate.clockMs += 1000;
    await swipe('reader-out', 's1', '00000002');
    estate.clockMs += 1000;
    await doorPassed('reader-out', 'p1', 's1');
    await swipe('reader-out', 's2', '00000001');
    await swipe('reader-out', 's2');
    await doorPassed('reader-out', 'p2', 's2');
    expect(estate.outcomes('door-passed')).toEqual([...['passed-unknown', 'left-without-entering']]);
  });

  test.each([
    [31 * dayMs - 1, 31 * dayMs - 1],
    [31 * dayMs, 0],
  ])('told %i ms after it was is believed to have been %i ms ago', async (agoMs, believedAgoMs) => {
    await swipe('reader-in', 's1');
    await doorPassed('reader-in', 'p1', 's1', eveningMs - agoMs);
    expect(estate.entries('door-passed')[0]?.facts['passed']).toMatchObject({
      stay: { enteredAtMs: eveningMs - believedAgoMs },
    });
  });
});

describe('the journal keeps of a swipe at a board', () => {
  test('that let somebody in: the stay, by the board’s own clock', async () => {
    await live(boardEvent({}, eveningMs - 60_000));
    const [entry] = estate.entries('board-swipe');
    expect(entry).toMatchObject({ outcome: 'entered', sk: 'EVENT#50', expiresAtS: movementUntilS });
    const stay = { stayId: `${doorBoardId}.50`, facilityId: 'garage', enteredAtMs: eveningMs - 60_000 };
    expect(entry?.facts).toEqual({
      ...{ facilityId: 'garage', door: 1, direction: 'in', credentialId: 'c1', householdId: 'h1' },
      passed: { outcome: 'entered', stay },
    });
  });

  test('that let in a card which only the board knows: that it did, and its reason', async () => {
    await live(boardEvent({ 'card-number': 4711, 'event-reason': 7, direction: 2 }));
    const [entry] = estate.entries('board-swipe');
    expect(entry).toMatchObject({
      ...{ outcome: 'refused', refusal: 'card-only-known-to-board', expiresAtS: movementUntilS },
      facts: { facilityId: 'garage', door: 1, direction: 'out', reasonCode: 7 },
    });
    expect(commands(entry)).toEqual([]);
  });

  test('that kept somebody in: the reason, and the one command by which the door opens', async () => {
    await live(boardEvent({ 'access-granted': false, direction: 2, 'event-reason': 6 }));
    const [entry] = estate.entries('board-swipe');
    expect(entry).toMatchObject({ outcome: 'let-out', expiresAtS: movementUntilS });
    expect(entry?.facts).toEqual({ facilityId: 'garage', door: 1, direction: 'out', reasonCode: 6 });
    expect(commands(entry)).toEqual([
      {
        to: { family: 'uhppoted', deviceId: doorBoardId, gatewayId: 'gateway' },
        command: {
          ...{ type: 'unlock', commandId: `${doorBoardId}.50`, expiresAtMs: eveningMs + 10_000, door: 1 },
          card: { form: 'board', number: String(cardNumber) },
        },
        acknowledgedAt: keys.commandAcknowledged(doorBoardId, `${doorBoardId}.50`),
      },
    ]);
  });

  test.each([
    ['ten seconds ago by the board', 10_000, 0, 'let-out'],
    ['eleven seconds ago by the board', 11_000, 0, 'refused'],
    ['and reached us ten seconds ago', 0, 10_000, 'let-out'],
    ['and reached us a moment longer ago', 0, 10_001, 'refused'],
  ])('who was kept in %s: %s', async (_, toldMs, agoMs, outcome) => {
    const denied = { 'access-granted': false, direction: 2 };
    estate.clockMs += agoMs;
    await live(boardEvent(denied, eveningMs - toldMs), agoMs);
    expect(estate.entries('board-swipe')).toMatchObject([{ outcome, refusal: 'refused-by-board' }]);
    expect(estate.published.length).toBe(outcome === 'let-out' && agoMs < 10_000 ? 1 : 0);
  });

  test('without a clock: who was kept in now', async () => {
    await live(boardEvent({ 'access-granted': false, direction: 2, timestamp: undefined }));
    expect(estate.entries('board-swipe')[0]?.outcome).toBe('let-out');
  });
});

describe('a revoked card that a board admits', () => {
  const revokes = () => revoke(estate.backend, estate.by('m'), 'c1');

  test.each([
    [600_000, 0],
    [601_000, 1],
  ])('%i ms after it was revoked is told of so often: %i', async (afterMs, often) => {
    await revokes();
    estate.clockMs += afterMs;
    await live(boardEvent());
    expect(await estate.alerts()).toHaveLength(often);
    expect(estate.refusals()).toEqual(Array(often).fill('revoked-card-admitted'));
  });

  test.each([
    [1, { zh: 'Side door', en: 'Side door' }],
    [2, { zh: doorBoardId, en: doorBoardId }],
  ])('is told of by the name of door %i', async (door, place) => {
    await revokes();
    estate.clockMs += dayMs;
    await live(boardEvent({ 'door-id': door }));
    expect(await estate.alerts()).toMatchObject([
      {
        ...{ estateId, kind: 'door', severity: 'urgent', state: 'open', createdAtMs: estate.clockMs },
        ...{ deviceId: doorBoardId, facilityId: 'garage', place },
        text: {
          zh: `${place.zh}：门禁板放行了已停用的卡（c1）`,
          en: `${place.en}: the board admitted a revoked card (c1)`,
        },
      },
    ]);
  });

  test('twice in one moment is two alerts', async () => {
    await revokes();
    estate.clockMs += dayMs;
    for (const id of [50, 51]) await live(boardEvent({ 'event-id': id }));
    expect(await estate.alerts()).toHaveLength(2);
  });
});

import { describe, expect, it } from 'vitest';
import type { Outgoing } from '../../simulator/devices/device.ts';
import { JuyBoard, type JuyBoardOptions } from '../../simulator/devices/juy-board.ts';
import { frame } from '../../simulator/devices/juy-frames.ts';
import { STOP } from '../../simulator/devices/juy-port.ts';

const IMEI = '861197062934387';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const EMPTY_BIKE = { needWh: 500, chargerW: 200, taperS: 1200 };

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const down = (command: number, ...parts: Uint8Array[]) => frame(command, Buffer.concat(parts));
const startFrame = (port: number, order: number, mode = 1, parameter = 0) =>
  down(
    0x83,
    Buffer.from([port]),
    u32(order),
    Buffer.from([1]),
    u32(0),
    Buffer.from([mode]),
    u32(parameter),
    u32(300),
  );
const stopFrame = (port: number, order: number) => down(0x84, Buffer.from([port]), u32(order));
const answer = (command: number, port: number, order: number) =>
  down(command, Buffer.from([port]), u32(order));
const loginAnswer = down(0x81, Buffer.alloc(7), Buffer.from([240, 0]));
const hear = (board: JuyBoard, payload: Uint8Array, nowMs: number) =>
  board.receive(`JUY/S2D/${IMEI}/83/SERVER`, payload, nowMs);

/** The commands of the frames, and the byte at an offset of DATA where a test asks for one. */
const commands = (messages: readonly Outgoing[]) => messages.map(({ payload }) => payload[4]);
const data = (message: Outgoing | undefined, offset: number) => message?.payload[6 + offset];

function boardInService(options: Partial<JuyBoardOptions> = {}): JuyBoard {
  const board = new JuyBoard({ imei: IMEI, ports: 10, ...options });
  board.start(0);
  hear(board, loginAnswer, 0);
  return board;
}

/** Looks at the board every ten seconds and collects what it says. */
function watch(board: JuyBoard, fromMs: number, untilMs: number): Outgoing[] {
  const said: Outgoing[] = [];
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 10 * SECOND) said.push(...board.tick(nowMs));
  return said;
}

describe('login', () => {
  it('is repeated until it is answered, and nothing else is said before', () => {
    const board = new JuyBoard({ imei: IMEI, ports: 10 });
    expect(commands(board.start(0))).toEqual([0x81]);
    expect(board.card(1, 5, SECOND)).toEqual([]);
    expect(commands(watch(board, 0, 60 * SECOND))).toEqual([0x81, 0x81, 0x81, 0x81, 0x81, 0x81]);
    expect(commands(hear(board, loginAnswer, MINUTE))).toEqual([0x82]);
    expect(board.loggedIn).toBe(true);
  });

  it('says the topic of its own IMEI', () => {
    expect(new JuyBoard({ imei: IMEI, ports: 10 }).start(0)[0]?.topic).toBe(`JUY/D2S/${IMEI}/81/DEV`);
  });
});

describe('reports', () => {
  it('sends a heartbeat at the interval it was told, and live data while a port works', () => {
    const board = boardInService();
    expect(commands(watch(board, SECOND, 8 * MINUTE + SECOND))).toEqual([0x82, 0x82]);
    board.plug(1, EMPTY_BIKE);
    hear(board, startFrame(1, 77), 9 * MINUTE);
    expect(commands(watch(board, 9 * MINUTE, 13 * MINUTE))).toEqual([0x82, 0x88]);
  });
});

describe('starting', () => {
  it('asks with a card at most three times in all', () => {
    const board = boardInService({ reportsByItself: false });
    expect(commands(board.card(2, 0x047c9a22, 0))).toEqual([0x87]);
    expect(commands(watch(board, SECOND, 5 * MINUTE))).toEqual([0x87, 0x87]);
    expect(board.unanswered).toBe(0);
  });

  it('stops asking when the start comes, and says that it started', () => {
    const board = boardInService({ reportsByItself: false });
    board.plug(2, EMPTY_BIKE);
    board.card(2, 0x047c9a22, 0);
    const [started] = hear(board, startFrame(2, 1), SECOND);
    expect([data(started, 0), data(started, 6)]).toEqual([2, 0]);
    expect(board.unanswered).toBe(0);
  });

  it('remembers what the platform had to say to a card that may not start', () => {
    const board = boardInService();
    board.card(2, 5, 0);
    hear(board, down(0x87, Buffer.from([2]), u32(5), u32(0), Buffer.from([1])), SECOND);
    expect(board.cardAnswer(2)).toBe(1);
    expect(board.cardWaiting(2)).toBe(false);
  });

  it('answers 1 to an order that runs already, and goes on with it', () => {
    const board = boardInService();
    board.plug(2, EMPTY_BIKE);
    hear(board, startFrame(2, 9), 0);
    const [again] = hear(board, startFrame(2, 9), MINUTE);
    expect(data(again, 6)).toBe(1);
    expect(board.ports[1]?.session?.order).toBe(9);
  });

  it('answers 2 on a port with a fault', () => {
    const board = boardInService();
    const port = board.ports[4];
    if (port) port.fault = 'relay-stuck';
    expect(data(hear(board, startFrame(5, 9), 0)[0], 6)).toBe(2);
    expect(port?.session).toBeUndefined();
  });

  it('starts no new port above 7800 W', () => {
    const board = boardInService();
    for (let port = 1; port <= 8; port += 1) {
      board.plug(port, { needWh: 2000, chargerW: 1000, taperS: 60 });
      hear(board, startFrame(port, port), 0);
    }
    board.plug(9, EMPTY_BIKE);
    expect(data(hear(board, startFrame(9, 9), MINUTE)[0], 6)).toBe(2);
  });

  it('ignores a port that it does not have', () => {
    expect(hear(boardInService(), startFrame(11, 9), 0)).toEqual([]);
    expect(hear(boardInService(), stopFrame(11, 9), 0)).toEqual([]);
  });
});

describe('ending', () => {
  const charging = (mode = 1, parameter = 0, battery = EMPTY_BIKE) => {
    const board = boardInService({ reportsByItself: false });
    board.plug(1, battery);
    hear(board, startFrame(1, 100, mode, parameter), 0);
    return board;
  };

  it('is stopped by its own order only', () => {
    const board = charging();
    expect(data(hear(board, stopFrame(1, 99), HOUR)[0], 5)).toBe(2);
    const said = hear(board, stopFrame(1, 100), HOUR);
    expect(commands(said)).toEqual([0x84, 0x85]);
    expect(data(said[0], 5)).toBe(0);
    expect(data(hear(board, stopFrame(1, 100), HOUR)[0], 5)).toBe(1);
    expect(board.takeClosed()).toMatchObject([
      { order: 100, seconds: 3600, reportedWh: 200, stopReason: STOP.manual },
    ]);
  });

  it('ends at the energy it was given, to the 0.01 kWh', () => {
    const board = charging(4, 15);
    watch(board, 0, HOUR);
    expect(board.takeClosed()).toMatchObject([
      { energyWh: 150, reportedWh: 150, stopReason: STOP.energyUsedUp },
    ]);
  });

  it('ends at the time it was given', () => {
    const board = charging(3, 1800);
    watch(board, 0, HOUR);
    expect(board.takeClosed()).toMatchObject([
      { seconds: 1800, reportedWh: 100, stopReason: STOP.timeUsedUp },
    ]);
  });

  it('ends when its own settlement of the money is used up', () => {
    const board = charging(2, 20);
    watch(board, 0, 3 * HOUR);
    expect(board.takeClosed()).toMatchObject([{ seconds: 3600, stopReason: STOP.moneyUsedUp }]);
  });

  it('ends when power stayed low for 45 minutes without moving', () => {
    const board = charging();
    watch(board, 0, 6 * HOUR);
    const [closed] = board.takeClosed();
    expect(closed?.stopReason).toBe(STOP.full);
    expect(closed?.reportedWh).toBeGreaterThanOrEqual(490);
    // Constant power for 130 minutes, a tail of half an hour, then the wait.
    expect(closed?.seconds).toBeGreaterThan(200 * 60);
  });

  it('notices a pulled plug after five minutes', () => {
    const board = charging();
    watch(board, 0, HOUR);
    board.unplug(1, HOUR);
    const said = watch(board, HOUR, HOUR + 5 * MINUTE);
    expect(commands(said)).toEqual([0x85]);
    expect(board.takeClosed()).toMatchObject([
      { seconds: 3900, reportedWh: 200, stopReason: STOP.noCharger },
    ]);
  });

  it('waits two minutes for a plug, then gives up', () => {
    const board = boardInService({ reportsByItself: false });
    hear(board, startFrame(3, 5), 0);
    watch(board, 0, 3 * MINUTE);
    expect(board.takeClosed()).toMatchObject([{ seconds: 120, reportedWh: 0, stopReason: STOP.noCharger }]);
  });

  it('cuts a port above its limit, and every session after twelve hours', () => {
    const strong = charging(1, 0, { needWh: 5000, chargerW: 1200, taperS: 60 });
    watch(strong, 0, MINUTE);
    expect(strong.takeClosed()).toMatchObject([{ stopReason: STOP.overPower }]);
    const endless = charging(1, 0, { needWh: 5000, chargerW: 100, taperS: 60 });
    watch(endless, 0, 13 * HOUR);
    expect(endless.takeClosed()).toMatchObject([{ seconds: 12 * 3600, stopReason: STOP.timeUsedUp }]);
  });

  it('comes to the same settlement however often it is looked at', () => {
    const [often, seldom] = [charging(), charging()];
    watch(often, 0, 6 * HOUR);
    seldom.tick(6 * HOUR);
    expect(seldom.takeClosed()).toEqual(often.takeClosed());
  });

  it('reports in single Wh where the model does', () => {
    const board = boardInService({ settlementUnitWh: 1 });
    board.plug(1, EMPTY_BIKE);
    hear(board, startFrame(1, 1), 0);
    hear(board, stopFrame(1, 1), 100 * SECOND);
    expect(board.takeClosed()).toMatchObject([{ reportedWh: 5 }]);
  });
});

describe('settlements that must be answered', () => {
  it('resends a settlement three times, then drops it for ever', () => {
    const board = boardInService({ reportsByItself: false });
    board.plug(1, EMPTY_BIKE);
    hear(board, startFrame(1, 1), 0);
    const [, first] = hear(board, stopFrame(1, 1), HOUR);
    const again = watch(board, HOUR, HOUR + 5 * MINUTE);
    expect(commands(again)).toEqual([0x85, 0x85, 0x85]);
    expect(again[0]?.payload).toEqual(first?.payload);
    expect(board.dropped).toEqual(['settlement:1']);
  });

  it('is content with one answer', () => {
    const board = boardInService({ reportsByItself: false });
    board.plug(1, EMPTY_BIKE);
    hear(board, startFrame(1, 1), 0);
    hear(board, stopFrame(1, 1), HOUR);
    hear(board, answer(0x85, 1, 1), HOUR + SECOND);
    expect(watch(board, HOUR, HOUR + 5 * MINUTE)).toEqual([]);
    expect(board.dropped).toEqual([]);
  });

  it('keeps what ended while it was away, and says it after the next login, oldest first', () => {
    const board = boardInService({ reportsByItself: false });
    for (const port of [1, 2]) {
      board.plug(port, EMPTY_BIKE);
      hear(board, startFrame(port, port, 3, port * 600), 0);
    }
    board.start(MINUTE);
    expect(commands(watch(board, MINUTE, HOUR)).every((command) => command === 0x81)).toBe(true);
    const kept = hear(board, loginAnswer, HOUR);
    expect(commands(kept)).toEqual([0x85, 0x85]);
    expect(kept.map((message) => data(message, 0))).toEqual([1, 2]);
  });

  it('keeps through a power cut what nobody has answered and what was running', () => {
    const board = boardInService({ reportsByItself: false });
    for (const port of [1, 2, 3]) {
      board.plug(port, EMPTY_BIKE);
      hear(board, startFrame(port, port, 3, port * 1200), 0);
    }
    const [settled] = board.tick(1200 * SECOND);
    board.tick(2000 * SECOND);
    const flash = JSON.parse(JSON.stringify(board.memory));
    const again = new JuyBoard({ imei: IMEI, ports: 10, reportsByItself: false });
    again.restore(flash);
    expect(commands(again.start(HOUR))).toEqual([0x81]);
    const said = hear(again, loginAnswer, HOUR).filter(({ payload }) => payload[4] === 0x85);
    expect(said.map((message) => data(message, 1))).toEqual([1, 2, 3]);
    expect(said[0]?.payload).toEqual(settled?.payload);
    for (const order of [1, 2, 3]) hear(again, answer(0x85, order, order), HOUR + SECOND);
    expect(again.memory).toEqual([]);
  });

  it('reports a free key afterwards, under a number of its own', () => {
    const board = boardInService({ reportsByItself: false });
    board.plug(1, EMPTY_BIKE);
    const [local] = board.freeKey(1, 0);
    expect(commands(local ? [local] : [])).toEqual([0x86]);
    expect(board.ports[0]?.session?.order).toBe(0x8000_0000);
    hear(board, answer(0x86, 1, 0x8000_0000), SECOND);
    expect(board.unanswered).toBe(0);
  });
});

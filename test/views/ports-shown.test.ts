import { describe, expect, test } from 'vitest';
import type { StartRequest } from '../../simulator/devices/juy-frames.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { reading } from '../support/board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId } from '../support/estate.ts';
import { garageOf } from '../support/views.ts';

const minuteMs = 60_000;
const estate = estateOfEachTest();

const garage = () => garageOf(estate);
const port = async (number: number) => (await garage()).boards[0]?.ports[number - 1];
const { board } = estate;
async function session(number: number): Promise<StartRequest> {
  await board.card(number);
  return board.lastStart();
}

describe('a port', () => {
  test('of a board that was never heard is unknown, and not free', async () => {
    expect((await garage()).boards[0]).toMatchObject({ online: false });
    expect((await garage()).boards[0]).not.toHaveProperty('lastSeenAtMs');
    expect((await garage()).boards[0]?.ports).toEqual(
      Array.from({ length: 12 }, (_, index) => ({ port: index + 1, state: 'unknown' })),
    );
  });

  test('is free as long as its board is heard, and unknown from ten minutes of silence on', async () => {
    await board.heartbeat();
    const heardAtMs = estate.clockMs;
    estate.clockMs += 10 * minuteMs - 1;
    expect(await port(1)).toEqual({ port: 1, state: 'idle' });
    estate.clockMs += 1;
    expect(await port(1)).toEqual({ port: 1, state: 'unknown', asOfMs: heardAtMs });
    await board.heartbeat();
    expect(await port(1)).toEqual({ port: 1, state: 'idle' });
  });

  test('with a fault keeps it, as last known, when the board is long gone', async () => {
    await board.heartbeat({ 2: 2, 3: 3, 4: 4 });
    const asOfMs = estate.clockMs;
    expect(await port(2)).toEqual({ port: 2, state: 'fuse-blown' });
    estate.clockMs += 40 * 86_400_000;
    expect(await port(2)).toEqual({ port: 2, state: 'fuse-blown', asOfMs });
    expect(await port(3)).toEqual({ port: 3, state: 'relay-stuck', asOfMs });
    expect(await port(4)).toEqual({ port: 4, state: 'disabled', asOfMs });
  });

  test('in use without a session of ours is in use, and unknown when the board is away', async () => {
    await board.heartbeat({ 5: 1 });
    expect(await port(5)).toEqual({ port: 5, state: 'in-use' });
    estate.clockMs += 11 * minuteMs;
    expect(await port(5)).toMatchObject({ state: 'unknown' });
  });

  test('that a frame shows in use without a session of ours is in use', async () => {
    await board.heartbeat();
    estate.clockMs += minuteMs;
    await board.frame(reading(7, 20, 10, 180));
    expect(await port(7)).toMatchObject({ state: 'in-use', powerW: 180 });
    expect(await port(6)).toEqual({ port: 6, state: 'idle' });
    estate.clockMs += minuteMs;
    await board.heartbeat();
    expect(await port(7)).toEqual({ port: 7, state: 'idle' });
  });

  test('with a session starts, charges without a figure nobody measured, and then with the figures', async () => {
    await board.heartbeat();
    const start = await session(2);
    expect(await port(2)).toEqual({ port: 2, state: 'starting', sessionId: `${boardId}-${start.order}` });
    await board.startAnswer(start);
    expect(await port(2)).toEqual({ port: 2, state: 'charging', sessionId: `${boardId}-${start.order}` });
    estate.clockMs += minuteMs;
    await board.frame(reading(2, 60, 10, 180));
    expect(await port(2)).toMatchObject({ state: 'charging', powerW: 180, energyWh: 10, chargingS: 60 });
  });

  test('goes on charging, as last heard, while its board is away', async () => {
    await board.starts(2);
    estate.clockMs += minuteMs;
    await board.frame(reading(2, 60, 10, 180));
    const asOfMs = estate.clockMs;
    estate.clockMs += 30 * minuteMs;
    expect(await port(2)).toMatchObject({ state: 'charging', asOfMs });
    expect(await port(3)).toEqual({ port: 3, state: 'unknown', asOfMs });
  });

  test('is free by the board’s own account of the end, which may be newer than its heartbeat', async () => {
    const start = await board.starts(2);
    estate.clockMs += minuteMs;
    await board.heartbeat({ 2: 1 });
    await board.frame(reading(2, 60, 10, 180));
    estate.clockMs += minuteMs;
    await board.settles(start, 120, 10);
    expect(await port(2)).toEqual({ port: 2, state: 'idle' });
  });

  test('whose session only we have ended is unknown until its board says what it does', async () => {
    await board.heartbeat();
    await session(2);
    estate.clockMs += 5 * minuteMs;
    await estate.sweep();
    expect(await port(2)).toEqual({ port: 2, state: 'unknown' });
    estate.clockMs += 1;
    await board.heartbeat();
    expect(await port(2)).toEqual({ port: 2, state: 'idle' });
  });

  test('whose start nobody has answered charges once a frame shows it, and not by a frame of before', async () => {
    await board.frame(reading(2, 60, 10, 180));
    estate.clockMs += minuteMs;
    const { order } = await session(2);
    const starting = { port: 2, sessionId: `${boardId}-${order}` };
    expect(await port(2)).toEqual({ ...starting, state: 'starting' });
    await board.frame(reading(2, 0, 10, 180));
    expect(await port(2)).toEqual({
      ...{ ...starting, state: 'charging', powerW: 180, energyWh: 10, chargingS: 0 },
    });
  });

  test('is as its board says from the moment on in which its session was ended', async () => {
    await session(2);
    estate.clockMs += 5 * minuteMs;
    await estate.sweep();
    await board.heartbeat({ 2: 4 });
    expect(await port(2)).toEqual({ port: 2, state: 'disabled' });
    // A frame of that moment tells nothing newer.
    await board.frame(reading(2, 60, 10, 180));
    expect(await port(2)).toEqual({ port: 2, state: 'disabled' });
  });

  test('of which a board says what nobody knows, or nothing, is unknown', async () => {
    await board.heartbeat();
    const item = await estate.item(keys.deviceState(boardId));
    const shownWith = async (state: object) => {
      await estate.put({ ...(item as Item), state });
      return (await garage()).boards[0]?.ports.slice(0, 3).map((shown) => shown.state);
    };
    expect(await shownWith({ ports: ['idle', 'on-fire'] })).toEqual(['idle', 'unknown', 'unknown']);
    expect(await shownWith({})).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

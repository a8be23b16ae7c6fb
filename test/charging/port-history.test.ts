import { beforeEach, describe, expect, test } from 'vitest';
import { endedChargesOf } from '../../src/charging/port-store.ts';
import { receiptIn } from '../../src/charging/steps.ts';
import { keys } from '../../src/shared/keys.ts';
import { ChargeStory } from '../support/charge-story.ts';
import { boardId, eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';

// Several charges on one port, whose messages name no charge or come in each other's way. Found by the simulation.

let story: ChargeStory;
beforeEach(async () => {
  story = await ChargeStory.begin();
});

const openOrder = async () => (await story.slot())?.open?.order;

async function start(): Promise<void> {
  await story.authorise();
  await story.started();
}

describe('a charge that the board has started alone', () => {
  test('has its port, although somebody is given it in the moment in which the charge before ends', async () => {
    await start();
    const { sk: port } = keys.port(boardId, 2);
    // Between the end of the one before and the taking of the port.
    const race = interruptedAfter(
      story.estate.table,
      (keys) => keys.some(({ sk }) => sk === 'CHARGE#77#settled') && keys.some(({ sk }) => sk === port),
      async () => {
        await story.settled(0, 0, 0);
        await story.authorise();
      },
    );
    await story.startedAlone(77, race);
    expect(await openOrder()).toBe(77);
    expect((await story.wallet()).holds).toEqual({});
  });

  test('begins when its own account says, and not with a late frame of another charge', async () => {
    await story.startedAlone(77);
    await story.frame(5, 2400, 50);
    await story.settled(60, 3600, 200, { order: 77 });
    const [receipt] = story.estate.entries('settlement').map((entry) => receiptIn(entry));
    expect(receipt?.readings[0]?.atMs).toBe(eveningMs);
  });
});

test('a late frame of a charge before the last still prices that one', async () => {
  await start();
  const first = story.chargeId;
  await story.stopped(60);
  story.minute = 75;
  await story.sweep();
  expect(await openOrder()).toBeUndefined();
  await start();
  await story.stopped(77);
  story.minute = 92;
  await story.sweep();
  // Kept back on its way for half an hour: it was said after an hour of the first charge.
  await story.frame(92, 5400, 200);
  const adjusted = story.estate.entries('charge-adjusted').map((entry) => receiptIn(entry)?.chargeId);
  expect(adjusted).toContain(first);
});

test('a late frame still prices its charge, however many have had the port since', async () => {
  await start();
  const first = story.chargeId;
  await story.stopped(60);
  story.minute = 75;
  await story.sweep();
  for (let minute = 76; minute < 96; minute += 4) {
    await story.authorise(minute);
    story.minute = minute + 3;
    await story.sweep();
  }
  expect(await openOrder()).toBeUndefined();
  // Kept back on its way for forty minutes: it was said after an hour of the first charge.
  await story.frame(100, 6000, 200);
  const adjusted = story.estate.entries('charge-adjusted').map((entry) => receiptIn(entry)?.chargeId);
  expect(adjusted).toContain(first);
});

test('a frame heard before a stop, and taken in after the end, may change the bill whatever it says of the start', () => {
  const minuteMs = 60_000;
  const last = { order: 7, authorisedAtMs: eveningMs, closedAtMs: eveningMs + 60 * minuteMs };
  const slot = { deviceId: boardId, port: 2, estateId: 'e', facilityId: 'f', last };
  const ofOrder = (atMinute: number, chargingS: number) =>
    endedChargesOf(slot, eveningMs + atMinute * minuteMs, chargingS).map(({ order }) => order);
  // After a power cut the board had counted ten minutes of an hour: by that the charge began too late to be this one.
  expect(ofOrder(59, 600)).toEqual([7]);
  expect(ofOrder(61, 600)).toEqual([7]);
  expect(ofOrder(62, 60)).toEqual([]);
  expect(ofOrder(90, 600)).toEqual([]);
  expect(ofOrder(90, 5400)).toEqual([7]);
});

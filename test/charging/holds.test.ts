import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeDownlink,
  encodeCard,
  encodeLive,
  encodeLocalStart,
  encodeSettlement,
  encodeStartAnswer,
  encodeStopAnswer,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import { readWallet } from '../../src/billing/wallet-store.ts';
import { agreementSchema, portSlotSchema } from '../../src/charging/charge.ts';
import { stopForPerson } from '../../src/charging/stop-charge.ts';
import { keys } from '../../src/shared/keys.ts';
import { sweep } from '../../src/sweep.ts';
import { boardId, cardNumber, estateId, type TestEstate, testEstate } from '../support/estate.ts';

// No hold outlives its charge: while there is one, its port has the charge and a timer that will end it.

const minuteMs = 60_000;
const port = 2;
const up = (command: string) => `JUY/D2S/${boardId}/${command}/DEV`;

const runTimers = ({ backend }: TestEstate) =>
  sweep({ ...backend, payments: {}, channel: async () => 'delivered', signingKey: () => 'key' });
const holdsOf = async ({ table }: TestEstate) => Object.keys((await readWallet(table, estateId, 'h1')).holds);
const starts = ({ published }: TestEstate) =>
  published
    .map(({ payload }) => decodeDownlink(payload))
    .filter((down): down is StartRequest => down?.kind === 'start');
const slotOf = async ({ table }: TestEstate) => {
  const [item] = await table.get([keys.port(boardId, port)]);
  return item === undefined ? undefined : portSlotSchema.parse(item);
};

const live = (seconds: number, energyCentiKWh: number) =>
  encodeLive(2300, 25, [
    { port, band: 0, priceFen: 0, powerW: 200, seconds, moneyFen: 0, energyCentiKWh, temperatureC: 25 },
  ]);
const settlement = (order: number, seconds: number) =>
  encodeSettlement({
    port,
    order,
    seconds,
    energyUnits: Math.floor(seconds / 720),
    moneyFen: 0,
    stopReason: 0,
    powerW: 5,
    card: 0,
    bands: [],
  });

async function everyHoldHasItsTimer(estate: TestEstate): Promise<void> {
  for (const chargeId of await holdsOf(estate)) {
    const slot = await slotOf(estate);
    expect(slot?.open?.chargeId).toBe(chargeId);
    expect(slot?.dueAtMs).toBeLessThanOrEqual((slot?.open?.authorisedAtMs ?? 0) + 13 * 60 * minuteMs);
  }
}

/** Holds the card to the port; answers the start that the board was sent. */
async function start(estate: TestEstate): Promise<StartRequest> {
  await estate.deliver(up('87'), encodeCard(port, cardNumber, 2));
  expect(await holdsOf(estate)).toHaveLength(1);
  return starts(estate).at(-1) as StartRequest;
}

test('a start that nobody answers gives its hold back after two minutes', async () => {
  const estate = await testEstate();
  await start(estate);
  estate.clockMs += 2 * minuteMs;
  await runTimers(estate);
  expect(await holdsOf(estate)).toEqual([]);
});

test('a board that is never heard of again gives its hold back when no charge can run any more', async () => {
  const estate = await testEstate();
  await estate.deliver(up('83'), encodeStartAnswer(await start(estate), 0));
  for (let minute = 0; minute < 13 * 60; minute += 1) {
    estate.clockMs += minuteMs;
    await runTimers(estate);
    await everyHoldHasItsTimer(estate);
  }
  expect(await holdsOf(estate)).toEqual([]);
});

test('a board that is in no list any more holds nobody’s money', async () => {
  const estate = await testEstate();
  await start(estate);
  await estate.table.commit([{ remove: keys.device(boardId) }]);
  estate.clockMs += 2 * minuteMs;
  await runTimers(estate);
  expect(await holdsOf(estate)).toEqual([]);
  expect((await slotOf(estate))?.open).toBeUndefined();
  expect(estate.entries('hold-released')).toMatchObject([{ facts: { reason: 'board-gone', heldFen: 300 } }]);
  await runTimers(estate);
  expect(estate.entries('hold-released')).toHaveLength(1);
});

test('a port that the board has taken for somebody who pays there holds nobody else’s money', async () => {
  const estate = await testEstate();
  await estate.deliver(up('83'), encodeStartAnswer(await start(estate), 0));
  estate.clockMs += 30 * minuteMs;
  await estate.deliver(up('86'), encodeLocalStart(port, 77, 2, 100));
  expect(await holdsOf(estate)).toEqual([]);
});

test('an end that is told before its beginning leaves no hold behind', async () => {
  const estate = await testEstate();
  // No honest board knows an order before we have made it; one that guessed it must not lock up anybody's money.
  const first = await testEstate();
  const { order } = await start(first);
  await estate.deliver(up('85'), settlement(order, 3600));
  await start(estate);
  estate.clockMs += 2 * minuteMs;
  await runTimers(estate);
  expect(await holdsOf(estate)).toEqual([]);
  expect((await readWallet(estate.table, estateId, 'h1')).balanceFen).toBe(2000);
});

const step = fc.oneof(
  fc.record({
    what: fc.constantFrom('card', 'started', 'fault', 'stop', 'stopped', 'settle', 'local', 'sweep'),
  }),
  fc.record({ what: fc.constant('frame'), seconds: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ what: fc.constant('wait'), minutes: fc.integer({ min: 1, max: 200 }) }),
);

/** Lets one thing happen at the port, told of the newest order, whether it makes sense now or not. */
async function happen(
  estate: TestEstate,
  { what, ...amounts }: { what: string; seconds?: number; minutes?: number },
) {
  const newest = starts(estate).at(-1);
  if (what === 'wait') estate.clockMs += (amounts.minutes ?? 1) * minuteMs;
  else if (what === 'sweep') await runTimers(estate);
  else if (what === 'card') await estate.deliver(up('87'), encodeCard(port, cardNumber, 2));
  else if (what === 'local') await estate.deliver(up('86'), encodeLocalStart(port, 77, 2, 100));
  else if (newest === undefined) return;
  else if (what === 'started') await estate.deliver(up('83'), encodeStartAnswer(newest, 0));
  else if (what === 'fault') await estate.deliver(up('83'), encodeStartAnswer(newest, 2));
  else if (what === 'frame')
    await estate.deliver(up('88'), live(amounts.seconds ?? 0, Math.floor((amounts.seconds ?? 0) / 180)));
  else if (what === 'settle') await estate.deliver(up('85'), settlement(newest.order, 3600));
  else if (what === 'stopped') await estate.deliver(up('84'), encodeStopAnswer(port, newest.order, 0));
  else await stopOf(estate, newest.order);
}

async function stopOf({ backend, table, clockMs }: TestEstate, order: number): Promise<void> {
  const [item] = await table.get([keys.charge(boardId, order, 'authorised')]);
  const agreement = agreementSchema.safeParse(item?.['facts']);
  if (!agreement.success) return;
  const origin = {
    estateId,
    deviceId: 'api',
    receivedAtMs: clockMs,
    topic: 'api',
    sender: 'li',
    payload: new Uint8Array(),
    fact: `stop ${order}`,
  };
  // Over by now, it cannot be stopped; nothing else may go wrong.
  await stopForPerson(backend, origin, agreement.data).catch((error: { error?: string }) => {
    if (error.error !== 'not-found') throw error;
  });
}

test('whatever happens at a port, in whatever order, every hold has its timer, and half a day later it is gone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const estate = await testEstate();
      for (const one of steps) {
        await happen(estate, one);
        await everyHoldHasItsTimer(estate);
      }
      estate.clockMs += 13 * 60 * minuteMs;
      for (let round = 0; round < 3; round += 1) {
        await runTimers(estate);
        estate.clockMs += 11 * minuteMs;
      }
      expect(await holdsOf(estate)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

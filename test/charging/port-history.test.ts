import { beforeEach, describe, expect, test } from 'vitest';
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
import { receiptIn } from '../../src/charging/steps.ts';
import { takeIn } from '../../src/devices/intake.ts';
import { telemetryRoutes } from '../../src/routes/telemetry.ts';
import { sweep } from '../../src/sweep.ts';
import { boardId, cardNumber, estateId, type TestEstate, testEstate } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';

// Several charges on one port, whose messages name no charge or come in each other's way. Found by the simulation.

const minuteMs = 60_000;
const port = 4;
const up = (command: string) => `JUY/D2S/${boardId}/${command}/DEV`;
const localStart = encodeLocalStart(port, 77, 2, 100);
let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});

const runTimers = () =>
  sweep({ ...estate.backend, channel: async () => 'delivered', signingKey: () => 'key' });

async function openOrder(): Promise<number | undefined> {
  const [slot] = await estate.table.get([{ pk: `DEVICE#${boardId}`, sk: 'PORT#04' }]);
  return (slot?.['open'] as { order: number } | undefined)?.order;
}

async function start(): Promise<StartRequest> {
  await estate.deliver(up('87'), encodeCard(port, cardNumber, 2));
  const told = estate.published.map(({ payload }) => decodeDownlink(payload));
  const begun = told.findLast((down): down is StartRequest => down?.kind === 'start');
  if (begun === undefined) throw new Error('Nothing was started');
  await estate.deliver(up('83'), encodeStartAnswer(begun, 0));
  return begun;
}

function settlement(order: number, seconds: number, energyUnits: number): Uint8Array {
  const account = { port, order, seconds, energyUnits, moneyFen: 0 };
  return encodeSettlement({ ...account, stopReason: 0, powerW: 20, card: 0, bands: [] });
}

describe('a charge that the board has started alone', () => {
  test('has its port, although somebody is given it in the moment in which the charge before ends', async () => {
    const before = await start();
    // Between the end of the one before and the taking of the port.
    const race = interruptedAfter(
      estate.table,
      (keys) => keys.some(({ sk }) => sk === 'CHARGE#77#settled') && keys.some(({ sk }) => sk === 'PORT#04'),
      async () => {
        await estate.deliver(up('85'), settlement(before.order, 0, 0));
        await estate.deliver(up('87'), encodeCard(port, cardNumber, 2));
      },
    );
    await takeIn({ ...estate.backend, table: race }, telemetryRoutes, {
      data: Buffer.from(localStart).toString('base64'),
      topic: up('86'),
      client: boardId,
      receivedAtMs: estate.clockMs,
    });
    expect(await openOrder()).toBe(77);
    expect(Object.keys((await readWallet(estate.table, estateId, 'h1')).holds)).toEqual([]);
  });

  test('begins when its own account says, and not with a late frame of another charge', async () => {
    const heardMs = estate.clockMs;
    await estate.deliver(up('86'), localStart);
    const reading = { port, band: 0, priceFen: 0, powerW: 200, moneyFen: 0, temperatureC: 25 };
    estate.clockMs += 5 * minuteMs;
    await estate.deliver(up('88'), encodeLive(2300, 25, [{ ...reading, seconds: 2400, energyCentiKWh: 5 }]));
    estate.clockMs += 55 * minuteMs;
    await estate.deliver(up('85'), settlement(77, 3600, 20));
    const [receipt] = estate.entries('settlement').map((entry) => receiptIn(entry));
    expect(receipt?.readings[0]?.atMs).toBe(heardMs);
  });
});

test('a late frame of a charge before the last still prices that one', async () => {
  const first = await start();
  estate.clockMs += 60 * minuteMs;
  const reading = { port, band: 0, priceFen: 0, powerW: 200, moneyFen: 0, temperatureC: 25 };
  await estate.deliver(up('84'), encodeStopAnswer(port, first.order, 0));
  estate.clockMs += 15 * minuteMs;
  await runTimers();
  expect(await openOrder()).toBeUndefined();
  const next = await start();
  estate.clockMs += 2 * minuteMs;
  await estate.deliver(up('84'), encodeStopAnswer(port, next.order, 0));
  estate.clockMs += 15 * minuteMs;
  await runTimers();
  // Kept back on its way for half an hour: it was said after an hour of the first charge.
  const late = encodeLive(2300, 25, [{ ...reading, seconds: 5400, energyCentiKWh: 20 }]);
  await estate.deliver(up('88'), late);
  const adjusted = estate.entries('charge-adjusted').map((entry) => receiptIn(entry));
  expect(adjusted.map((receipt) => receipt?.chargeId)).toContain(`${boardId}-${first.order}`);
});

import { beforeEach, describe, expect, test } from 'vitest';
import {
  decodeDownlink,
  encodeCard,
  encodeHeartbeat,
  encodeLive,
  encodeLocalStart,
  encodeSettlement,
  encodeStartAnswer,
  encodeStopAnswer,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import { receiptIn } from '../../src/charging/steps.ts';
import { takeIn } from '../../src/intake/intake.ts';
import { telemetryRoutes } from '../../src/intake/routes/telemetry.ts';
import { sweep } from '../../src/intake/sweep.ts';
import type { Table } from '../../src/shared/table.ts';
import { latestSessions } from '../../src/views/session-detail.ts';
import { viewOf } from '../../src/views/view-of-change.ts';
import { writeView } from '../../src/views/write-view.ts';
import { readWallet } from '../../src/wallet/wallet-store.ts';
import {
  boardId,
  cardNumber,
  committee,
  estateId,
  eveningMs,
  type TestEstate,
  testEstate,
} from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { SessionStory } from '../support/session-story.ts';

// Each of these was found by the simulation.

const minuteMs = 60_000;
const up = (command: string) => `JUY/D2S/${boardId}/${command}/DEV`;
let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});

const runTimers = () => sweep({ ...estate.backend, ...committee });
const wallet = () => readWallet(estate.table, estateId, 'h1');
const downlinks = () => estate.published.map(({ payload }) => decodeDownlink(payload));
const lastStart = () =>
  downlinks().findLast((down): down is StartRequest => down?.kind === 'start') as StartRequest;
const openOrder = async (port: number) => {
  const [slot] = await estate.table.get([{ pk: `DEVICE#${boardId}`, sk: `PORT#0${port}` }]);
  return (slot?.['open'] as { order: number } | undefined)?.order;
};

async function startAtPort(port: number): Promise<StartRequest> {
  await estate.deliver(up('87'), encodeCard(port, cardNumber, 2));
  const start = lastStart();
  await estate.deliver(up('83'), encodeStartAnswer(start, 0));
  return start;
}

const settlement = (port: number, order: number, seconds: number, energyUnits: number) =>
  encodeSettlement({
    port,
    order,
    seconds,
    energyUnits,
    moneyFen: 0,
    stopReason: 0,
    powerW: 20,
    card: 0,
    bands: [],
  });

describe('a settlement in the very moment of the watchdog', () => {
  test('is paid once', async () => {
    const start = await startAtPort(2);
    estate.clockMs += 60 * minuteMs;
    const reading = {
      port: 2,
      band: 0,
      priceFen: 0,
      powerW: 500,
      seconds: 3590,
      moneyFen: 0,
      temperatureC: 30,
    };
    await estate.deliver(up('88'), encodeLive(2300, 25, [{ ...reading, energyCentiKWh: 40 }]));
    // The first look of the watchdog only finds that the session has begun.
    await runTimers();
    estate.clockMs += 12 * 60 * minuteMs;
    const readsJournal = (keys: readonly { sk: string }[]) =>
      keys.some(({ sk }) => sk.startsWith('SESSION#') && sk.endsWith('#'));
    const table = interruptedAfter(estate.table, readsJournal, runTimers);
    await takeIn({ ...estate.backend, table }, telemetryRoutes, {
      data: settlement(2, start.order, 3600, 50).toString('base64'),
      topic: up('85'),
      client: boardId,
      receivedAtMs: estate.clockMs,
    });
    const taken = estate
      .entries()
      .flatMap(({ postings = [] }) => postings)
      .filter(({ memo }) => memo === `${boardId}-${start.order}`)
      .reduce((sum, { credit, amountFen }) => sum + (credit.startsWith('wallet') ? -1 : 1) * amountFen, 0);
    expect(estate.entries('session-closed')).toHaveLength(1);
    expect(taken).toBe(receiptIn(estate.entries('settlement')[0])?.chargedFen);
    expect((await wallet()).balanceFen).toBe(2000 - taken);
  });
});

describe('a session that the board starts by itself', () => {
  test('ends the session before, whose end was never told, so that stops name the order that runs', async () => {
    const before = await startAtPort(2);
    estate.clockMs += 60 * minuteMs;
    await estate.deliver(up('86'), encodeLocalStart(2, 9, 3, 0));
    expect(await openOrder(2)).toBe(9);
    expect((await wallet()).holds).toEqual({});
    expect(estate.entries('session-closed')[0]?.sk).toContain(String(before.order));
  });

  test('told only after its end, keeps no port', async () => {
    await estate.deliver(up('85'), settlement(4, 9, 600, 2));
    await estate.deliver(up('86'), encodeLocalStart(4, 9, 3, 0));
    expect(await openOrder(4)).toBeUndefined();
  });
});

test('a request for power that was authorised is not refused when it is delivered again too late', async () => {
  await estate.deliver(up('87'), encodeCard(2, cardNumber, 2));
  const receivedAtMs = estate.clockMs;
  estate.clockMs += minuteMs;
  await takeIn(estate.backend, telemetryRoutes, {
    data: encodeCard(2, cardNumber, 2).toString('base64'),
    topic: up('87'),
    client: boardId,
    receivedAtMs,
  });
  expect(estate.refusals()).toEqual([]);
  expect(downlinks().filter((down) => down?.kind === 'start')).toHaveLength(1);
});

test('a session in the list is what its last step makes it, though the start is told after the end', async () => {
  await estate.deliver(up('87'), encodeCard(2, cardNumber, 2));
  const start = lastStart();
  estate.clockMs += 10 * minuteMs;
  await estate.deliver(up('85'), settlement(2, start.order, 500, 2));
  await estate.deliver(up('83'), encodeStartAnswer(start, 0));
  for (const kind of ['session-authorised', 'settlement', 'session-start-answered']) {
    const change = { before: undefined, after: { ...(estate.entries(kind)[0] as object) } as never };
    await writeView(estate.table, estate.backend.publisher, await viewOf(estate.backend, change));
  }
  expect(await latestSessions(estate.table, estateId, 5)).toMatchObject([{ state: 'settled' }]);
});

test('in an evacuation a port is told to stop until it is idle, whatever it has answered', async () => {
  const start = await startAtPort(2);
  await estate.deliver('pengyou/smoke-1/up/smoke', {
    id: 'm1',
    device: 'smoke-1',
    atMs: eveningMs,
    level: 'alarm',
  });
  // The stop has overtaken the start: the port was idle then, and works now.
  await estate.deliver(up('84'), encodeStopAnswer(2, start.order, 1));
  estate.published.length = 0;
  estate.clockMs += minuteMs + 1;
  await estate.deliver(up('82'), encodeHeartbeat(20, 30, [0, 1]));
  await runTimers();
  expect(downlinks()).toContainEqual({ kind: 'stop', port: 2, order: start.order });
});

/** Something else happens after the moment in which this part of a session's journal was read. */
const afterReading = (story: SessionStory, sk: string, deed: () => Promise<unknown>) =>
  interruptedAfter(story.estate.table, (read) => read.some((key) => key.sk.startsWith(sk)), deed);

describe('a session that is priced twice at once', () => {
  const hour = 60;
  const settlement = (story: SessionStory, on?: Table) =>
    story.settled(4 * hour, 4 * hour * 60, 1000, {}, on);
  const late = (story: SessionStory, on?: Table) => story.frame(3 * hour, 3 * hour * 60, 900, 200, on);

  async function agreed(): Promise<SessionStory> {
    const story = await SessionStory.begin();
    await story.authorise();
    await story.started(0);
    return story;
  }

  async function ends(story: SessionStory): Promise<void> {
    // 900 Wh before 22:00 and 100 Wh after it, as the frame says, whoever saw it first.
    expect(await story.receipt()).toMatchObject({ chargedFen: 59 + 30, estimated: false });
    expect(story.takenFen()).toBe(89);
    expect((await story.verified()).differences).toEqual([]);
    expect(await story.wallet()).toMatchObject({ balanceFen: 2000 - 89, holds: {} });
  }

  test('sees a frame that is written while it is settled', async () => {
    const story = await agreed();
    await settlement(
      story,
      afterReading(story, 'FRAME#', () => late(story)),
    );
    await ends(story);
  });

  test('sees a frame whose ports were looked at just before it was settled', async () => {
    const story = await agreed();
    await late(
      story,
      afterReading(story, 'PORT#', () => settlement(story)),
    );
    await ends(story);
  });

  test('sees a frame while the watchdog closes it, and then the account', async () => {
    const story = await agreed();
    story.estate.clockMs = eveningMs + 13 * hour * minuteMs;
    await story.sweep(afterReading(story, 'FRAME#', () => late(story)));
    await settlement(story);
    await ends(story);
  });

  test('is corrected once when two frames correct it in one moment', async () => {
    const story = await agreed();
    await settlement(story);
    const other = () => story.frame(2 * hour, 2 * hour * 60, 600);
    await late(story, afterReading(story, 'SESSION#', other));
    await ends(story);
  });

  test('is settled on what a frame has just made of the estimate', async () => {
    const story = await agreed();
    story.estate.clockMs = eveningMs + 13 * hour * minuteMs;
    await story.sweep();
    await settlement(
      story,
      afterReading(story, 'SESSION#', () => late(story)),
    );
    await ends(story);
    const again = await agreed();
    again.estate.clockMs = eveningMs + 13 * hour * minuteMs;
    await again.sweep();
    await late(
      again,
      afterReading(again, 'SESSION#', () => settlement(again)),
    );
    await ends(again);
  });

  test('knows when its bike was taken away, though that was told in the moment of the account', async () => {
    const story = await SessionStory.begin({ overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 } });
    await story.passes('in', -5);
    await story.authorise();
    await story.started(0);
    const away = () => story.passes('out', 2 * hour);
    await story.settled(hour, 3600, 1000, {}, afterReading(story, 'SESSION#', away));
    expect(await story.receipt()).toMatchObject({ chargedFen: 92 + 60 });
    expect(story.takenFen()).toBe(152);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { orderFor } from '../../src/charging/session.ts';
import { type StartRequest, startSession } from '../../src/charging/start-session.ts';
import type { ChargingBoard } from '../../src/estate/device.ts';
import { up } from '../support/board.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { byBoard, bySweep, halfAYearS, keptOf, own, pk, stop, to } from '../support/kept-entries.ts';

// What stands in the journal of a session, whole: bills, disputes and other versions of this program rest on it.

const minuteMs = 60_000;
const identity = 'card:2:start:1:abc';
const order = orderFor(boardId, identity);
const sessionId = `${boardId}-${order}`;

const story = storyOfEachTest();

const kept = (kind: string) => keptOf(story.estate, kind);

async function start(more: Partial<StartRequest> = {}): Promise<void> {
  const { backend } = story.estate;
  const board = (await backend.registry.device(boardId)) as ChargingBoard;
  const origin = { ...story.estate.by(boardId, 'f'), deviceId: boardId, topic: up('87') };
  const asked = {
    board,
    port: 2,
    identity,
    startedBy: 'card',
    householdId: 'h1',
    credentialId: 'c1',
  } as const;
  await startSession(backend, origin, { ...asked, ...more });
}

describe('what is agreed before power', () => {
  const agreed = {
    ...{ sessionId, estateId, facilityId: 'garage', deviceId: boardId, port: 2, order },
    ...{ startedBy: 'card', authorisedAtMs: eveningMs, householdId: 'h1', credentialId: 'c1' },
    ...{ holdFen: 300, tariffVersion: '2026-01', energyLimitWh: 3260 },
  };

  test('is in the journal with the start that the board was sent, on the port, and in the wallet', async () => {
    await start();
    const command = {
      ...{ type: 'start-session', commandId: sessionId, expiresAtMs: eveningMs + 30_000, port: 2, order },
      ...{ startedBy: 'card', energyLimitWh: 3260, availableFen: 300 },
    };
    const step = (name: string) => ({ pk, sk: `SESSION#${order}#${name}` });
    expect(kept('session-authorised')).toEqual([
      {
        ...own(`SESSION#${order}#authorised`, eveningMs),
        ...{ kind: 'session-authorised', ...byBoard('87'), outcome: 'authorised', facts: agreed },
        commands: [
          {
            ...{ to, command, acknowledgedAt: step('started') },
            unless: [step('closed'), step('settled'), step('stop-answered')],
            onlyWhile: {
              key: { pk: `ESTATE#${estateId}`, sk: 'FACILITY#garage' },
              ...{ attribute: 'evacuation', is: 'absent' },
            },
          },
        ],
      },
    ]);
    // By its digest the same request is known again: it says whose session this is, and nothing else.
    const { vault } = story.estate.backend;
    expect(story.estate.entries('session-authorised')[0]?.digest).toBe(vault.mac(`power ${identity}`));
    // And nothing that is not known: a field without a value is no field.
    expect(story.estate.entries('session-authorised')[0]?.facts).toStrictEqual(agreed);
    expect(await story.slot()).toStrictEqual({
      ...{ deviceId: boardId, port: 2, estateId, facilityId: 'garage', version: 1 },
      ...{ open: agreed, dueAtMs: eveningMs + 90_000 },
    });
    expect((await story.wallet()).holds).toStrictEqual({
      [sessionId]: { amountFen: 300, credentialId: 'c1', sinceMs: eveningMs },
    });
  });

  test('says who it counts for, which package pays, how long money lasts and in which stay it is, where there are such', async () => {
    await story.begin({
      service: { by: 'time', priceMilliYuanPerHour: 300 },
      overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 },
    });
    const e1 = { packageId: 'p', tariffVersion: '2026-01', kind: 'energy', left: 500 } as const;
    await story.hasWallet((wallet) => ({
      ...wallet,
      purchases: { e1: { ...e1, boughtAtMs: 0, validUntilMs: eveningMs + 1e9 } },
    }));
    await story.passes('in', -5);
    await start({ memberId: 'li' });
    const [{ facts } = { facts: {} }] = story.estate.entries('session-authorised');
    // 299 fen by the hour, at 300 W: 617 milli-yuan for each of its kWh.
    expect(facts).toStrictEqual({
      ...{ ...agreed, memberId: 'li', stayId: 'reader-in.in-1p' },
      allowance: { purchaseId: 'e1', energyWh: 500, reservedAmount: 500 },
      ...{ energyLimitWh: 500 + 1849, timeLimitMs: 12 * 60 * minuteMs },
    });
    expect((await story.slot())?.open).toEqual(facts);
    expect((await story.wallet()).holds).toEqual({
      [sessionId]: {
        ...{ amountFen: 300, credentialId: 'c1', memberId: 'li', sinceMs: eveningMs },
        reserved: { purchaseId: 'e1', amount: 500 },
      },
    });
  });

  test('is told to the board as a start from a phone, and joined to no stay, where a phone asked', async () => {
    await story.begin({ overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 } });
    await story.passes('in', -5);
    await start({ startedBy: 'phone' });
    expect(kept('session-authorised')).toMatchObject([
      { facts: { ...agreed, startedBy: 'phone' }, commands: [{ command: { startedBy: 'scan' } }] },
    ]);
    expect((await story.slot())?.open).not.toHaveProperty('stayId');
  });

  test('of somebody who holds the card there again is the same, and the start is sent again', async () => {
    await story.authorise(0);
    await story.authorise(1);
    const [first] = kept('session-authorised');
    const mac = story.estate.backend.vault.mac(`board ${0x047c9a22}`).slice(0, 16);
    expect(kept('card-at-port')).toEqual([
      {
        ...own(`EVENT#card:2:start:${eveningMs + minuteMs}:${mac}`, eveningMs + minuteMs, halfAYearS),
        ...{ kind: 'card-at-port', ...byBoard('87'), outcome: 'repeated' },
        ...{ facts: { sessionId: story.sessionId }, commands: (first as { commands?: unknown }).commands },
      },
    ]);
  });
});

describe('what the board answers', () => {
  beforeEach(() => story.authorise(0));
  const atMs = eveningMs + 30_000;
  const facts = () => ({ sessionId: story.sessionId, port: 2 });

  test.each([0, 1] as const)('to a start (%i) is one step, in whatever words it says so', async (result) => {
    await story.started(0.5, result);
    await story.started(0.6, 0);
    expect(kept('session-start-answered')).toEqual([
      {
        ...own(`SESSION#${story.order}#started`, atMs),
        ...{ kind: 'session-start-answered', ...byBoard('83'), facts: facts() },
        ...{ outcome: result === 0 ? 'started' : 'already-charging' },
      },
    ]);
    expect(story.estate.refusals()).toEqual([]);
  });

  test('to a stop is one step as well, after which the settlement is waited for for ten minutes', async () => {
    await story.stopped(0.5);
    story.minute = 0.6;
    await story.board.stopAnswer(story.order, 1);
    expect(kept('session-stop-answered')).toEqual([
      {
        ...own(`SESSION#${story.order}#stop-answered`, atMs),
        ...{ kind: 'session-stop-answered', ...byBoard('84'), outcome: 'stopped', facts: facts() },
      },
    ]);
    expect(story.estate.refusals()).toEqual([]);
    expect((await story.slot())?.dueAtMs).toBe(atMs + 10 * minuteMs);
  });

  test('to a stop of another order changes nothing about when its own is looked at', async () => {
    await story.board.stopAnswer(4711);
    expect((await story.slot())?.dueAtMs).toBe(eveningMs + 90_000);
    const [answered] = kept('session-stop-answered');
    expect(answered).toMatchObject({ facts: { sessionId: `${boardId}-4711`, port: 2 } });
  });
});

describe('an end', () => {
  beforeEach(() => story.authorise(0));

  test('that a person asks for is a step the first time, and every time a stop to the board', async () => {
    await story.asksToStop(10);
    await story.asksToStop(20);
    const asked = (sk: string, minute: number) => {
      const atMs = eveningMs + minute * minuteMs;
      return {
        ...{
          ...own(sk, atMs),
          deviceId: 'api',
          kind: 'stop-asked',
          topic: 'api',
          sender: 'c1',
          outcome: 'sent',
        },
        ...{ facts: { sessionId: story.sessionId }, commands: [stop(story.order, 'asked', atMs)] },
      };
    };
    const again = `REQUEST#${estateId}#stop:${story.sessionId}:${eveningMs + 20 * minuteMs}:c1`;
    expect(kept('stop-asked')).toEqual([
      asked(`SESSION#${story.order}#stop-asked`, 10),
      { ...asked('REQUEST', 20), pk: again },
    ]);
  });

  test('of a start that nobody answered is the sweep’s, with its receipt and a stop', async () => {
    story.minute = 2;
    const atMs = story.estate.clockMs;
    await story.sweep();
    const receipt = await story.receipt();
    expect(kept('session-closed')).toEqual([
      {
        ...own(`SESSION#${story.order}#closed`, atMs),
        ...{
          kind: 'session-closed',
          ...bySweep,
          outcome: 'closed',
          commands: [stop(story.order, 'not-started', atMs)],
        },
        facts: { reason: 'not-started', agreement: await story.agreement(), receipt },
      },
    ]);
    expect(receipt).toMatchObject({ remarks: ['estimated', 'not-started'], revision: 0 });
    const last = { order: story.order, authorisedAtMs: eveningMs, closedAtMs: atMs };
    expect(await story.slot()).toEqual({
      ...{ deviceId: boardId, port: 2, estateId, facilityId: 'garage', last, version: 2 },
    });
  });

  test('that the board accounts for is a step with its receipt, and corrects an estimate', async () => {
    await story.frame(60, 3600, 1000);
    await story.sweepAt(13 * 60);
    const atMs = story.estate.clockMs;
    await story.settled(13 * 60, 3000, 800, {
      bands: [{ seconds: 3000, priceFenPerHour: 30 }],
      moneyFen: 25,
    });
    const receipt = await story.receipt();
    const [settled] = kept('settlement');
    expect(settled).toEqual({
      ...own(`SESSION#${story.order}#settled`, atMs),
      ...{ kind: 'settlement', ...byBoard('85'), outcome: 'corrected' },
      facts: { durationS: 3000, agreement: await story.agreement(), receipt },
      ...{ postings: story.estate.entries('settlement')[0]?.postings },
    });
    expect(receipt).toMatchObject({
      ...{ revision: 1, adjustments: [{ atMs, why: 'board-settlement', beforeFen: 92, afterFen: 73 }] },
      boardClaim: {
        ...{ fen: 25, energyWh: 800, stopReason: 'full' },
        bands: [{ seconds: 3000, priceMilliYuanPerHour: 300 }],
      },
    });
    await story.frame(50, 3000, 900);
    expect(kept('session-adjusted')).toEqual([]);
  });

  test('that a late reading changes is priced again as step after step', async () => {
    await story.sweepAt(2);
    await story.frame(3, 180, 20);
    await story.frame(4, 240, 30);
    const steps = kept('session-adjusted');
    expect(steps.map((step) => step?.sk)).toEqual([1, 2].map((n) => `SESSION#${story.order}#adjusted#${n}`));
    const { facts, postings: _, ...rest } = steps[1] ?? { facts: {} };
    expect(rest).toEqual({
      ...own(`SESSION#${story.order}#adjusted#2`, story.estate.clockMs),
      ...{ kind: 'session-adjusted', ...byBoard('88'), outcome: 'corrected' },
    });
    expect(facts).toEqual({ agreement: await story.agreement(), receipt: await story.receipt() });
  });
});
